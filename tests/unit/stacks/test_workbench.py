"""What the verbs conclude from a typed state: whose it is, what a rotation has still to do, which pair to copy."""

from __future__ import annotations

import pytest

from providers.composition import compose
from providers.connectwise.key_retirement import KeyRetirementState
from providers.core.configuration import Configuration
from providers.core.errors import ProviderError
from providers.core.schema import Owned
from providers.policy import Policy
from providers.vault.escrow import get_generation
from stacks.commands.export import make_escrow
from stacks.fleet.rotation import begin_rotation, is_rotated, is_unfinished
from stacks.state import Row, TenantState
from stacks.tenant_session import TenantSession, find_foreign_owner
from tests.unit.stacks.configuration import PLAIN, SECRET, read_settings
from tests.unit.stacks.states import COMPANY, KEY, PERMISSIONS, SINK, changed, make_row, make_state

RETIREMENT = KeyRetirementState(company=COMPANY, member_id="2306", key_id="1", owner="877ab4a892b4")
DONE = (KEY, SINK, RETIREMENT)


def bench(found: TenantState) -> TenantSession:
    return TenantSession(read_settings(), compose(Configuration({**PLAIN, **SECRET}, {}), Policy()), found)


def test_a_state_of_these_settings_is_nobody_elses() -> None:
    assert (
        find_foreign_owner(read_settings(), make_state(PERMISSIONS, *DONE))
        == find_foreign_owner(read_settings(), TenantState())
        == ""
    )


@pytest.mark.parametrize(
    ("strange", "words"),
    [
        (changed(PERMISSIONS, company="somebody@na.myconnectwise.net"), "the company somebody@na.myconnectwise.net"),
        (changed(SINK, console="msp/42"), "the console msp/42"),
    ],
)
def test_one_row_of_another_company_or_console_tells_whose_the_stack_is(strange: Owned, words: str) -> None:
    assert find_foreign_owner(read_settings(), make_state(KEY, strange)).startswith(
        f"its state belongs to {words}, but its settings name "
    )


def test_a_rotation_is_done_when_sink_and_retirement_know_the_current_key() -> None:
    assert not is_unfinished(bench(make_state(*DONE)))
    assert bench(make_state(*DONE)).sink_key == "Pub1"
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
        (*DONE, make_row(changed(KEY, public_key="Pub0"), awaits_deletion=True)),
        (KEY, SINK, changed(RETIREMENT, key_id="0")),
    ],
)
def test_a_rotation_is_unfinished_while_anything_of_it_is_left(rows: tuple[Owned | Row[Owned], ...]) -> None:
    assert is_unfinished(bench(make_state(*rows)))


def test_a_rotation_goes_to_its_runs_generation_and_an_unfinished_one_to_its_own() -> None:
    fresh = begin_rotation(bench(make_state(*DONE)), "next")
    assert (fresh.generation, fresh.old) == ("next", "Pub1")
    cut_off = begin_rotation(bench(make_state(changed(KEY, rotate="2"), SINK, RETIREMENT)), "next")
    assert (cut_off.generation, cut_off.old) == ("", "Pub1")
    with pytest.raises(ProviderError, match="there is no key yet that could be replaced"):
        begin_rotation(bench(TenantState()), "next")


def test_a_rotation_that_an_earlier_attempt_has_ended_has_no_old_key_to_look_for() -> None:
    ended = bench(make_state(*DONE))
    assert is_rotated(ended, "")
    assert begin_rotation(ended, "").old == ""


def test_a_copy_of_the_pair_is_made_of_the_current_row_in_clear() -> None:
    old = make_row(changed(KEY, public_key="Pub0", private_key="old-half"), awaits_deletion=True)
    whole = make_state(old, make_row(changed(KEY, private_key="private-half", rotate="2"), object_id="6541"))
    escrow = make_escrow(bench(whole))
    assert (escrow.key_id, escrow.public_key, escrow.private_key.get_secret_value()) == ("6541", "Pub1", "private-half")
    assert (escrow.generation, escrow.created_at) == (get_generation("2", "2026-09-01"), "2026-09-01")


@pytest.mark.parametrize("found", [TenantState(), make_state(changed(KEY, public_key="", pending="Make the key"))])
def test_without_a_private_key_there_is_nothing_to_copy(found: TenantState) -> None:
    with pytest.raises(ProviderError, match="its state holds no key yet"):
        make_escrow(bench(found))
