"""`umbrella-psa remove`: objects, stack and file, in this order, and never a file before its stack is empty."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import x25519  # type: ignore[import-untyped]

from simulator.remote import Company
from tests.engine.manual import use_manual_driver
from tests.engine.workspace import ROOT, Run, Stack
from tests.stories.neighbours import separate


def get_file(stack: Stack) -> Path:
    return stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml"


def is_kept(stack: Stack) -> bool:
    """Whether the backend has the stack; looked up without the engine."""
    return (stack.workspace.backend / ".pulumi" / "stacks" / "umbrella-psa" / f"{stack.name}.json").exists()


def remove(stack: Stack, *arguments: str, expect: int = 0, **environment: str) -> Run:
    run = stack.run_command("remove", stack.name, *arguments, "--yes", expect=expect, **environment)
    assert "Traceback" not in run.text
    return run


def assert_gone(stack: Stack) -> None:
    assert (get_file(stack).exists(), is_kept(stack)) == (False, False)
    assert "Umbrella" not in [role["name"] for role in stack.company.ask("GET", "")["roles"]]
    assert stack.company.public_keys() == []
    assert stack.company.sink()["publicKey"] is None
    assert stack.company.member()["inactiveFlag"] is True


def test_a_tenant_goes_with_stack_and_file_and_what_stays_is_named(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    stack = make_stack()
    stack.up()
    report = tmp_path / "report.json"
    text = remove(stack, "--json", str(report)).text
    assert_gone(stack)
    stays = text.partition("What stays behind:")[2]
    assert "the API member Umbrella, inactive: ConnectWise deletes no member" in stays
    key = stack.company.credentials["publicKey"]
    assert f"the provisioning key {key} at {stack.company.credentials['site']}: revoke it" in stays
    assert "in the backend: backups and the history" in stays
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["verb"], found["code"]) == ("remove", 0)
    (row,) = found["rows"]
    assert "Stays behind: the API member Umbrella, inactive: ConnectWise deletes no member" in row["sentences"]
    assert [*stack.workspace.backend.glob(f".pulumi/backups/umbrella-psa/{stack.name}/*")], "as it was told"

    again = remove(stack, expect=2)
    assert f"there is no tenant {stack.name}" in again.text


def test_nothing_is_begun_without_a_yes_or_a_count(make_stack: Callable[..., Stack]) -> None:
    one, other = make_stack(), make_stack()
    assert "add --yes" in one.run_command("remove", one.name, expect=2).text
    counted = one.run_command("remove", one.name, other.name, "--yes", expect=2)
    assert "this would remove 2 tenants; add --confirm 2" in counted.text
    unknown = one.run_command("remove", one.name, f"{other.name}x", "--yes", "--confirm", "2", expect=2)
    assert f"there is no tenant {other.name}x" in unknown.text
    assert f'Did you mean "{other.name}"' in unknown.text
    assert is_kept(one)
    assert is_kept(other)
    one.run_command("remove", one.name, other.name, "--yes", "--confirm", "2")
    assert not any(is_kept(stack) or get_file(stack).exists() for stack in (one, other))


def test_a_destroy_that_waits_for_a_person_keeps_stack_and_file_until_it_is_done(
    make_stack: Callable[..., Stack],
) -> None:
    person = use_manual_driver(make_stack(), "connectwise", "umbrella")
    stack, pair = person.stack, person.bring_up()
    waits = remove(stack, expect=7)
    assert "## Work order: remove the PSA integration" in waits.text
    assert "no stack and no file was removed; running the same again goes on from here" in waits.text
    assert (get_file(stack).exists(), is_kept(stack)) == (True, True)
    stack.company.set_sink(kind=None, enabled=False, publicKey=None, privateKey=None)
    assert (
        f"## Work order: delete the API key {pair[0]}"
        in remove(stack, expect=7, UMBRELLA_PSA_UMBRELLA_APPLIED_KEY="none").text
    )
    person.delete_key(pair[0])
    remove(stack, UMBRELLA_PSA_UMBRELLA_APPLIED_KEY="none")
    assert_gone(stack)


def test_a_destroy_that_fails_keeps_all_tenants_stacks_and_files_and_the_same_again_finishes(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    good, bad = make_stack(), make_stack(separate(company()))
    for stack in (good, bad):
        stack.up()
    both = ("remove", good.name, bad.name, "--yes", "--confirm", "2")
    bad.company.add_fault("status", status=503, method="DELETE", path="(?i)/securityRoles/", times=None)
    bad.run_command(*both, expect=1)
    assert all(is_kept(stack) and get_file(stack).exists() for stack in (good, bad))
    bad.company.simulator.ask("DELETE", "/faults")
    bad.run_command(*both)
    assert_gone(good)
    assert_gone(bad)


@pytest.mark.parametrize("step", ["destroyed", "stack gone"])
def test_cut_off_between_two_steps_the_same_again_finishes(
    make_stack: Callable[..., Stack], tmp_path: Path, step: str
) -> None:
    stack = make_stack()
    stack.up()
    when = "before" if step == "destroyed" else "after"
    killed = run_with(write_engine(tmp_path, **{when: "kill -9 $PPID"}), stack)
    assert killed.returncode == -9
    assert (get_file(stack).exists(), is_kept(stack)) == (True, step == "destroyed")
    asked = len(stack.company.requests())
    text = remove(stack).text
    assert_gone(stack)
    assert "what an earlier destroy has left" in text
    assert len(stack.company.requests()) == asked, "there was nothing to destroy"


def test_a_file_whose_stack_may_be_in_another_backend_stays(make_stack: Callable[..., Stack], tmp_path: Path) -> None:
    stack = make_stack()
    stack.up()
    before = get_file(stack).read_bytes()
    elsewhere = f"{tmp_path.as_uri()}?metadata=skip"
    refused = remove(stack, expect=1, PULUMI_BACKEND_URL=elsewhere).text
    assert f"{stack.name}: the backend keeps no stack of that name, so it may be in another one" in refused
    assert get_file(stack).read_bytes() == before
    # Nor where it was half removed here.
    assert run_with(write_engine(tmp_path, after="kill -9 $PPID"), stack).returncode == -9
    assert "it may be in another one" in remove(stack, expect=1, PULUMI_BACKEND_URL=elsewhere).text
    remove(stack)
    assert_gone(stack)


def test_killed_in_the_midst_of_its_destroy_the_same_again_finishes(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    hold = stack.company.hold("before", method="DELETE", path="/psaIntegration$")
    running = subprocess.Popen(
        [sys.executable, "-m", "stacks", "remove", stack.name, "--yes"],
        cwd=stack.workspace.project,
        env=stack.workspace.make_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert hold.reached(60)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    hold.release()
    assert (get_file(stack).exists(), is_kept(stack)) == (True, True)
    remove(stack)
    assert_gone(stack)


def test_a_stack_that_holds_something_again_keeps_its_file(make_stack: Callable[..., Stack], tmp_path: Path) -> None:
    stack = make_stack()
    stack.up()
    state = tmp_path / "state.json"
    stack.run_pulumi("stack", "export", "-s", stack.name, "--file", str(state))
    done = run_with(write_engine(tmp_path, before=f"$engine stack import -s {stack.name} --file {state} >&2"), stack)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"'{stack.name}' still has resources; removal rejected" in done.stderr
    assert (get_file(stack).exists(), is_kept(stack)) == (True, True)
    remove(stack)
    assert_gone(stack)


def run_with(python: str, stack: Stack) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [python, "-m", "stacks", "remove", stack.name, "--yes"],
        cwd=stack.workspace.project,
        env=stack.workspace.make_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    stack.seen.append(done.stdout + done.stderr)
    return done


def write_engine(folder: Path, before: str = "true", after: str = "true") -> str:
    """A virtual environment like ours, in which something happens right before or after a `pulumi stack rm`."""
    real = shutil.which("pulumi", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    programs = folder / "venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("lib", "pyvenv.cfg"):
        (folder / "venv" / name).symlink_to(ROOT / ".venv" / name)
    (programs / "python").symlink_to(ROOT / ".venv" / "bin" / "python")
    removal = f'{before}; $engine "$@"; code=$?; {after}; exit $code'
    script = f'#!/bin/sh\nengine={real}\ncase "$*" in *"stack rm"*) {removal};; esac\nexec $engine "$@"\n'
    (programs / "pulumi").write_text(script, encoding="utf-8")
    (programs / "pulumi").chmod(0o755)
    return str(programs / "python")


def test_what_was_taken_over_and_what_a_cruel_site_keeps_is_named(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    role = theirs.ask("POST", "/roles", {"name": "Umbrella"})["id"]
    theirs.ask("POST", "/apiMembers", {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role})
    adopting = make_stack(theirs, adopt="any")
    adopting.up()
    text = remove(adopting).text
    assert "the security role Umbrella, which was taken over (adopt), as it is" in text
    assert "the API member Umbrella, which was taken over (adopt), as it is" in text
    assert theirs.member()["inactiveFlag"] is False
    assert theirs.role()["id"] == role

    cruel = separate(company())
    cruel.set_site(inactiveMembersBlock=True)
    keeping = make_stack(cruel)
    keeping.up()
    stays = remove(keeping).text.partition("What stays behind:")[2]
    assert "The security role Umbrella stays at the site without any permission" in stays


@pytest.mark.parametrize(("on_destroy", "kept"), [("keep", True), ("delete", False)])
def test_the_vaults_copy_is_named_as_what_became_of_it(
    make_stack: Callable[..., Stack], tmp_path: Path, on_destroy: str, kept: bool
) -> None:
    file = tmp_path / "vault" / "acme.age"
    file.parent.mkdir()
    recipient = x25519.Identity.generate().to_public()
    stack = make_stack(vault__url=f"age://{file}?recipient={recipient}", vault__onDestroy=on_destroy)
    stack.up()
    text = remove(stack).text
    assert file.exists() is kept
    assert (f"in the vault, age://{file}: the last pair (vault:onDestroy is keep)" in text) is kept
    assert (f"in the vault, age://{file}: the deleted version, where" in text) is not kept


def test_the_provisioning_key_is_not_called_idle_while_another_tenant_uses_it(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    shared = company()
    one, other = (
        make_stack(shared, "shares-one"),
        make_stack(shared, "shares-two", memberId="Second", roleName="Second"),
    )
    key = shared.credentials["publicKey"]
    assert f"the provisioning key {key}" not in remove(one).text
    assert f"the provisioning key {key}" in remove(other).text
