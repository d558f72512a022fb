"""An object that the state names twice goes with the last of its names only."""

from __future__ import annotations

from providers.core.reference_counter import ReferenceCounter


def test_what_is_named_once_may_go() -> None:
    claims = ReferenceCounter()
    claims.add("7", adopted=False)
    assert claims.release("7")


def test_what_nobody_looked_at_may_go_too() -> None:
    assert ReferenceCounter().release("7")


def test_what_is_named_twice_goes_the_second_time() -> None:
    claims = ReferenceCounter()
    claims.add("7", adopted=False)
    claims.add("7", adopted=False)
    assert [claims.release("7"), claims.release("7")] == [False, True]


def test_what_this_run_took_up_stays() -> None:
    claims = ReferenceCounter()
    claims.add("7", adopted=False)
    claims.acquire("7")
    assert not claims.release("7")


def test_it_is_remembered_whose_the_object_was() -> None:
    claims = ReferenceCounter()
    claims.add("7", adopted=True)
    claims.add("8", adopted=False)
    assert [claims.is_adopted(object_id) for object_id in ("7", "8", "9")] == [True, False, None]


def test_what_was_compared_in_the_process_of_the_steps_stays() -> None:
    """The refresh ran in another process, so nothing is named here."""
    claims = ReferenceCounter()
    claims.retain("7")
    assert [claims.release("7"), claims.release("8")] == [False, True]
    assert not claims.release("7"), "however many rows are to be deleted"


def test_what_a_refresh_compared_before_a_destroy_goes() -> None:
    claims = ReferenceCounter()
    claims.add("7")
    claims.retain("7")
    assert claims.release("7")


def test_what_an_earlier_run_of_the_process_noted_can_be_forgotten() -> None:
    counter = ReferenceCounter()
    counter.add("1", adopted=True)
    counter.retain("2")
    counter.acquire("3")
    assert [counter.release(object_id) for object_id in ("2", "3")] == [False, False]
    counter.forget()
    assert counter.is_adopted("1") is None
    assert [counter.release(object_id) for object_id in ("1", "2", "3")] == [True, True, True]
