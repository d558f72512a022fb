"""What is not touched, not overwritten and not shown, the same in every kind."""

from __future__ import annotations

import logging
import re

import pytest

from providers.core.errors import Conflict, GuardViolation
from tests.vault.locations import AwsPlace, Place
from tests.vault.run import Run, get_fields, make_args, make_escrow, make_private_key


def test_somebody_elses_secret_is_not_touched(place: Place) -> None:
    seed_empty(place)
    place.add({"password": "of another system"})
    kept, about = place.list_values(), place.get_metadata()
    for attempt in (make_preconditions, make_rotation_preconditions, run_fresh_up):
        with pytest.raises(GuardViolation, match=r"holds a secret at .* already, .*add vault to allow"):
            attempt(place)
    assert (place.list_values(), place.get_metadata()) == (kept, about)


@pytest.mark.parametrize("company", ["Beta", "Acme"])
def test_another_tenants_key_is_not_touched(place: Place, company: str) -> None:
    """Of another company or of ours: two tenants may be consoles of one."""
    address = f"{company.casefold()}@na.myconnectwise.net"
    theirs = make_args(place.settings, 1, tenant="beta", company_id=company, company=address)
    Run(place.settings).up(None, theirs)
    for attempt in (make_preconditions, make_rotation_preconditions, run_fresh_up):
        with pytest.raises(GuardViolation, match=f"of the tenant beta and the company {company}"):
            attempt(place)
    assert place.list_values() == [get_fields(theirs)]


def test_allow_lifts_that_guard_and_keeps_what_was_there(place: Place) -> None:
    seed_empty(place)
    place.add({"password": "of another system"})
    args = make_args(place.settings)
    Run(place.settings, take_over=True).up(None, args, minted=True)
    assert place.list_values()[-1] == get_fields(args)
    assert len(place.list_values()) == (2 if place.keeps_history else 1)


def test_what_was_put_on_top_of_somebodys_is_ours_from_then_on(place: Place) -> None:
    seed_empty(place)
    place.add({"password": "of another system"})
    Run(place.settings, take_over=True).up(None, make_args(place.settings), minted=True)
    new = make_args(place.settings, 2)
    Run(place.settings).up(None, new, minted=True)  # after a destroy that kept it
    assert place.list_values()[-1] == get_fields(new)


def test_what_was_put_on_top_of_another_tenants_key_is_ours_from_then_on(place: Place) -> None:
    theirs = make_args(place.settings, 1, tenant="beta", company_id="Beta", company="beta@na.myconnectwise.net")
    Run(place.settings).up(None, theirs)
    Run(place.settings, take_over=True).up(None, make_args(place.settings, 2), minted=True)
    new = make_args(place.settings, 3)
    Run(place.settings).up(None, new, minted=True)
    assert place.list_values()[-1] == get_fields(new)


def test_what_a_destroyed_stack_kept_is_its_successors(place: Place) -> None:
    Run(place.settings).up(None, make_args(place.settings, 1))
    new = make_args(place.settings, 2)
    Run(place.settings).up(None, new, minted=True)
    assert place.list_values()[-1] == get_fields(new)


def test_a_write_after_another_one_is_refused(place: Place) -> None:
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    run = Run(place.settings)
    seen = run.handler.read(old.place, state)
    assert seen is not None
    place.add({"somebody": "was faster"})
    with pytest.raises(Conflict, match=re.escape(f"somebody changed the vault secret {place.name} during this run")):
        run.handler.update(new.place, seen, new)
    assert place.list_values()[-1] == {"somebody": "was faster"}
    assert place.settings.url is not None
    Run(place.settings).up(state, new)
    assert place.list_values()[-1] == get_fields(new)


def test_a_write_on_top_of_nothing_is_refused_where_something_is(place: Place) -> None:
    args = make_args(place.settings)
    vault = Run(place.settings).vaults.open(place.url)
    assert vault.describe() is None
    seed_empty(place)
    place.add({"somebody": "was faster"})
    with pytest.raises(Conflict):
        vault.put(make_escrow(args), "")
    assert place.list_values()[-1] == {"somebody": "was faster"}


def test_a_check_of_write_access_changes_nothing_of_what_somebody_put_on_top(place: Place) -> None:
    state = Run(place.settings).up(None, make_args(place.settings))
    place.add({"somebody": "else's"})
    kept, about = place.list_values(), place.get_metadata()
    Run(place.settings).restart(state).gate.refuse_unless_ready("acme")
    assert place.list_values() == kept
    assert isinstance(place, AwsPlace) or place.get_metadata() == about  # there a tag that is ours is stated once more


def test_a_blank_is_never_written(place: Place) -> None:
    for blank in (make_args(place.settings, public_key=" "), make_args(place.settings, private_key=" ")):
        with pytest.raises(GuardViolation, match="a blank key is never written into a vault"):
            Run(place.settings).up(None, blank)
    assert Run(place.settings).vaults.open(place.url).describe() is None


def test_destroy_keeps_by_default(place: Place) -> None:
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.forget_asked()
    Run(place.settings).delete(args.place, state)
    assert place.list_requests() == []
    assert place.list_values() == [get_fields(args)]


def test_destroy_deletes_when_told_to(place: Place) -> None:
    args = make_args(place.settings, on_destroy="delete")
    state = Run(place.settings).up(None, args)
    Run(place.settings).delete(args.place, state)
    seen = Run(place.settings).vaults.open(place.url).describe(state.version)
    assert seen is None if not place.soft_deletes else (seen and seen.condition == "soft-deleted")
    Run(place.settings).delete(args.place, state)  # once more, after a lost answer
    again = Run(place.settings).up(None, args)
    assert place.list_values()[-1] == get_fields(args)
    assert Run(place.settings).preview(again, args) == []


def test_destroy_leaves_what_somebody_else_put_there(place: Place) -> None:
    args = make_args(place.settings, on_destroy="delete")
    state = Run(place.settings).up(None, args)
    place.add({"somebody": "else's"})
    Run(place.settings).delete(args.place, state)
    assert place.list_values()[-1] == {"somebody": "else's"}


def test_no_log_and_no_name_shows_the_private_key(
    place: Place, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        state = Run(place.settings).up(None, make_args(place.settings, 1), minted=True)
        state = Run(place.settings).up(state, make_args(place.settings, 2), minted=True)
        place.add({"strange": "value"})
        Run(place.settings).up(state, make_args(place.settings, 2))
    run = Run(place.settings)
    seen = run.vaults.open(place.url).describe()
    said = caplog.text + "".join(capfd.readouterr()) + repr(run.vaults.open(place.url)) + repr(seen) + repr(state)
    said += repr(make_escrow(make_args(place.settings, 2)))
    assert [secret for secret in (make_private_key(1), make_private_key(2)) if secret in said] == []


def seed_empty(place: Place) -> None:
    """AWS wants a secret to be made before it gets values."""
    if isinstance(place, AwsPlace):
        place.client.create_secret(Name=place.secret)


def make_preconditions(place: Place) -> None:
    Run(place.settings).gate.refuse_foreign("acme")


def make_rotation_preconditions(place: Place) -> None:
    """To a new place, and in a process that has not looked: both settings were changed."""
    Run(place.settings).gate.refuse_unless_ready("acme")


def run_fresh_up(place: Place) -> None:
    Run(place.settings).up(None, make_args(place.settings))
