"""A stack belongs to one company and one console, and what a rotation has still to do stands in its state."""

from __future__ import annotations

import pytest

from providers.connectwise.key_retirement import KeyRetirementState
from providers.core.configuration import Configuration
from providers.core.schema import Owned
from providers.wiring import build
from stacks.state import Row, TenantState
from stacks.verbs.rotate import unfinished
from stacks.workbench import Workbench, other_owner
from tests.unit.stacks.configuration import PLAIN, SECRET, read
from tests.unit.stacks.states import COMPANY, KEY, PERMISSIONS, SINK, changed, row, state

RETIREMENT = KeyRetirementState(company=COMPANY, member_id="2306", key_id="1", owner="877ab4a892b4")
DONE = (KEY, SINK, RETIREMENT)


def bench(found: TenantState) -> Workbench:
    return Workbench(read(), build(Configuration({**PLAIN, **SECRET}, {})), found)


def test_a_state_of_these_settings_is_nobody_elses() -> None:
    assert other_owner(read(), state(PERMISSIONS, *DONE)) == other_owner(read(), TenantState()) == ""


@pytest.mark.parametrize(
    ("strange", "words"),
    [
        (changed(PERMISSIONS, company="somebody@na.myconnectwise.net"), "the company somebody@na.myconnectwise.net"),
        (changed(SINK, console="msp/42"), "the console msp/42"),
    ],
)
def test_one_row_of_another_company_or_console_tells_whose_the_stack_is(strange: Owned, words: str) -> None:
    assert other_owner(read(), state(KEY, strange)).startswith(f"its state belongs to {words}, but its settings name ")


def test_a_rotation_is_done_when_sink_and_retirement_know_the_current_key() -> None:
    assert not unfinished(bench(state(*DONE)))
    assert bench(state(*DONE)).sink_key == "Pub1"
    assert bench(TenantState()).sink_key == ""


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (KEY, SINK),
        (KEY, RETIREMENT),
        (changed(KEY, rotate="2"), SINK, RETIREMENT),
        (changed(KEY, pending="Make the key"), SINK, RETIREMENT),
        (KEY, changed(SINK, written_key="Pub0"), RETIREMENT),
        (*DONE, row(changed(KEY, public_key="Pub0"), awaits_deletion=True)),
        (KEY, SINK, changed(RETIREMENT, key_id="0")),
    ],
)
def test_a_rotation_is_unfinished_while_anything_of_it_is_left(rows: tuple[Owned | Row[Owned], ...]) -> None:
    assert unfinished(bench(state(*rows)))
