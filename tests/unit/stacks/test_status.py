"""One line per tenant, read from an exported state."""

from __future__ import annotations

from datetime import date
from typing import Any

from stacks.verbs.status import Status, read_state

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
    assert read_state("acme", state(KEY, resource("VaultSecret")), url, TODAY).vault == "holds it"
