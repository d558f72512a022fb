"""One line per tenant, read from an exported state."""

from __future__ import annotations

from datetime import date
from threading import Lock, Semaphore
from typing import Any

import pytest

from stacks.engine import Engine
from stacks.verbs.status import Status, look, read_state

TODAY = date(2026, 11, 22)


def resource(kind: str, **outputs: Any) -> dict[str, Any]:
    return {"type": f"pulumi-python:dynamic/connectwise:{kind}", "id": "1", "outputs": outputs}


def state(*resources: dict[str, Any], **further: Any) -> dict[str, Any]:
    return {"manifest": {"time": "2026-11-20T08:15:30.123Z"}, "resources": list(resources), **further}


KEY = resource("ApiKey", public_key="Pub1", minted_on="2026-09-01")
SINK = resource("PsaIntegration", public_key="Pub1")


def test_a_tenant_that_is_done() -> None:
    found = read_state("acme", state(KEY, SINK), {"umbrella-psa:maxAgeDays": "90"}, TODAY)
    assert found == Status("acme", 82, 90, "2026-11-20T08:15", (), (), "none", "this key")
    assert not found.needs_attention


def test_a_stack_without_resources_never_ran() -> None:
    found = read_state("acme", {"manifest": {"time": "2026-11-20T08:15:30Z"}}, {}, TODAY)
    assert (found.last_run, found.key_age_days, found.sink) == ("", None, "not said")


def test_a_key_that_a_person_is_still_to_make_has_no_age() -> None:
    waiting = resource("ApiKey", public_key="", minted_on="2026-09-01", pending="Make the key")
    found = read_state("acme", state(waiting), {"umbrella:hand": "gateway"}, TODAY)
    assert (found.key_age_days, found.sink) == (None, "empty")


def test_a_sink_with_another_key_and_a_step_that_waits_want_attention() -> None:
    other = read_state("acme", state(KEY, resource("PsaIntegration", public_key="Pub2")), {}, TODAY)
    assert (other.sink, other.needs_attention) == ("another key", True)
    step = resource("PermissionSet", pending="Set the levels", order="## Set them\n\nThen `pulumi up -s <tenant>`.")
    waiting = read_state("acme", state(step), {}, TODAY)
    assert waiting.orders == ("## Set them\n\nThen `pulumi up -s acme`.",)
    assert (waiting.pending, waiting.needs_attention) == (("PermissionSet: Set the levels",), True)


def test_what_a_kill_cut_off_is_pending_too() -> None:
    cut = {"resource": {"type": "pulumi-python:dynamic/connectwise:ApiKey"}, "type": "creating"}
    (step,) = read_state("acme", state(KEY, pending_operations=[cut]), {}, TODAY).pending
    assert step.startswith("ApiKey: cut off")


def test_a_key_that_waits_for_deletion_is_not_the_key() -> None:
    old = {**resource("ApiKey", public_key="Old", minted_on="2020-01-01"), "delete": True}
    assert read_state("acme", state(old, KEY, SINK), {}, TODAY).key_age_days == 82


def test_a_vault_that_is_configured_and_empty_is_told() -> None:
    url = {"vault:url": "vault://secret/acme"}
    assert read_state("acme", state(KEY), url, TODAY).vault == "not yet"
    kept = resource("VaultSecret", public_key="Pub1", standing="held")
    found = read_state("acme", state(KEY, kept), url, TODAY)
    assert (found.vault, found.needs_attention) == ("holds it", False)


@pytest.mark.parametrize("standing", ["changed", "soft-deleted", "destroyed", "disabled", "added to, unread"])
def test_what_happened_in_the_vault_is_told(standing: str) -> None:
    found = read_state("acme", state(KEY, resource("VaultSecret", public_key="Pub1", standing=standing)), {}, TODAY)
    assert (found.vault, found.needs_attention) == (standing, True)


def test_a_vault_that_still_holds_the_key_before_is_told() -> None:
    behind = resource("VaultSecret", public_key="Pub0", standing="held")
    assert read_state("acme", state(KEY, behind), {}, TODAY).vault == "another key"


def test_a_key_that_umbrella_was_never_given_is_not_used() -> None:
    def used(*resources: dict[str, Any], hand: str = "gateway") -> str:
        return read_state("acme", state(*resources), {"umbrella:hand": hand}, TODAY).used

    assert used(KEY, SINK) == "unknown"
    assert used(KEY) == "no", "the console was looked at, and is empty"
    assert used(KEY, hand="assisted") == "unknown", "nobody has looked"
    assert used(KEY, resource("PsaIntegration", public_key="Pub2")) == "no"
    assert used(resource("ApiKey", public_key="Pub1", minted_on="2026-09-01", active=False), SINK) == "no"
    assert used() == "no"


class Slow(Engine):
    """Answers for `first` only when all the others are answered, and counts how many are asked at once."""

    def __init__(self, others: int) -> None:
        self._left = Semaphore(0)
        self._others = others
        self._lock = Lock()
        self._asked = 0
        self.most = 0

    def deployment(self, tenant: str) -> dict[str, Any]:
        with self._lock:
            self._asked += 1
            self.most = max(self.most, self._asked)
        if tenant == "first":
            assert all(self._left.acquire(timeout=60) for _ in range(self._others)), "the others waited for the first"
        else:
            self._left.release()
        with self._lock:
            self._asked -= 1
        return state(KEY, SINK)


def test_a_slow_tenant_keeps_only_itself_waiting_and_four_are_asked_at_most() -> None:
    names = ["first", *(f"tenant-{number}" for number in range(12))]
    engine = Slow(others=12)
    assert [found.tenant for found in look(engine, names, TODAY)] == names
    assert engine.most <= 4
