"""However a rotation is disturbed, one plain `up` ends in one key, and the sink's key is alive at every moment.

The tests share one tenant with neighbours; each disturbs, looks, runs `up`, and leaves it as wanted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.engine.estate import Neighbours, assert_converged, own_keys
from tests.engine.workspace import Stack

_generations = count(1)


@pytest.fixture(scope="module")
def neighbours(tenant: Stack) -> Neighbours:
    return Neighbours(tenant.company)


@pytest.fixture
def at_rest(tenant: Stack, neighbours: Neighbours) -> Iterator[Stack]:
    """The tenant; afterwards one plain `up` must have brought everything right."""
    yield tenant
    tenant.company.simulator.ask("DELETE", f"/faults?company={tenant.company.id}")
    tenant.up()
    assert_converged(tenant, neighbours)


def rotate(stack: Stack) -> None:
    stack.set("rotate", f"generation {next(_generations)}")


def fault(stack: Stack, kind: str, method: str, path: str, **details: Any) -> None:
    company = stack.company
    wanted = {"kind": kind, "company": company.id, "method": method, "path": path, "times": None, **details}
    company.simulator.ask("POST", "/faults", wanted)


def urn(stack: Stack, name: str) -> str:
    state = json.loads(stack.pulumi("stack", "export", "-s", stack.name).text)
    found: str = next(one["urn"] for one in state["deployment"]["resources"] if one["urn"].endswith(f"::{name}"))
    return found


def export(stack: Stack, to: Path) -> Path:
    path = to / "state.json"
    stack.pulumi("stack", "export", "-s", stack.name, "--file", str(path))
    return path


def restore(stack: Stack, path: Path) -> None:
    stack.pulumi("stack", "import", "-s", stack.name, "--file", str(path))


def test_a_lost_reply_to_the_mint_leaves_one_key_which_the_next_up_revokes(at_rest: Stack) -> None:
    held = at_rest.company.sink()["publicKey"]
    rotate(at_rest)
    fault(at_rest, "reset", "POST", "/keys$", when="after")
    assert "broke the connection before its answer was complete" in at_rest.up(expect=1).text
    # Asked four times, minted once.
    assert len(own_keys(at_rest.company)) == 2
    assert at_rest.company.sink()["publicKey"] == held
    assert "of ours is left over and still works" in at_rest.preview(expect=7).text


def test_an_older_state_that_was_restored_finds_its_way_back(at_rest: Stack, tmp_path: Path) -> None:
    older = export(at_rest, tmp_path)
    rotate(at_rest)
    at_rest.up()
    rotated = at_rest.company.sink()["publicKey"]
    restore(at_rest, older)
    preview = at_rest.preview(expect=7)
    assert "was deleted at the site; `pulumi up` makes a new one." in preview.text
    assert f"holds the public key {rotated}; it should hold" in preview.text
    assert at_rest.company.sink()["publicKey"] == rotated


def test_a_state_from_the_middle_of_a_rotation_that_was_restored_finds_its_way_back(
    at_rest: Stack, tmp_path: Path
) -> None:
    """The new key is minted, the sink still has the old one; by the time of the restore both are gone."""
    rotate(at_rest)
    fault(at_rest, "status", "PUT", "/psaIntegration$", status=422, body={"code": "x", "message": "no"})
    at_rest.up(expect=1)
    middle = export(at_rest, tmp_path)
    at_rest.company.simulator.ask("DELETE", f"/faults?company={at_rest.company.id}")
    rotate(at_rest)
    at_rest.up()
    restore(at_rest, middle)


def test_a_key_that_the_engine_is_told_to_replace_is_replaced_in_order(at_rest: Stack) -> None:
    old = at_rest.company.sink()["publicKey"]
    at_rest.up("--replace", urn(at_rest, "key"))
    assert own_keys(at_rest.company) == [at_rest.company.sink()["publicKey"]] != [old]


def test_a_tainted_key_is_replaced_in_order(at_rest: Stack) -> None:
    old = at_rest.company.sink()["publicKey"]
    at_rest.pulumi("state", "taint", urn(at_rest, "key"), "-s", at_rest.name, "--yes")
    at_rest.up()
    assert own_keys(at_rest.company) == [at_rest.company.sink()["publicKey"]] != [old]


def test_the_key_alone_as_a_target_never_costs_the_sink_its_key(at_rest: Stack) -> None:
    held = at_rest.company.sink()["publicKey"]
    rotate(at_rest)
    refused = at_rest.up("--target", urn(at_rest, "key"), expect=1)
    assert f"the key {held} is the one that Umbrella holds, so it is not revoked" in refused.text
    assert at_rest.company.sink()["publicKey"] == held
    assert held in own_keys(at_rest.company)


def test_the_key_alone_is_not_destroyed_while_the_sink_needs_it(at_rest: Stack) -> None:
    held = at_rest.company.sink()["publicKey"]
    destroy = ["--target", urn(at_rest, "key")]
    at_rest.destroy(*destroy, expect=1)
    assert (own_keys(at_rest.company), at_rest.company.sink()["publicKey"]) == ([held], held)
    # With its dependents the sink is emptied first, and then nobody needs the key any more.
    at_rest.destroy(*destroy, "--target-dependents")
    assert (own_keys(at_rest.company), at_rest.company.sink()["publicKey"]) == ([], None)


def test_a_sink_that_refuses_keeps_its_key_and_a_change_back_heals_it(at_rest: Stack) -> None:
    held = at_rest.company.sink()["publicKey"]
    before = at_rest.pulumi("config", "get", "-s", at_rest.name, "rotate").text.strip()
    rotate(at_rest)
    fault(at_rest, "status", "PUT", "/psaIntegration$", status=422, body={"code": "x", "message": "not today"})
    assert "the console refused: not today" in at_rest.up("--continue-on-error", expect=1).text
    assert at_rest.company.sink()["publicKey"] == held
    assert held in own_keys(at_rest.company)
    # And back to the generation that the sink's key is of.
    at_rest.set("rotate", before)


def test_a_proof_that_fails_keeps_the_sink_and_says_which_right_is_wrong(at_rest: Stack) -> None:
    company = at_rest.company
    held = company.sink()["publicKey"]
    levels = {"Service Desk / Service Tickets": {"delete": "All"}, "Companies / Configurations": {"edit": "None"}}
    company.ask("PUT", f"/roles/{company.role()['id']}/levels", levels)
    rotate(at_rest)
    # Without its look at the site the engine does not know that the role has drifted; the proof does.
    refused = at_rest.up("--refresh=false", expect=1)
    assert (
        "works but its rights are not as asked for, so Umbrella was not given it and keeps what it has" in refused.text
    )
    assert "Service Desk / Service Tickets: delete is All, should be None (wider)" in refused.text
    assert "Companies / Configurations: edit is None, should be All (narrower)" in refused.text
    assert company.sink()["publicKey"] == held
    assert held in own_keys(company)
