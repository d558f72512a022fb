"""The same resource where the pair goes to another product, or to the vault alone; the drivers are the real ones."""

from __future__ import annotations

from typing import Any

import pytest

from providers.console.manual_sinks import open_word_of_mouth
from providers.console.sink_orders import SiteAddress
from providers.core.errors import WorkOrder
from providers.core.pending_steps import ManualStepPending
from providers.umbrella.psa_integration import PsaIntegrationArgs, PsaIntegrationHandler
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.umbrella.fakes import KnowsKeys, Site
from tests.unit.providers.umbrella.test_psa_integration import make_args

ID, KEY = "n-able-n-central", "oursPublicKey"


def open_handler(kind: str, applied: str = "") -> PsaIntegrationHandler:
    site = SiteAddress("https://na.myconnectwise.net", "acme")
    driver = open_word_of_mouth(kind, ID, applied, site, "vault://secret/acme")
    return PsaIntegrationHandler(driver, KnowsKeys(), Site())


def ask(sink: str, **changed: Any) -> PsaIntegrationArgs:
    given = {**dict(make_args()), "console": ID, "sink": sink, "product": "N-able N-central", **changed}
    return PsaIntegrationArgs(**given)


def test_a_person_enters_it_and_says_so() -> None:
    with pytest.raises(ManualStepPending) as begun:
        open_handler("manual").create(ask("manual"))
    waiting = begun.value.state
    assert (begun.value.object_id, waiting.public_key, waiting.written_key) == (ID, "", "")
    assert waiting.pending == f"enter the API key {KEY} in N-able N-central"
    done = open_handler("manual", KEY).update(ID, waiting, ask("manual"))
    assert (done.public_key, done.written_key, done.pending) == (KEY, KEY, "")
    assert compare(open_handler("manual", KEY), done, ask("manual")).words == []


def test_a_vault_alone_is_changed_over_by_the_word_and_not_before() -> None:
    _, state = open_handler("none").create(ask("none"))
    assert state.written_key == KEY
    later = ask("none", key_id="8", public_key="nextPublicKey", proved="8", escrowed="8")
    with pytest.raises(WorkOrder, match="see that N-able N-central uses the API key nextPublicKey"):
        open_handler("none").update(ID, state, later)
    assert open_handler("none", "nextPublicKey").update(ID, state, later).written_key == "nextPublicKey"


def test_a_person_who_comes_later_is_asked_to_enter_what_the_vault_had_alone() -> None:
    _, state = open_handler("none").create(ask("none"))
    verdict = compare(open_handler("manual"), state, ask("manual"))
    assert (verdict.fields, verdict.words) == (["sink"], ["The pair's sink is none, should be manual."])
    with pytest.raises(WorkOrder, match="enter the API key oursPublicKey in N-able N-central"):
        open_handler("manual").update(ID, state, ask("manual"))
    entered = open_handler("manual", KEY).update(ID, state, ask("manual"))
    assert entered.sink == "manual"
    assert open_handler("none").update(ID, entered, ask("none")).sink == "none", "the key stays the same"


def test_before_it_goes_somebody_says_that_nothing_uses_it() -> None:
    for kind in ("manual", "none"):
        _, state = open_handler(kind, KEY).create(ask(kind))
        with pytest.raises(WorkOrder):
            open_handler(kind, KEY).delete(ID, state)
        open_handler(kind, "none").delete(ID, state)


def test_what_is_gone_is_told_by_the_products_name() -> None:
    _, state = open_handler("manual", KEY).create(ask("manual"))
    assert open_handler("manual", "none").read(ID, state) is None
    told = open_handler("manual").describe_missing(state)
    assert told == "N-able N-central has no PSA integration any more; `pulumi up` sets it up again."
