"""An object that the state names twice goes with the last of its names only."""

from __future__ import annotations

from providers.core.claims import Claims


def test_what_is_named_once_may_go() -> None:
    claims = Claims()
    claims.name("7", adopted=False)
    assert claims.give_up("7")


def test_what_nobody_looked_at_may_go_too() -> None:
    assert Claims().give_up("7")


def test_what_is_named_twice_goes_the_second_time() -> None:
    claims = Claims()
    claims.name("7", adopted=False)
    claims.name("7", adopted=False)
    assert [claims.give_up("7"), claims.give_up("7")] == [False, True]


def test_what_this_run_took_up_stays() -> None:
    claims = Claims()
    claims.name("7", adopted=False)
    claims.take("7")
    assert not claims.give_up("7")


def test_it_is_remembered_whose_the_object_was() -> None:
    claims = Claims()
    claims.name("7", adopted=True)
    claims.name("8", adopted=False)
    assert [claims.adopted(object_id) for object_id in ("7", "8", "9")] == [True, False, None]


def test_what_was_compared_in_the_process_of_the_steps_stays() -> None:
    """The refresh ran in another process, so nothing is named here."""
    claims = Claims()
    claims.keep("7")
    assert [claims.give_up("7"), claims.give_up("8")] == [False, True]
    assert not claims.give_up("7"), "however many rows are to be deleted"


def test_what_a_refresh_compared_before_a_destroy_goes() -> None:
    claims = Claims()
    claims.name("7")
    claims.keep("7")
    assert claims.give_up("7")
