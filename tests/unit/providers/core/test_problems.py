"""The family of problems, and what each keeps for whoever must decide on it."""

from __future__ import annotations

import pytest

from providers.core import problems
from providers.core.problems import BadSetting, LostAnswer, Problem, Refusal, RemoteProblem

REMOTE = ("NotSignedIn", "NotPermitted", "NotThere", "Conflict", "Overloaded", "LostAnswer")


def test_everything_a_user_sees_is_a_problem() -> None:
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, Problem) for kind in kinds)


@pytest.mark.parametrize("name", REMOTE)
def test_what_the_other_side_says_is_a_remote_problem(name: str) -> None:
    assert issubclass(getattr(problems, name), RemoteProblem)


def test_the_tree_in_the_docstring_names_every_problem() -> None:
    assert problems.__doc__
    for name, kind in vars(problems).items():
        if isinstance(kind, type) and issubclass(kind, Problem):
            assert name in problems.__doc__


def test_a_wrong_setting_names_its_key_first() -> None:
    problem = BadSetting("connectwise:site", "is required.")
    assert (str(problem), problem.setting) == ("connectwise:site: is required.", "connectwise:site")


def test_a_refusal_knows_what_lifts_it() -> None:
    assert Refusal("no", lift="adopt").lift == "adopt"
    assert Refusal("no").lift is None


def test_a_lost_answer_knows_whether_the_request_left() -> None:
    assert LostAnswer("x", sent=True).sent
    assert not LostAnswer("x", sent=False).sent


def test_a_remote_problem_keeps_status_code_and_field() -> None:
    problem = RemoteProblem("x", status=400, code="InvalidObject", field="name")
    assert (problem.status, problem.code, problem.field) == (400, "InvalidObject", "name")
