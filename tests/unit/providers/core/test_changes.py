"""Live against wanted, field by field."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import SecretStr

from providers.core.changes import Change, find_changes
from providers.core.schema import Follows, Model, NotCompared, Replaces


class Args(Model):
    parent_id: Annotated[str, Replaces]
    name: str = ""
    secret: Annotated[SecretStr, Follows("parent_id")] = SecretStr("")
    how: Annotated[str, NotCompared] = ""


class State(Args):
    made_by_the_site: str = ""


def find(state: State, wanted: dict[str, Any], unknown: tuple[str, ...] = ()) -> list[Change]:
    known = {name: value for name, value in wanted.items() if name not in unknown}
    return find_changes(state, known, Args, unknown)


def make_wanted(**changed: Any) -> dict[str, Any]:
    return {"parent_id": "7", "name": "a", "secret": SecretStr("s3cr"), "how": "x", **changed}


STATE = State(parent_id="7", name="a", secret=SecretStr("s3cr"), how="x", made_by_the_site="whatever")


def test_what_is_as_wanted_is_no_change() -> None:
    assert find(STATE, make_wanted()) == []


def test_a_change_names_the_field_and_both_values() -> None:
    assert find(STATE, make_wanted(name="b")) == [Change("name", "a", "b")]


def test_changes_come_in_the_order_of_declaration() -> None:
    names = [change.field for change in find(STATE, make_wanted(secret=SecretStr("new"), name="b", parent_id="8"))]
    assert names == ["parent_id", "name", "secret"]


def test_a_field_that_replaces_says_so_and_its_neighbours_do_not() -> None:
    assert [change.replaces for change in find(STATE, make_wanted(parent_id="8", name="b"))] == [True, False]


def test_how_to_go_about_it_is_never_compared() -> None:
    assert find(STATE, make_wanted(how="another way")) == []
    assert find(STATE, make_wanted(), unknown=("how",)) == []


def test_what_only_the_site_answers_is_never_compared() -> None:
    assert find(STATE.model_copy(update={"made_by_the_site": "other"}), make_wanted()) == []


def test_an_unknown_value_is_a_change_but_never_replaces() -> None:
    (change,) = find(STATE, make_wanted(), unknown=("parent_id",))
    assert (change.field, change.unknown, change.replaces, change.wanted) == ("parent_id", True, False, None)


def test_a_value_that_follows_a_known_unchanged_parent_may_stay_unknown() -> None:
    assert find(STATE, make_wanted(), unknown=("secret",)) == []


def test_a_value_that_follows_a_changed_parent_is_a_change() -> None:
    assert [change.field for change in find(STATE, make_wanted(parent_id="8"), unknown=("secret",))] == [
        "parent_id",
        "secret",
    ]


def test_a_value_that_follows_an_unknown_parent_is_a_change() -> None:
    assert [change.field for change in find(STATE, make_wanted(), unknown=("parent_id", "secret"))] == [
        "parent_id",
        "secret",
    ]


def test_an_unknown_that_follows_nobody_is_a_change() -> None:
    assert [change.field for change in find(STATE, make_wanted(), unknown=("name",))] == ["name"]


def test_a_known_value_is_compared_even_where_it_follows() -> None:
    assert [change.field for change in find(STATE, make_wanted(secret=SecretStr("other")))] == ["secret"]


def test_a_change_of_a_secret_shows_neither_value() -> None:
    (change,) = find(STATE, make_wanted(secret=SecretStr("brandnewsecret")))
    assert "s3cr" not in repr(change)
    assert "brandnewsecret" not in repr(change)
