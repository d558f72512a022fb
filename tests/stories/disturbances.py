"""What may go wrong or be done wrongly around a rotation, on a tenant that is up: stories and fault matrix use it.

Each ends at a moment from which one plain `up` must find its way, once the weather has cleared. What only one engine
can be told to do stands beside that engine's stories.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from tests.stories.neighbours import Neighbours, assert_converged, own_keys
from tests.stories.stack import TenantStack

Disturbance = Callable[[TenantStack, Path], None]
"""Gets a folder of its own, for states and for a second machine."""

_generations = count(1)


def rotate(stack: TenantStack) -> str:
    """Want a generation that never was; its name."""
    wanted = f"generation {next(_generations)}"
    stack.set("rotate", wanted)
    return wanted


def inject_fault(stack: TenantStack, kind: str, method: str, path: str, **details: Any) -> None:
    company = stack.company
    wanted = {"kind": kind, "company": company.id, "method": method, "path": path, "times": None, **details}
    company.simulator.ask("POST", "/faults", wanted)


def clear_up(stack: TenantStack) -> None:
    stack.company.simulator.ask("DELETE", f"/faults?company={stack.company.id}")


def assert_put_right(disturb: Callable[[Any, Path], None], stack: Any, neighbours: Neighbours, folder: Path) -> None:
    """Disturb a tenant at rest; the sink's key is alive at every moment, and one plain `up` puts everything right."""
    try:
        disturb(stack, folder)
        assert stack.company.dead_moments() == []
    finally:
        clear_up(stack)
        stack.up()
    assert_converged(stack, neighbours)


def lose_mint_reply(stack: TenantStack, folder: Path) -> None:
    """One key too many is left, which the next up revokes."""
    held = stack.company.sink()["publicKey"]
    rotate(stack)
    inject_fault(stack, "reset", "POST", "/keys$", when="after")
    assert "broke the connection before its answer was complete" in stack.up(expect=1).text
    # Asked four times, minted once.
    assert len(own_keys(stack.company)) == 2
    assert stack.company.sink()["publicKey"] == held
    assert "of ours is left over and still works" in stack.preview(expect=stack.drifted).text


def restore_older_state(stack: TenantStack, folder: Path) -> None:
    older = stack.save_state(folder)
    rotate(stack)
    stack.up()
    rotated = stack.company.sink()["publicKey"]
    stack.restore_state(older)
    preview = stack.preview(expect=stack.drifted)
    assert stack.word("was deleted at the site; `pulumi up` makes a new one.") in preview.text
    assert stack.held_beside_a_lost_key.format(rotated) in preview.text
    assert stack.company.sink()["publicKey"] == rotated


def restore_state_from_the_middle(stack: TenantStack, folder: Path) -> None:
    """The new key is minted, the sink still has the old one; by the time of the restore both are gone."""
    rotate(stack)
    inject_fault(stack, "status", "PUT", "/psaIntegration$", status=422, body={"code": "x", "message": "no"})
    stack.up(expect=1)
    middle = stack.save_state(folder)
    clear_up(stack)
    rotate(stack)
    stack.up()
    stack.restore_state(middle)


def work_with_copied_state(stack: TenantStack, folder: Path) -> None:
    """A second machine rotates with a copy of the backend; this one hears of it by looking."""
    there = stack.make_second_machine(folder / "there")
    rotate(there)
    there.up()
    rotated = there.company.sink()["publicKey"]
    assert rotated in stack.preview(expect=stack.drifted).text
    assert there.find_leaks() == []


def _assert_refused_by_sink(stack: TenantStack, *flags: str) -> None:
    held = stack.company.sink()["publicKey"]
    rotate(stack)
    inject_fault(stack, "status", "PUT", "/psaIntegration$", status=422, body={"code": "x", "message": "not today"})
    assert "the console refused: not today" in stack.up(*flags, expect=1).text
    assert stack.company.sink()["publicKey"] == held
    assert held in own_keys(stack.company)


def continue_on_error(stack: TenantStack, folder: Path) -> None:
    """Whatever does not depend on the sink is done all the same; the old key is not revoked."""
    _assert_refused_by_sink(stack, *stack.keep_going)


def change_back(stack: TenantStack, folder: Path) -> None:
    """The cut-over failed, and the generation that the sink's key is of is wanted again."""
    before = rotate(stack)
    stack.up()
    _assert_refused_by_sink(stack)
    stack.set("rotate", before)


def fail_proof(stack: TenantStack, folder: Path) -> None:
    """Without its look at the site the engine does not know that the role has drifted; the proof does."""
    company = stack.company
    held = company.sink()["publicKey"]
    levels = {"Service Desk / Service Tickets": {"delete": "All"}, "Companies / Configurations": {"edit": "None"}}
    company.ask("PUT", f"/roles/{company.role()['id']}/levels", levels)
    rotate(stack)
    refused = stack.up(*stack.without_refresh, expect=1)
    told = "works but its rights are not as asked for, so Umbrella was not given it and keeps what it has"
    assert told in refused.text
    assert "Service Desk / Service Tickets: delete is All, should be None (wider)" in refused.text
    assert "Companies / Configurations: edit is None, should be All (narrower)" in refused.text
    assert company.sink()["publicKey"] == held
    assert held in own_keys(company)


SHARED: dict[str, Disturbance] = {
    "the reply to the mint is lost": lose_mint_reply,
    "an older state is restored": restore_older_state,
    "a state from the middle of a rotation is restored": restore_state_from_the_middle,
    "a second machine rotates with a copy of the state": work_with_copied_state,
    "the sink refuses and the run goes on": continue_on_error,
    "the sink refuses and the change is taken back": change_back,
    "the proof fails": fail_proof,
}
