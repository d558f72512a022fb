"""What is kept of the engine's events: operations and sentences, each once, in its author's words."""

from __future__ import annotations

import pytest

from providers.engines.pulumi.events import EngineEvents

SENTENCE = "the site failed at GET /system/mySecurity (HTTP 500); run again."


def say(events: EngineEvents, message: str, severity: str = "error", **further: object) -> None:
    events.add({"diagnosticEvent": {"severity": severity, "message": message, **further}})


def test_an_error_is_told_once_and_without_what_grpc_and_the_engine_put_before_it() -> None:
    events = EngineEvents()
    say(events, f"<{{%reset%}}>Exception calling application: {SENTENCE}<{{%reset%}}>\n")
    say(events, f"Preview failed: Exception calling application: {SENTENCE}")
    say(events, "preview failed")
    assert events.errors == [SENTENCE]


@pytest.mark.parametrize("said", ["umbrella: the update failed", "failed", "update failed: no such stack"])
def test_only_the_engines_own_closing_words_are_left_out(said: str) -> None:
    events = EngineEvents()
    say(events, said)
    assert events.errors == [said]


def test_information_is_kept_apart_and_what_only_passes_by_is_not_kept() -> None:
    events = EngineEvents()
    say(events, "Its role is gone.", severity="warning")
    say(events, "refreshing", severity="info", ephemeral=True)
    say(events, "resolving", severity="debug")
    assert (events.information, events.errors) == (["Its role is gone."], [])


def test_operations_that_change_something_are_kept_by_the_resources_name() -> None:
    events = EngineEvents()
    for operation in ("same", "update", "update", "refresh"):
        urn = "urn:pulumi:acme::umbrella-psa::dynamic:Sink::umbrella"
        events.add({"resourcePreEvent": {"metadata": {"op": operation, "urn": urn}}})
    assert events.changes == ["update umbrella"]
