"""No secret in clear, wherever a run leaves something; and of what the engine itself shows, nothing more than is said.

docs/security.md says what that is. After every other engine test the same places are searched (`Stack.leaks`).
"""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

import pytest

from simulator.remote import Company
from tests.engine.leaks import holds, list_spellings, make_needles
from tests.engine.processes import watch_processes
from tests.engine.workspace import Stack, Workspace

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: f"key={secret}.",
    "Basic": lambda secret: f"Authorization: Basic {b64encode(f'acme+Public:{secret}'.encode()).decode()}",
    "base64 among others": lambda secret: b64encode(f"a{secret}bc".encode()).decode(),
    "for a URL": lambda secret: f"https://x/?a={quote(secret, safe='')}&b=1",
    "in JSON": lambda secret: json.dumps({"key": secret}),
    "in JSON in JSON": lambda secret: json.dumps({"msg": json.dumps({"key": secret})}),
}


@pytest.mark.parametrize("secret", ["Ab3dEf6hIj9lMn2p", "q\"uo\\te/+ü=&<'%"], ids=["plain", "awkward"])
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_spelling(form: str, secret: str) -> None:
    assert holds(FORMS[form](secret), make_needles([secret]))
    assert not holds(FORMS[form](secret[::-1]), make_needles([secret]))


def test_each_spelling_is_long_enough_to_mean_something() -> None:
    assert min(len(spelling) for spelling in list_spellings("Ab3dEf6hIj9lMn2p")) >= 16


@pytest.fixture(scope="module")
def planted(workspace: Workspace, company: Callable[..., Company]) -> Stack:
    """A stack that never ran: its workspace holds what a test puts there."""
    stack = Stack(workspace, "planted", company=company())
    role = stack.company.ask("POST", "/roles", {"name": "Planted"})["id"]
    fields = {"identifier": "Planted", "name": "Planted", "roleId": role}
    member = stack.company.ask("POST", "/apiMembers", fields)["id"]
    stack.company.ask("POST", f"/apiMembers/{member}/keys", {"description": "nobody was told of it"})
    return stack


def _list_files(workspace: Workspace) -> dict[str, Path]:
    return {
        "backend": workspace.backend / ".pulumi" / "stacks" / "planted.json",
        "history": workspace.backend / ".pulumi" / "history" / "planted" / "planted-1.checkpoint.json",
        "settings": workspace.project / "stacks" / "Pulumi.planted.yaml",
        "report": workspace.project / "report.json",
        "core": workspace.project / "core.4711",
        "left in /tmp": workspace.left_over / "tmp" / "pulumi-planted",
        "log": workspace.left_over / "home" / "logs" / "pulumi-20260101T000000-1-up.log",
    }


@pytest.mark.parametrize("place", ["backend", "history", "settings", "report", "core", "left in /tmp", "log"])
def test_a_planted_secret_is_found_in_every_kind_of_file(planted: Stack, place: str) -> None:
    path = _list_files(planted.workspace)[place]
    path.parent.mkdir(parents=True, exist_ok=True)
    for secret in planted.list_secrets():
        line = f'{{"msg": "{secret}"}}\n'.encode()
        whole = gzip.compress(line) if place == "log" else b"\x00\xff" + line
        # The engine writes a log in several goes, and one that was killed does not end it.
        for content in (whole, whole + gzip.compress(b"more")[:-5]):
            path.write_bytes(content)
            assert planted.find_leaks() == [str(path)]
    path.unlink()
    assert planted.find_leaks() == []


def test_a_planted_secret_is_found_in_what_was_printed(planted: Stack) -> None:
    for secret in planted.list_secrets():
        planted.seen.append(f"Diagnostics:\n  {secret}\n")
        assert planted.find_leaks() == ["output 0"]
        planted.seen.clear()


def test_a_planted_secret_is_found_in_arguments_and_environment() -> None:
    secret = "Ab3dEf6hIj9lMn2p"
    with watch_processes() as seen:
        subprocess.run(["sleep", "1.5"], env={"PATH": "/usr/bin:/bin", "PLANTED": f"x{secret}"}, check=True)
        subprocess.run(["sh", "-c", "sleep 1.5; true", secret], check=True)
    wanted = make_needles([secret])
    assert any(holds(argument, wanted) for argument in seen.arguments.values())
    assert seen.find_variables_with(wanted) == {"PLANTED"}


