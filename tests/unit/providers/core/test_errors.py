"""The family of problems, and what each keeps for whoever must decide on it."""

from __future__ import annotations

import pytest

from providers.core import errors
from providers.core.errors import GuardViolation, OutcomeUnknown, ProviderError, RemoteError, SettingError

REMOTE = ("Unauthenticated", "PermissionDenied", "NotFound", "Conflict", "Unavailable", "OutcomeUnknown")


def test_everything_a_user_sees_is_a_problem() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, ProviderError) for kind in kinds)


@pytest.mark.parametrize("name", REMOTE)
def test_what_the_other_side_says_is_a_remote_problem(name: str) -> None:
    assert issubclass(getattr(errors, name), RemoteError)


def test_the_tree_in_the_docstring_names_every_problem() -> None:
    assert errors.__doc__
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, ProviderError):
            assert name in errors.__doc__


def test_a_wrong_setting_names_its_key_first() -> None:
    error = SettingError("connectwise:site", "is required.")
    assert (str(error), error.setting) == ("connectwise:site: is required.", "connectwise:site")


def test_a_refusal_knows_what_lifts_it() -> None:
    assert GuardViolation("no", lift="adopt").lift == "adopt"
    assert GuardViolation("no").lift is None


def test_a_lost_answer_knows_whether_the_request_left() -> None:
    assert OutcomeUnknown("x", sent=True).sent
    assert not OutcomeUnknown("x", sent=False).sent


def test_a_remote_problem_keeps_status_code_and_field() -> None:
    error = RemoteError("x", status=400, code="InvalidObject", field="name")
    assert (error.status, error.code, error.field) == (400, "InvalidObject", "name")
