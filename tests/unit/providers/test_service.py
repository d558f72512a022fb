"""The door for engines: what it does in which order, whatever the kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import Field, SecretStr

from providers.core.errors import Defect, GuardViolation, ProviderError, WorkOrder
from providers.core.handler import Handler
from providers.core.pending_steps import ManualStepPending
from providers.core.schema import ConnectWiseOwned, Observed, Replaces
from providers.core.values import to_plain
from providers.service import Service
from tests.unit.providers.served import make_composition

PRIVATE = "hunter2hunter2"


class ThingArgs(ConnectWiseOwned):
    name: Annotated[str, Replaces] = Field(max_length=5, description="what it is called")
    made_on: str = Field(default="", description="filled in by `check`")
    private: SecretStr = Field(default=SecretStr(""), description="a secret")


class ThingObserved(Observed):
    active: bool = Field(default=True, description="whether it works")


class ThingState(ThingArgs, ThingObserved):
    """A thing as it is."""


class ThingHandler(Handler[ThingArgs, ThingState]):
    """Keeps what it was asked for; `fault` is raised by whatever comes next."""

    args = ThingArgs
    observed = ThingObserved
    state = ThingState

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fault: Exception | None = None
        self.old: ThingArgs | None = None

    def ask(self, verb: str) -> None:
        self.asked.append(verb)
        if self.fault:
            raise self.fault

    def check(self, old: ThingArgs | None, new: ThingArgs, unknown: frozenset[str], today: date) -> ThingArgs:
        self.ask("check")
        self.old = old
        return new.model_copy(update={"made_on": today.isoformat()})

    def create(self, args: ThingArgs) -> tuple[str, ThingState]:
        self.ask("create")
        return "1", ThingState(**args.model_dump())

    def read(self, object_id: str, state: ThingState) -> ThingState | None:
        self.ask("read")
        return None if state.name == "gone" else state

    def update(self, object_id: str, state: ThingState, args: ThingArgs) -> ThingState:
        self.ask("update")
        return ThingState(**args.model_dump())

    def delete(self, object_id: str, state: ThingState) -> None:
        self.ask("delete")


OURS = {"company": "acme@x"}
BAG = to_plain(ThingState(company="acme@x", tenant="acme", name="x", private=SecretStr(PRIVATE)))


@pytest.fixture
def handler() -> ThingHandler:
    return ThingHandler()


def make_service(handler: ThingHandler, stated: Mapping[str, str] = OURS, working: Mapping[str, str] = OURS) -> Service:
    return Service(make_composition({"Thing": handler}, working), lambda tenant: stated, lambda: date(2026, 1, 31))


def call_every_verb(service: Service, bag: Mapping[str, Any]) -> list[ProviderError]:
    """What each verb raises, or a check tells."""
    inputs = {name: bag[name] for name in ThingArgs.model_fields if name in bag}
    errors = [error for _, error in service.check("Thing", inputs, inputs).failures]
    for verb in (
        lambda: service.plan("Thing", "1", bag, inputs),
        lambda: service.create("Thing", inputs),
        lambda: service.read("Thing", "1", bag),
        lambda: service.update("Thing", "1", bag, inputs),
        lambda: service.delete("Thing", "1", bag),
    ):
        with pytest.raises(ProviderError) as raised:
            verb()
        errors.append(raised.value)
    return errors


@pytest.mark.parametrize(
    ("stated", "working", "words"),
    [
        ({"company": "other@x"}, {"company": "other@x"}, "but the configuration names other@x"),
        ({"company": "other@x"}, OURS, "but the configuration names other@x"),
        (OURS, {"company": "other@x"}, "of an earlier one, which names other@x; run `pulumi up --run-program` once"),
        ({}, {"company": "other@x"}, "but the configuration names other@x"),
    ],
    ids=["both", "the file", "what is worked with", "no file"],
)
def test_no_verb_touches_what_is_somebody_elses(
    handler: ThingHandler, stated: dict[str, str], working: dict[str, str], words: str
) -> None:
    errors = call_every_verb(make_service(handler, stated, working), BAG)
    assert len(errors) == 6
    for error in errors:
        assert isinstance(error, GuardViolation)
        assert str(error).startswith("this stack")
        assert words in str(error)
    assert handler.asked == []


def test_an_object_without_that_owner_is_not_touched_either_while_file_and_configuration_disagree(
    handler: ThingHandler,
) -> None:
    owners = {"company": "acme@x", "console": "msp/1"}
    for stated, working in ((owners, {**owners, "console": "msp/2"}), ({**owners, "console": "msp/2"}, owners)):
        for error in call_every_verb(make_service(handler, stated, working), BAG):
            assert "names the console msp/" in str(error)
    assert handler.asked == []


def test_a_check_validates_before_it_asks_the_handler_and_fills_in_what_that_says(handler: ThingHandler) -> None:
    service = make_service(handler)
    wrong = dict(service.check("Thing", None, {**OURS, "name": "too long", "nmae": "x"}).failures)
    assert set(wrong) == {"name", "nmae"}
    assert handler.asked == []
    checked = service.check("Thing", {"name": "before"}, {**OURS, "name": "x"})
    assert (checked.failures, checked.inputs["made_on"]) == ((), "2026-01-31")
    assert handler.old is not None
    assert handler.old.name == "before"  # which breaks a bound: a refresh writes what is live into the last inputs


def test_what_is_unknown_is_neither_validated_nor_given_back(handler: ThingHandler) -> None:
    checked = make_service(handler).check("Thing", None, OURS, unknown=["name"])
    assert "name" not in checked.inputs
    assert checked.failures == ()


def test_a_plan_compares_what_is_asked_and_what_is_observed(handler: ThingHandler) -> None:
    service, wanted = make_service(handler), {**OURS, "tenant": "acme", "name": "x", "private": PRIVATE}
    assert service.plan("Thing", "1", BAG, wanted).changes == ()
    plan = service.plan("Thing", "1", {**BAG, "active": False}, {**wanted, "name": "y"})
    assert [change.field for change in plan.changes] == ["name", "active"]
    assert plan.replaces == ["name"]


def test_every_secret_that_was_seen_is_hidden_in_what_is_raised(handler: ThingHandler) -> None:
    handler.fault = ProviderError(
        f"the site says {PRIVATE}", next_step=f"forget {PRIVATE}", detail=f"It was {PRIVATE}."
    )
    service = make_service(handler)
    for verb in (
        lambda: service.create("Thing", BAG),
        lambda: service.read("Thing", "1", BAG),
        lambda: service.update("Thing", "1", BAG, BAG),
        lambda: service.delete("Thing", "1", BAG),
    ):
        with pytest.raises(ProviderError) as raised:
            verb()
        error = raised.value
        assert PRIVATE not in str(error) + repr(error.fields())
        assert str(error) == "the site says [redacted]; forget [redacted]. It was [redacted]."
        assert error.__cause__ is None


def test_what_nobody_foresaw_says_where_and_never_what(handler: ThingHandler) -> None:
    handler.fault = ValueError(PRIVATE)
    with pytest.raises(Defect) as raised:
        make_service(handler).read("Thing", "1", BAG)
    assert str(raised.value).startswith("unexpected ValueError in ask (test_service.py:")
    assert PRIVATE not in str(raised.value)


def test_a_step_for_a_person_is_recorded_and_stops_what_comes_after_it(handler: ThingHandler) -> None:
    service, order = make_service(handler), WorkOrder("do it", "## Work order: do it")
    handler.fault = ManualStepPending("7", ThingState(company="acme@x", name="x", active=False), order)
    made = service.create("Thing", {**OURS, "name": "x"})
    assert (made.id, made.state) == ("7", handler.fault.state)
    handler.fault, handler.asked = None, []
    for verb in (lambda: service.create("Thing", OURS | {"name": "y"}), lambda: service.update("Thing", "1", BAG, BAG)):
        with pytest.raises(WorkOrder, match="## Work order: do it"):
            verb()
    assert handler.asked == []


def test_an_object_goes_with_the_last_row_that_stands_for_it(handler: ThingHandler) -> None:
    service = make_service(handler)
    for _ in range(2):
        service.read("Thing", "1", BAG)
    service.delete("Thing", "1", BAG)
    assert "delete" not in handler.asked
    service.delete("Thing", "1", BAG)
    assert handler.asked[-1] == "delete"


def test_what_is_gone_is_told_and_has_no_state(handler: ThingHandler) -> None:
    found = make_service(handler).read("Thing", "1", {**BAG, "name": "gone"})
    assert found.state is None
    assert found.missing == "Thing is gone; `pulumi up` makes it again."
