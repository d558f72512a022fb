"""What may go wrong or be done wrongly around a rotation, on a tenant that is up: engine tests and fault matrix use it.

Each ends at a moment from which one plain `up` must find its way, once the weather has cleared.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from tests.engine.tenant_fixture import own_keys
from tests.engine.workspace import Stack, Workspace

Disturbance = Callable[[Stack, Path], None]
"""Gets a folder of its own, for states and for a second machine."""

_generations = count(1)


def rotate(stack: Stack) -> str:
    """Want a generation that never was; its name."""
    wanted = f"generation {next(_generations)}"
    stack.set("rotate", wanted)
    return wanted


def inject_fault(stack: Stack, kind: str, method: str, path: str, **details: Any) -> None:
    company = stack.company
    wanted = {"kind": kind, "company": company.id, "method": method, "path": path, "times": None, **details}
    company.simulator.ask("POST", "/faults", wanted)


def clear_up(stack: Stack) -> None:
    stack.company.simulator.ask("DELETE", f"/faults?company={stack.company.id}")


def get_urn(stack: Stack, name: str) -> str:
    state = json.loads(stack.run_pulumi("stack", "export", "-s", stack.name).text)
    found: str = next(one["urn"] for one in state["deployment"]["resources"] if one["urn"].endswith(f"::{name}"))
    return found


def export(stack: Stack, to: Path) -> Path:
    path = to / "state.json"
    stack.run_pulumi("stack", "export", "-s", stack.name, "--file", str(path))
    return path


def restore(stack: Stack, path: Path) -> None:
    stack.run_pulumi("stack", "import", "-s", stack.name, "--file", str(path))


def make_second_machine(stack: Stack, folder: Path) -> Stack:
    """The same stack, with a copy of its backend and of its settings."""
    there = Workspace.link_product(folder)
    other = replace(stack.workspace, project=there.project, backend=there.backend)
    shutil.copytree(stack.workspace.backend, other.backend, dirs_exist_ok=True)
    settings = Path("stacks", f"Pulumi.{stack.name}.yaml")
    shutil.copy(stack.workspace.project / settings, other.project / settings)
    return Stack(other, stack.name, company=stack.company)


def lose_mint_reply(stack: Stack, folder: Path) -> None:
    """One key too many is left, which the next up revokes."""
    held = stack.company.sink()["publicKey"]
    rotate(stack)
    inject_fault(stack, "reset", "POST", "/keys$", when="after")
    assert "broke the connection before its answer was complete" in stack.up(expect=1).text
    # Asked four times, minted once.
    assert len(own_keys(stack.company)) == 2
    assert stack.company.sink()["publicKey"] == held
    assert "of ours is left over and still works" in stack.preview(expect=7).text


def restore_older_state(stack: Stack, folder: Path) -> None:
    older = export(stack, folder)
    rotate(stack)
    stack.up()
    rotated = stack.company.sink()["publicKey"]
    restore(stack, older)
    preview = stack.preview(expect=7)
    assert "was deleted at the site; `pulumi up` makes a new one." in preview.text
    assert f"holds the public key {rotated}; it should hold" in preview.text
    assert stack.company.sink()["publicKey"] == rotated


def restore_state_from_the_middle(stack: Stack, folder: Path) -> None:
    """The new key is minted, the sink still has the old one; by the time of the restore both are gone."""
    rotate(stack)
    inject_fault(stack, "status", "PUT", "/psaIntegration$", status=422, body={"code": "x", "message": "no"})
    stack.up(expect=1)
    middle = export(stack, folder)
    clear_up(stack)
    rotate(stack)
    stack.up()
    restore(stack, middle)


def work_with_copied_state(stack: Stack, folder: Path) -> None:
    """A second machine rotates with a copy of the backend; this one hears of it by looking."""
    there = make_second_machine(stack, folder / "there")
    rotate(there)
    there.up()
    rotated = there.company.sink()["publicKey"]
    assert rotated in stack.preview(expect=7).text
    assert there.find_leaks() == []


def replace_by_option(stack: Stack, folder: Path) -> None:
    old = stack.company.sink()["publicKey"]
    stack.up("--replace", get_urn(stack, "key"))
    assert own_keys(stack.company) == [stack.company.sink()["publicKey"]] != [old]


def taint(stack: Stack, folder: Path) -> None:
    old = stack.company.sink()["publicKey"]
    stack.run_pulumi("state", "taint", get_urn(stack, "key"), "-s", stack.name, "--yes")
    stack.up()
    assert own_keys(stack.company) == [stack.company.sink()["publicKey"]] != [old]


def target_key_alone(stack: Stack, folder: Path) -> None:
    held = stack.company.sink()["publicKey"]
    rotate(stack)
    refused = stack.up("--target", get_urn(stack, "key"), expect=1)
    assert f"the key {held} is the one that Umbrella holds, so it is not revoked" in refused.text
    assert stack.company.sink()["publicKey"] == held
    assert held in own_keys(stack.company)


def destroy_key_alone(stack: Stack, folder: Path) -> None:
    held = stack.company.sink()["publicKey"]
    destroy = ["--target", get_urn(stack, "key")]
    stack.destroy(*destroy, expect=1)
    assert (own_keys(stack.company), stack.company.sink()["publicKey"]) == ([held], held)
    # With its dependents the sink is emptied first, and then nobody needs the key any more.
    stack.destroy(*destroy, "--target-dependents")
    assert (own_keys(stack.company), stack.company.sink()["publicKey"]) == ([], None)


def _assert_refused_by_sink(stack: Stack, *flags: str) -> None:
    held = stack.company.sink()["publicKey"]
    rotate(stack)
    inject_fault(stack, "status", "PUT", "/psaIntegration$", status=422, body={"code": "x", "message": "not today"})
    assert "the console refused: not today" in stack.up(*flags, expect=1).text
    assert stack.company.sink()["publicKey"] == held
    assert held in own_keys(stack.company)


def continue_on_error(stack: Stack, folder: Path) -> None:
    """Whatever does not depend on the sink is done all the same; the old key is not revoked."""
    _assert_refused_by_sink(stack, "--continue-on-error")


def change_back(stack: Stack, folder: Path) -> None:
    """The cut-over failed, and the generation that the sink's key is of is wanted again."""
    before = rotate(stack)
    stack.up()
    _assert_refused_by_sink(stack)
    stack.set("rotate", before)


