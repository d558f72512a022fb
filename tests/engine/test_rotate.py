"""`umbrella-psa rotate`, as an operator runs it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.engine.manual import use_manual_driver
from tests.engine.terminal import Terminal
from tests.engine.workspace import Stack
from tests.vault.conftest import age_command as age_command
from tests.vault.conftest import age_place as age_place


def test_rotate_replaces_the_key_and_says_when_the_old_one_died(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    stack = make_stack()
    stack.up()
    old = stack.company.sink()["publicKey"]

    dry = stack.run_command("rotate", "--dry-run", stack.name, expect=7)
    assert "rotate changed from ''" in dry.text
    assert stack.company.sink()["publicKey"] == old

    young = stack.run_command("rotate", stack.name, "--older-than", "30")
    assert f"{stack.name}: clean\n  its key is not older than 30 days and stays." in young.text
    assert stack.company.sink()["publicKey"] == old

    run = stack.run_command("rotate", stack.name, "--json", str(tmp_path / "report.json"))
    new = stack.company.sink()["publicKey"]
    assert f"  Umbrella holds {new}. {old} is revoked, gone from the site at 20" in run.text
    assert "left over" not in run.text, "nobody is told to revoke the new key"
    assert stack.company.public_keys() == [new] != [old]
    (told,) = json.loads((tmp_path / "report.json").read_text())["rotations"]
    assert (told["tenant"], told["old"], told["new"]) == (stack.name, old, new)
    assert stack.company.dead_moments() == []
    stack.preview(expect=0)


def test_an_unfinished_rotation_is_finished_and_not_begun_again(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    old = stack.company.sink()["publicKey"]
    fault = {"kind": "status", "status": 503, "company": stack.company.id, "method": "PUT", "path": "psaIntegration$"}
    stack.company.simulator.ask("POST", "/faults", {**fault, "times": None})
    failed = stack.run_command("rotate", stack.name, expect=1)
    assert "  the rotation is not finished: " in failed.text
    assert stack.company.sink()["publicKey"] == old
    generation = stack.run_pulumi("config", "get", "-s", stack.name, "rotate").text

    stack.company.simulator.ask("DELETE", f"/faults?company={stack.company.id}")
    stack.run_command("rotate", stack.name)
    assert stack.run_pulumi("config", "get", "-s", stack.name, "rotate").text == generation
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]] != [old]
    assert stack.company.dead_moments() == []


def test_a_sink_that_somebody_changed_does_not_stop_a_rotation(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    old = stack.company.sink()["publicKey"]
    stack.company.set_sink(publicKey="SomebodysKey0000", privateKey="SomebodysKey0001")
    stack.run_command("rotate", stack.name)
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]] != [old]


def test_a_generation_in_the_environment_is_refused(tenant: Stack) -> None:
    run = tenant.run_command("rotate", tenant.name, expect=2, UMBRELLA_PSA_ROTATE="7")
    assert "UMBRELLA_PSA_ROTATE is set and would win over every new generation; unset it." in run.text


def test_a_rotation_whose_old_key_would_not_die_is_finished_and_not_begun_again(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack()
    stack.up()
    fault = {"kind": "status", "status": 502, "company": stack.company.id, "method": "DELETE", "path": "/keys/"}
    stack.company.simulator.ask("POST", "/faults", {**fault, "times": None})
    stack.run_command("rotate", stack.name, expect=1)
    old, new = stack.company.public_keys()
    assert stack.company.sink()["publicKey"] == new
    stack.company.simulator.ask("DELETE", f"/faults?company={stack.company.id}")
    run = stack.run_command("rotate", stack.name)
    assert stack.company.public_keys() == [new], "no third key"
    assert f"{old} is revoked" in run.text


def test_a_rotation_of_a_persons_tenant_waits_for_them(make_stack: Callable[..., Stack]) -> None:
    person = use_manual_driver(make_stack(), "connectwise", "umbrella")
    stack, old = person.stack, person.bring_up()

    def waits(title: str) -> str:
        text = stack.run_command("rotate", stack.name, expect=7).text
        order = text.partition("the rotation waits for a person")[2]
        assert f"## Work order: {title}" in order, text
        return order

    new = person.make_key(waits("make an API key"))
    person.supply_pair(new)
    waits(f"enter the API key {new[0]}")
    person.enter(new)
    waits(f"delete the API key {old[0]}")
    person.delete_key(old[0])
    done = stack.run_command("rotate", stack.name).text
    assert f"Umbrella holds {new[0]}. {old[0]} is revoked" in done
    assert stack.company.public_keys() == [new[0]]
    assert stack.company.dead_moments() == []


def test_ctrl_c_lets_the_engine_finish_its_step_and_give_its_lock_back(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    hold = stack.company.hold("before", method="PUT", path="psaIntegration$")
    command = ["python", "-m", "stacks", "rotate", stack.name]
    with Terminal(command, stack.workspace.project, stack.workspace.make_environment()) as terminal:
        assert hold.reached(60) is not None
        terminal.interrupt()
        time.sleep(1)  # long enough for an engine to be killed in
        hold.release()
        assert terminal.wait_for_end() == 8
        stack.seen.append(terminal.text)
    assert "interrupted; what was finished is kept" in terminal.text
    assert "lock" not in stack.run_command("rotate", stack.name).text
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]]
    assert stack.company.dead_moments() == []
