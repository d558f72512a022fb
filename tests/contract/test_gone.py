"""Gone is an empty id, and only for what is certainly gone. The process lives on."""

from __future__ import annotations

from tests.contract.driver import Found, Provider
from tests.contract.tenant_fixture import TenantFixture

_NOTHING = Found("", {}, {})


def test_what_is_gone_is_read_as_an_empty_id_and_the_process_lives_on(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    company, stack = tenant_fixture.company, tenant_fixture.stack
    company.ask("DELETE", f"/consoles/{company.console_owner}/psaIntegration")
    company.ask("DELETE", f"/keys/{tenant_fixture.made.key_id}")
    company.ask("DELETE", f"/roles/{tenant_fixture.made.role_id}?force=true")
    for kind in ("PsaIntegration", "ApiKey", "PermissionSet", "SecurityRole"):
        assert (kind, provider.read(kind, stack[kind].id, stack[kind].outputs)) == (kind, _NOTHING)
    assert provider.read("ApiMember", "99999999", stack["ApiMember"].outputs) == _NOTHING
    assert provider.process.poll() is None
    member = provider.read("ApiMember", stack["ApiMember"].id, stack["ApiMember"].outputs)
    assert member.id == stack["ApiMember"].id
    assert provider.read_stderr() == ""


def test_a_look_is_never_gone(provider: Provider, tenant_fixture: TenantFixture) -> None:
    """A proof whose key is dead, and the retirement of keys of which none is left, are still there."""
    company, stack = tenant_fixture.company, tenant_fixture.stack
    company.ask("DELETE", f"/keys/{tenant_fixture.made.key_id}")
    proof = provider.read("AccessProof", stack["AccessProof"].id, stack["AccessProof"].outputs)
    assert proof.id == stack["AccessProof"].id
    assert proof.outputs == {**stack["AccessProof"].outputs, "signs_in": False}
    retirement = provider.read("KeyRetirement", stack["KeyRetirement"].id, stack["KeyRetirement"].outputs)
    assert retirement.id == stack["KeyRetirement"].id


def test_a_404_that_the_list_of_the_site_contradicts_is_not_gone(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    """A reading replica lags, a permission hides: one answer is not enough."""
    words = {"code": "NotFound", "message": "not found", "errors": None}
    for kind, path in (("SecurityRole", "securityroles"), ("ApiMember", "apiMembers")):
        one = tenant_fixture.stack[kind]
        tenant_fixture.company.inject_fault("status", f"/system/{path}/{one.id}$", status=404, body=words)
        assert provider.read(kind, one.id, one.outputs).outputs == one.outputs


def test_deleting_what_is_gone_is_a_success(provider: Provider, tenant_fixture: TenantFixture) -> None:
    company, stack = tenant_fixture.company, tenant_fixture.stack
    company.ask("DELETE", f"/consoles/{company.console_owner}/psaIntegration")
    company.ask("DELETE", f"/keys/{tenant_fixture.made.key_id}")
    company.ask("DELETE", f"/roles/{tenant_fixture.made.role_id}?force=true")
    for kind in ("KeyRetirement", "PsaIntegration", "AccessProof", "ApiKey", "PermissionSet", "SecurityRole"):
        provider.delete(kind, stack[kind].id, stack[kind].outputs)
    provider.delete("ApiMember", "99999999", stack["ApiMember"].outputs)
    assert company.dead_moments() == []