def fail_proof(stack: Stack, folder: Path) -> None:
    """Without its look at the site the engine does not know that the role has drifted; the proof does."""
    company = stack.company
    held = company.sink()["publicKey"]
    levels = {"Service Desk / Service Tickets": {"delete": "All"}, "Companies / Configurations": {"edit": "None"}}
    company.ask("PUT", f"/roles/{company.role()['id']}/levels", levels)
    rotate(stack)
    refused = stack.up("--refresh=false", expect=1)
    told = "works but its rights are not as asked for, so Umbrella was not given it and keeps what it has"
    assert told in refused.text
    assert "Service Desk / Service Tickets: delete is All, should be None (wider)" in refused.text
    assert "Companies / Configurations: edit is None, should be All (narrower)" in refused.text
    assert company.sink()["publicKey"] == held
    assert held in own_keys(company)


DISTURBANCES: dict[str, Disturbance] = {
    "the reply to the mint is lost": lose_mint_reply,
    "an older state is restored": restore_older_state,
    "a state from the middle of a rotation is restored": restore_state_from_the_middle,
    "a second machine rotates with a copy of the state": work_with_copied_state,
    "the engine is told to replace the key": replace_by_option,
    "the key is tainted": taint,
    "the key alone is a target": target_key_alone,
    "the key alone is to be destroyed": destroy_key_alone,
    "the sink refuses and the run goes on": continue_on_error,
    "the sink refuses and the change is taken back": change_back,
    "the proof fails": fail_proof,
}
