"""`umbrella-psa new`: from nothing to a stack, asked at a terminal or given, whole or not there at all."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.remote import Company
from tests.engine.newcomer import Newcomer
from tests.engine.workspace import ROOT, Stack, Workspace


@pytest.fixture
def newcomer(
    workspace: Workspace, company: Callable[..., Company], tmp_path: Path
) -> Iterator[Callable[..., Newcomer]]:
    made: list[Newcomer] = []

    def make(**wishes: object) -> Newcomer:
        made.append(Newcomer(workspace, company(**wishes), tmp_path))
        return made[-1]

    yield make
    for newcomer in made:
        assert newcomer.find_leaks() == []


def test_a_tenant_goes_from_given_settings_to_its_first_up(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    run = tenant.run_new(*tenant.list_plain(), *tenant.write_secret_files(), "--yes")
    assert tenant.is_whole()
    assert f"umbrella-psa check {tenant.name}" in run.text
    assert f"pulumi up -s {tenant.name}" in run.text
    stack = Stack(tenant.workspace, tenant.name, company=tenant.company)
    stack.up()
    assert tenant.company.sink()["publicKey"]
    assert stack.find_leaks() == []


def test_the_file_lists_what_was_asked_in_that_order_and_no_default(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    given = tenant.list_plain(
        memberId="Umbrella2",
        memberName="[1]",
        keyDescription="[MSP] Umbrella",
        permissions='{"Service Desk / Service Tickets": {"inquire": "All"}}',
    )
    given += ["--set", "roleName=Umbrella"]
    tenant.run_new(*given, *tenant.write_secret_files(), "--yes")
    found = tenant.read_configuration()
    assert list(found) == [
        "connectwise:site",
        "connectwise:companyId",
        "connectwise:clientId",
        "connectwise:publicKey",
        "connectwise:privateKey",
        "connectwise:driver",
        "connectwise:gatewayUrl",
        "connectwise:gatewayToken",
        "umbrella:console",
        "umbrella:consoleId",
        "umbrella:driver",
        "umbrella:gatewayUrl",
        "umbrella:gatewayToken",
        "umbrella-psa:memberId",
        "umbrella-psa:memberName",
        "umbrella-psa:keyDescription",
        "umbrella-psa:permissions",
    ]
    assert (found["umbrella-psa:memberName"], found["umbrella-psa:keyDescription"]) == ("[1]", "[MSP] Umbrella")
    assert found["umbrella-psa:permissions"] == {"Service Desk / Service Tickets": {"inquire": "All"}}
    assert list(found["connectwise:privateKey"]) == ["secure"]


def test_a_person_is_asked_in_order_told_what_is_wrong_and_asked_again(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    plain, secret = tenant.company.settings(), tenant.company.secrets()
    with tenant.run_at_terminal() as terminal:
        terminal.answer("connectwise:site", "http://psa.example.com")
        terminal.wait_for("must be https")
        terminal.answer("connectwise:site", plain["connectwise:site"])
        terminal.answer("connectwise:companyId", "nobody")
        terminal.wait_for("company 'nobody'")
        terminal.answer("try once more?", "")
        terminal.answer("connectwise:site", "")
        terminal.answer("connectwise:companyId", tenant.name)
        terminal.wait_for(f"knows the company {tenant.name}")
        terminal.answer("connectwise:clientId", secret["connectwise:clientId"])
        terminal.answer("connectwise:publicKey", plain["connectwise:publicKey"])
        terminal.answer("connectwise:privateKey", "not-the-private-key")
        terminal.wait_for("refused the key")
        terminal.answer("try once more?", "y")
        terminal.answer("connectwise:clientId", "")
        terminal.answer("connectwise:publicKey", "")
        terminal.answer("connectwise:privateKey", secret["connectwise:privateKey"])
        terminal.wait_for("signed in as PSAProvision")
        terminal.answer("umbrella:console", "isp")
        terminal.answer("umbrella:console", plain["umbrella:console"])
        terminal.answer("umbrella:consoleId", plain["umbrella:consoleId"])
        for side in ("connectwise", "umbrella"):
            terminal.answer(f"{side}:driver (gateway, manual) [manual]", "gateway")
        for side in ("connectwise", "umbrella"):
            terminal.answer(f"{side}:gatewayUrl", plain[f"{side}:gatewayUrl"])
            terminal.answer(f"{side}:gatewayToken", secret[f"{side}:gatewayToken"])
            terminal.wait_for("is ready")
        terminal.answer("vault:url", "")
        for name in ("roleName [Umbrella]", "memberId [Umbrella]", "memberName [Cisco Umbrella]", "memberEmail"):
            terminal.answer(name, "")
        terminal.answer("make the stack?", "")
        code = terminal.wait_for_end()
    tenant.seen.append(terminal.text)
    assert code == 0, terminal.text
    assert tenant.is_whole()
    shown = terminal.text.partition("Written:")[0].replace(tenant.workspace.backend_url, "")
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_of_another_vendors_preset_a_person_is_asked_nothing_of_umbrellas(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    plain, secret = tenant.company.settings(), tenant.company.secrets()
    with tenant.run_at_terminal("--preset", "n-able-n-central") as terminal:
        for key in ("connectwise:site", "connectwise:companyId"):
            terminal.answer(key, plain[key])
        terminal.answer("connectwise:clientId", secret["connectwise:clientId"])
        terminal.answer("connectwise:publicKey", plain["connectwise:publicKey"])
        terminal.answer("connectwise:privateKey", secret["connectwise:privateKey"])
        terminal.answer("connectwise:driver (gateway, manual) [manual]", "")
        terminal.answer("vault:url", "")
        for name in (
            "roleName [N-able N-central]",
            "memberId [N-central]",
            "memberName [N-able N-central]",
            "memberEmail",
        ):
            terminal.answer(name, "")
        terminal.answer("make the stack?", "")
        code = terminal.wait_for_end()
    tenant.seen.append(terminal.text)
    assert code == 0, terminal.text
    assert "umbrella:" not in terminal.text
    written = tenant.read_configuration()
    assert written["umbrella-psa:integration"] == "n-able-n-central"
    assert not [key for key in written if key.startswith("umbrella:")]
    shown = terminal.text.partition("Written:")[0].replace(tenant.workspace.backend_url, "")
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_a_key_without_rights_is_told_at_once(newcomer: Callable[..., Newcomer]) -> None:
    weak = newcomer(provisioningRights={"System / Security Roles": {"inquire": "All"}})
    run = weak.run_new(*weak.list_plain(), *weak.write_secret_files(), "--yes", expect=1)
    assert "its role lacks System / Security Roles: add" in run.text
    assert not weak.is_whole()


def test_what_a_preview_would_refuse_is_told_before_anything_is_written(newcomer: Callable[..., Newcomer]) -> None:
    taken = newcomer()
    taken.company.ask("POST", "/roles", {"name": "Umbrella"})
    given = (*taken.list_plain(), *taken.write_secret_files(), "--yes")
    run = taken.run_new(*given, expect=1)
    assert "names  a security role named 'Umbrella' exists already and is not ours" in run.text
    assert "1 fail" in run.text
    assert "what was checked fails, so nothing was written; correct it and run the same again." in run.text
    assert not taken.is_whole()
    assert taken.run_new(*given, "--set", "adopt=any").text.count("warn  names") == 1
    assert taken.file.exists()


def test_a_summary_shows_what_will_be_written_and_no_secret(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    run = tenant.run_new(*tenant.list_plain(), *tenant.write_secret_files(), "--yes", UMBRELLA_PSA_ROLE_NAME="Other")
    summary = run.text.partition("To be written")[2].partition("Written:")[0]
    shown = dict(line.split(None, 1) for line in summary.splitlines() if line.startswith("  ") and ": " not in line)
    assert shown["connectwise:companyId"] == tenant.company.id
    assert shown["connectwise:privateKey"] == "(secret)"
    assert "Not written, from the environment: roleName" in summary
    assert f"{tenant.name}: " in summary
    assert tenant.file.stat().st_mode & 0o777 == 0o600
    assert not any(secret in run.text for secret in tenant.company.secrets().values())


def test_a_refused_key_is_told_without_a_word_of_an_earlier_run(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    tenant.company.secrets()
    wrong = (*tenant.list_plain(connectwise__publicKey="Nobodys0Nobodys0"), *tenant.write_secret_files(), "--yes")
    run = tenant.run_new(*wrong, expect=1)
    assert "the site refused the key Nobodys0Nobodys0 (401)" in run.text
    assert "--run-program" not in run.text
    assert not tenant.is_whole()


def test_without_a_terminal_all_that_is_missing_is_named_at_once(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    run = tenant.run_new("--set", "connectwise:site=na.myconnectwise.net", "--set", "umbrella:console=isp", expect=2)
    for key in ("companyId", "publicKey"):
        assert f"connectwise:{key}: is required" in run.text
        assert f"--set connectwise:{key}=VALUE" in run.text
    for key in ("clientId", "privateKey"):
        assert f"--secret connectwise:{key}=@FILE" in run.text
    assert "umbrella:consoleId: is required" in run.text
    assert "umbrella:console: must be 'msp' or 'mssp'" in run.text
    assert "--yes: is needed" in run.text
    assert not tenant.is_whole()


def test_a_secret_comes_from_a_command_from_standard_input_and_from_the_environment(
    newcomer: Callable[..., Newcomer],
) -> None:
    tenant = newcomer()
    secrets = tenant.company.secrets()
    file = tenant.folder / "with blanks in its name"
    file.write_text(secrets["connectwise:gatewayToken"], encoding="utf-8")
    run = tenant.run_new(
        *tenant.list_plain(connectwise__driver=""),
        *("--secret", "connectwise:clientId=-"),
        *("--secret", f"connectwise:gatewayToken=!cat '{file}'"),
        *("--secret", f"umbrella:gatewayToken=@{tenant.write_secret_files()[-1].partition('@')[2]}"),
        "--yes",
        given=f"{secrets['connectwise:clientId']}\n",
        UMBRELLA_PSA_CONNECTWISE_DRIVER="gateway",
        UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY=secrets["connectwise:privateKey"],
    )
    assert "signed in as" in run.text
    assert f"the gateway serves the company {tenant.company.id}" in run.text, "what the environment says is tried too"
    assert not {"connectwise:privateKey", "connectwise:driver"} & set(tenant.read_configuration())
    stack = Stack(tenant.workspace, tenant.name, company=tenant.company)
    stack.up(
        UMBRELLA_PSA_CONNECTWISE_DRIVER="gateway",
        UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY=secrets["connectwise:privateKey"],
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--secret", "connectwise:privateKey=plainly-visible"], "its value stands on the command line"),
        (["--set", "connectwise:privateKey=plainly-visible"], "is a secret, and its value stands on the command line"),
        (["--secret", "plainly-visible="], "there is no such setting"),
        (["--secret", "plainly-visible"], "take KEY=…"),
        (["--secret", "connectwise:companyId=@file"], "is no secret; give it with --set connectwise:companyId=VALUE"),
        (["--set", "connectwise:compnyId=x"], 'Did you mean "connectwise:companyId"'),
        (["--set", "roleName=a", "--set", "umbrella-psa:roleName=b"], "roleName: is given twice"),
        (["--secret", "connectwise:clientId=-", "--secret", "connectwise:privateKey=-"], "holds one secret only"),
        (["--secret", "connectwise:clientId=@/not/there"], "the file /not/there can't be read: No such file"),
        (["--secret", "connectwise:clientId=!false"], "the command false ended with exit code 1"),
        (["--secret", "connectwise:clientId=!not-a-command"], "could not be run: No such file"),
        (["--secret", "connectwise:clientId=!true"], "what the command prints is empty"),
    ],
)
def test_what_the_command_line_gives_wrongly_is_refused_and_no_secret_repeated(
    newcomer: Callable[..., Newcomer], options: list[str], sentence: str
) -> None:
    tenant = newcomer()
    run = tenant.run_new(*options, "--yes", expect=2)
    assert sentence in run.text
    assert "plainly-visible" not in run.text
    assert "Traceback" not in run.text
    assert not tenant.is_whole()


def test_what_is_not_there_is_told_first_and_with_the_command(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    bare = {"PULUMI_BACKEND_URL": "", "PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_HOME": str(tenant.folder / "home")}
    run = tenant.run_new(expect=2, **bare)
    assert "backend: nobody is signed in to one" in run.text
    assert 'pulumi login "file://$HOME/.umbrella-psa?metadata=skip"' in run.text
    assert "PULUMI_CONFIG_PASSPHRASE: is not set" in run.text
    assert "is required" not in run.text


def test_a_name_that_the_contract_forbids_is_refused(workspace: Workspace, company: Callable[..., Company]) -> None:
    of = company()
    of.id = "Acme_1"
    assert "stack: the name 'Acme_1' must be lower-case" in Newcomer(workspace, of, Path()).run_new(expect=2).text


def test_nothing_that_is_there_is_written_over(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    given = (*tenant.list_plain(), *tenant.write_secret_files(), "--yes")
    tenant.file.write_text("# somebody's\n", encoding="utf-8")
    assert "is there already, without a stack" in tenant.run_new(*given, expect=1).text
    assert tenant.file.read_text(encoding="utf-8") == "# somebody's\n"
    tenant.file.unlink()
    tenant.run_new(*given)
    before = tenant.file.read_bytes()
    assert "exists already" in tenant.run_new(*given, expect=1).text
    assert tenant.file.read_bytes() == before


def test_an_interruption_at_a_question_leaves_nothing(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    with tenant.run_at_terminal(*tenant.list_plain(), *tenant.write_secret_files()) as terminal:
        terminal.wait_for("vault:url")
        terminal.interrupt_question()
        code = terminal.wait_for_end()
    assert code == 8, terminal.text
    assert "interrupted; nothing was written." in terminal.text
    assert not tenant.is_whole()


def test_a_secret_on_standard_input_is_not_shown_at_a_terminal(newcomer: Callable[..., Newcomer]) -> None:
    tenant = newcomer()
    secret = tenant.company.secrets()["connectwise:clientId"]
    others = [file for file in tenant.write_secret_files() if not file.startswith("connectwise:clientId=")]
    given = [option for other in others if other != "--secret" for option in ("--secret", other)]
    with tenant.run_at_terminal(*tenant.list_plain(), *given, "--secret", "connectwise:clientId=-") as terminal:
        terminal.answer("connectwise:clientId: ", secret)
        terminal.wait_for("vault:url")  # so it was taken, and the sign-in with it tried
        terminal.interrupt_question()
        assert terminal.wait_for_end() == 8, terminal.text
    assert secret not in terminal.text
    assert not tenant.is_whole()


def list_scratch(tenant: Newcomer) -> list[Path]:
    """The files that are being prepared, with what is encrypted so far."""
    return list((tenant.workspace.project / ".work").glob(f"new-{tenant.name}-*/stacks/*.yaml"))


MOMENTS: dict[str, Callable[[Newcomer], object]] = {
    "confirmed": lambda tenant: True,
    "preparing": list_scratch,
    "encrypting": lambda tenant: [
        file for file in list_scratch(tenant) if "secure:" in file.read_text(encoding="utf-8")
    ],
    "placing": lambda tenant: tenant.file.exists(),
}


@pytest.mark.parametrize("ending", ["interrupt", "kill"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_end_in_the_midst_of_writing_leaves_a_whole_stack_or_none(
    newcomer: Callable[..., Newcomer], moment: str, ending: str
) -> None:
    tenant = newcomer()
    with tenant.run_at_terminal(*tenant.list_plain(), *tenant.write_secret_files()) as terminal:
        for question in ("vault:url", "roleName", "memberId", "memberName", "memberEmail", "make the stack?"):
            terminal.answer(question, "")
        wait_until(lambda: MOMENTS[moment](tenant))
        # A terminal throws away what is typed just before a Ctrl-C; and the engine's start follows the file.
        time.sleep(1)
        if ending == "kill":
            terminal.kill()
            # The engine that makes the stack is on its own by then, and makes it.
            wait_until(lambda: tenant.file.exists() == (tenant.name in tenant.list_stacks()))
        else:
            terminal.interrupt()
            told = "are complete" if terminal.wait_for_end() == 8 and tenant.file.exists() else "nothing was written"
            assert told in terminal.text or "Written:" in terminal.text
    whole = tenant.is_whole()
    assert whole or moment != "placing" or ending == "interrupt"
    if not whole and moment == "encrypting":
        tenant.run_new(*tenant.list_plain(), *tenant.write_secret_files(), "--yes")


def wait_until(happened: Callable[[], object]) -> None:
    finish = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < finish
        time.sleep(0.005)


@pytest.mark.parametrize("broken", ["config*set", "stack*init"])
def test_a_failing_engine_leaves_nothing_and_its_words_are_told(
    newcomer: Callable[..., Newcomer], tmp_path: Path, broken: str
) -> None:
    tenant = newcomer()
    python = write_failing_engine(tmp_path, broken, tenant.workspace.backend_url)
    run = tenant.run_new(*tenant.list_plain(), *tenant.write_secret_files(), "--yes", python=python, expect=1)
    assert "the engine is out of order" in run.text
    assert not tenant.is_whole()
    tenant.run_new(*tenant.list_plain(), *tenant.write_secret_files(), "--yes")


def write_failing_engine(folder: Path, at: str, backend: str) -> str:
    """A virtual environment like ours, but for its `pulumi`: a stack can be made anywhere but in this backend."""
    real = shutil.which("pulumi", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    programs = folder / "venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("lib", "pyvenv.cfg"):
        (folder / "venv" / name).symlink_to(ROOT / ".venv" / name)
    (programs / "python").symlink_to(ROOT / ".venv" / "bin" / "python")
    script = f"""#!/bin/sh
case "$*" in *{at}*)
  if [ "{at}" = "config*set" ] || [ "$PULUMI_BACKEND_URL" = "{backend}" ]; then
    echo "error: the engine is out of order" >&2; exit 255
  fi;;
esac
exec {real} "$@"
"""
    (programs / "pulumi").write_text(script, encoding="utf-8")
    (programs / "pulumi").chmod(0o755)
    return str(programs / "python")
