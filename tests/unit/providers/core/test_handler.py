"""What a handler says when it has nothing special to say."""

from __future__ import annotations

from datetime import date

from providers.core.changes import Change
from providers.core.handler import Handler
from providers.core.schema import Model


class Thing(Model):
    name: str = ""


class ThingHandler(Handler[Thing, Thing]):
    args = Thing
    state = Thing

    def create(self, args: Thing) -> tuple[str, Thing]:
        return "1", args

    def read(self, object_id: str, state: Thing) -> Thing | None:
        return state

    def update(self, object_id: str, state: Thing, args: Thing) -> Thing:
        return args

    def delete(self, object_id: str, state: Thing) -> None:
        return None


def test_by_default_a_check_refuses_nothing_and_adds_nothing() -> None:
    asked = Thing(name="x")
    assert ThingHandler().check(None, asked, frozenset(), date(2026, 1, 1)) == asked


def test_by_default_changes_speak_for_themselves() -> None:
    assert ThingHandler().describe_change(Change("name", "a", "b"), Thing(), ["name"]) == []


def test_a_gone_object_is_named_by_its_kind() -> None:
    assert ThingHandler().describe_missing(Thing()) == "Thing is gone; `pulumi up` makes it again."
