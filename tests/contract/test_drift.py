"""What a person changed at the screens: `read` shows it in outputs and in inputs, `diff` tells it."""

from __future__ import annotations

from typing import Any

from tests.contract.driver import Provider
from tests.contract.tenant_fixture import OWNER, PERMISSIONS, TABLES, TenantFixture

_LEVELS = {"Companies / Configurations": {"add": "All", "delete": "All", "edit": "All", "inquire": "My"}}
_TABLES = [TABLES[0], "Service / Impact", TABLES[1]]


def _edit(tenant_fixture: TenantFixture) -> dict[str, dict[str, Any]]:
    """Change something of every resource; the live values that follow, by resource."""
    person = tenant_fixture.company.ask
    person("PUT", f"/roles/{tenant_fixture.made.role_id}/levels", _LEVELS)
    person("PUT", f"/roles/{tenant_fixture.made.role_id}/tables", {"allow": _TABLES})
    person(
        "PATCH", f"/roles/{tenant_fixture.made.role_id}", {"name": "Renamed", "inactiveFlag": True, "adminFlag": False}
    )
    other = tenant_fixture.mint(f"of ours [psa:{OWNER}.000002.00000b]")
    tenant_fixture.mint("a stranger's")
    person("PATCH", f"/apiMembers/{tenant_fixture.made.member_id}", {"name": "Somebody"})
    tenant_fixture.company.set_sink(enabled=False, publicKey=other["public_key"], privateKey=other["private_key"])
    grants = {**PERMISSIONS, **_LEVELS}
    return {
        "SecurityRole": {"name": "Renamed", "active": False},
        "PermissionSet": {"permissions": grants, "table_access": _TABLES},
        "ApiMember": {"name": "Somebody"},
        "AccessProof": {"permissions": grants, "table_access": [table.replace(" / ", "") for table in _TABLES]},
        "PsaIntegration": {"enabled": False, "public_key": other["public_key"]},
        "KeyRetirement": {"leftovers": [other["public_key"]]},
    }


def test_a_read_without_drift_gives_back_what_the_stack_remembers(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    for kind, remembered in tenant_fixture.stack.items():
        assert (kind, provider.read(kind, remembered.id, remembered.outputs)) == (
            kind,
            (remembered.id, remembered.outputs, remembered.inputs),
        )
        assert (kind, provider.diff(kind, remembered.id, remembered.outputs, remembered.inputs)) == (kind, (False, []))


def test_a_read_shows_live_values_in_outputs_and_what_is_asked_for_in_inputs_alike(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    for kind, live in _edit(tenant_fixture).items():
        one = tenant_fixture.stack[kind]
        asked = {name: value for name, value in live.items() if name in one.inputs}
        expected = (one.id, {**one.outputs, **live}, {**one.inputs, **asked})
        assert (kind, provider.read(kind, one.id, one.outputs)) == (kind, expected)


def test_what_a_read_showed_a_diff_tells(provider: Provider, tenant_fixture: TenantFixture) -> None:
    for kind in _edit(tenant_fixture):
        one = tenant_fixture.stack[kind]
        fresh = provider.read(kind, one.id, one.outputs).outputs
        replaces = ["name"] if kind == "SecurityRole" else []
        assert (kind, provider.diff(kind, one.id, fresh, one.inputs)) == (kind, (True, replaces))


def test_a_key_that_somebody_switched_off_is_drift(provider: Provider, tenant_fixture: TenantFixture) -> None:
    tenant_fixture.company.ask("PATCH", f"/keys/{tenant_fixture.made.key_id}", {"inactive": True})
    one = tenant_fixture.stack["ApiKey"]
    found = provider.read("ApiKey", one.id, one.outputs)
    assert found == (one.id, {**one.outputs, "active": False}, one.inputs)
    assert provider.diff("ApiKey", one.id, found.outputs, one.inputs) == (True, [])


def test_reading_writes_nothing(provider: Provider, tenant_fixture: TenantFixture) -> None:
    for kind, remembered in tenant_fixture.stack.items():
        provider.read(kind, remembered.id, remembered.outputs)
    assert len(tenant_fixture.company.requests()) > len(tenant_fixture.stack)
    assert tenant_fixture.company.list_writes() == []