@pytest.mark.unaltered
def test_a_whole_life_shows_no_secret_anywhere(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    """With the Umbrella API's credentials too, a report of ours, and the engine's own log, which flows to providers."""
    ours = company()
    console = ours.console
    stack = make_stack(ours, umbrella__apiUrl=console["apiUrl"], umbrella__apiKey=console["apiKey"])
    stack.set_secret("umbrella:apiSecret", console["apiSecret"])
    log = ["-v=2", "--logtostderr", "--logflow"]
    with watch_processes() as seen:
        stack.up(*log)
        stack.set("rotate", "spring")
        stack.preview("--json", *log, expect=7)
        stack.up("-v=2", "--logflow")  # into files
        stack.run_pulumi("stack", "export", "-s", stack.name)
        stack.read_outputs()
        stack.run_command("orphans", stack.name, "--json", "report.json")
    assert len(stack.company.tokens()) == 2
    wanted = make_needles([*stack.list_secrets(), console["apiSecret"]])
    assert stack.find_leaks() == []
    assert not any(holds(text, wanted) for text in stack.seen)
    # The report and the engine's own logs were among what was searched; of the latter a run's are encrypted.
    assert (stack.workspace.project / "report.json").is_file()
    assert len(list((stack.workspace.left_over / "home" / "logs").glob(f"*{stack.name}*"))) >= 3
    assert _write_engine_logs(stack)
    # That the watch saw the run: its programs and its providers were there.
    programs = [argument for argument in seen.arguments.values() if b"pulumi-language-python-exec" in argument]
    providers = [argument for argument in seen.arguments.values() if b"pulumi.dynamic" in argument]
    assert len(programs) >= 3
    assert len(providers) >= 3
    assert not any(holds(argument, wanted) for argument in seen.arguments.values())
    # The engine hands its decrypted configuration to the program: that, and nothing else, stands in an environment.
    assert seen.find_variables_with(wanted) == {"PULUMI_CONFIG"}


def _write_engine_logs(stack: Stack) -> list[Path]:
    """What `-v` wrote without `--logtostderr`."""
    return list((stack.workspace.left_over / "tmp").glob("pulumi*"))


def test_the_engines_own_log_shows_the_private_key_from_level_3_on_and_only_that(
    make_stack: Callable[..., Stack],
) -> None:
    """What docs/security.md warns of is true, and is all: the private key among the outputs, in the engine's words."""
    stack = make_stack()
    text = stack.up("-v=3", "--logtostderr").text
    stack.seen.pop()
    minted = [key for key in stack.company.private_keys() if key not in stack.company.secrets().values()]
    lines = [line for line in text.splitlines() if holds(line, make_needles(stack.list_secrets()))]
    assert lines
    for line in lines:
        assert holds(line, make_needles(minted))
        assert not holds(line, make_needles(stack.company.secrets().values()))
        said = json.loads(line)["msg"]
        assert said.startswith(("register resource outputs prepared: ", "resource registration successful: ")), said

    # Of each run the engine keeps a log, in which nothing is to be found (`Stack.leaks`) until somebody decrypts it.
    logs = (stack.workspace.left_over / "home" / "logs").glob(f"*+{stack.name}-*")
    log = max(logs, key=lambda path: path.stat().st_size)
    assert holds(stack.run_pulumi("logs", "decrypt", str(log)).text, make_needles(minted))
    stack.seen.pop()


def test_the_engines_event_log_shows_the_private_key_and_no_setting(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    """What docs/security.md warns of is true, and is all."""
    stack = make_stack()
    log = tmp_path / "events.json"
    stack.up("--event-log", str(log), PULUMI_DEBUG_COMMANDS="true")
    written = log.read_bytes()
    minted = [key for key in stack.company.private_keys() if key not in stack.company.secrets().values()]
    assert holds(written, make_needles(minted))
    assert not holds(written, make_needles(stack.company.secrets().values()))


def test_an_engine_that_is_made_to_dump_its_threads_shows_no_secret(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    company = stack.company
    slow = {"kind": "delay", "company": company.id, "method": "PUT", "path": "psaIntegration", "ms": 8000}
    company.simulator.ask("POST", "/faults", slow)
    process = subprocess.Popen(
        ["pulumi", "up", "-s", stack.name, "--yes", "--skip-preview", "--non-interactive"],
        cwd=stack.workspace.project,
        env={**stack.workspace.make_environment(), "GOTRACEBACK": "all"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until = monotonic() + 60
    # By the time that the sink is written and makes us wait, the key is in the engine's memory.
    while not any(
        request["path"].endswith("/psaIntegration") and request["method"] == "PUT" for request in company.requests()
    ):
        assert monotonic() < until
        assert process.poll() is None
        sleep(0.05)
    process.send_signal(signal.SIGQUIT)
    dumped = process.communicate(timeout=60)[0]
    assert "goroutine 1 " in dumped
    stack.seen.append(dumped)
    assert stack.find_leaks() == []
    while any(request["ms"] is None for request in company.requests()):
        sleep(0.1)  # a server does not stop because its client went away
    stack.run_pulumi("cancel", "--yes", "-s", stack.name)
    stack.up()
    assert len(company.member()["keys"]) == 1
