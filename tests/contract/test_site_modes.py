"""However a site names its hosts, cuts its lists or takes its filters: the same tenant is seen, without drift."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.conftest import Start
from tests.contract.driver import Failed
from tests.contract.tenant_fixture import TenantFixture

NO_FILTERS = {
    "roles": ["id", "name"],
    "apiMembers": ["id", "identifier", "securityRole/id"],
    "members": ["id", "identifier", "securityRole/id"],
}
MODES: dict[str, dict[str, Any]] = {
    "links name the host of the screens": {"linkOrigin": "screens", "shortPage": 40},
    "links are plain http": {"linkOrigin": "http", "shortPage": 40},
    "links name a host behind a proxy": {"linkOrigin": "https://10.0.0.7:8443", "shortPage": 40},
    "links are always there": {"linkEnd": "always"},
    "links are always there, and pages short": {"linkEnd": "always", "shortPage": 7},
    "the last page has no link": {"linkEnd": "absent"},
    "there are no links": {"linkOrigin": "none"},
    "there are no links, and pages short": {"linkOrigin": "none", "shortPage": 7},
    "at most 100 rows are taken": {"largestPage": 100},
    "at most 10 rows are taken, without links": {"largestPage": 10, "linkOrigin": "none"},
    "no condition is taken": {"refusedConditions": NO_FILTERS},
    "the look-up names no host": {"companyInfo": {"SiteUrl": None}},
    "the look-up names somebody else's host": {"companyInfo": {"SiteUrl": "https://evil.example"}},
}


@pytest.mark.parametrize("what", MODES)
def test_a_tenant_is_read_alike_however_its_site_answers(
    what: str, start: Start, tenant_fixture: TenantFixture
) -> None:
    company, provider = tenant_fixture.company, start()
    company.set_site(**MODES[what])
    for kind, one in tenant_fixture.stack.items():
        assert (kind, provider.read(kind, one.id, one.outputs)) == (kind, (one.id, one.outputs, one.inputs))
        assert (kind, provider.diff(kind, one.id, one.outputs, one.inputs)) == (kind, (False, []))
    assert company.list_writes() == []


def test_a_role_that_others_have_is_found_to_be_shared_where_the_site_refuses_to_filter_its_members(
    start: Start, tenant_fixture: TenantFixture
) -> None:
    company, one = tenant_fixture.company, tenant_fixture.stack["PermissionSet"]
    role = int(tenant_fixture.made.role_id)
    company.ask("POST", "/apiMembers", {"identifier": "Backup", "name": "Backup", "roleId": role})
    company.set_site(refusedConditions=NO_FILTERS)
    wider = {**one.inputs, "permissions": {**one.inputs["permissions"], "Sales / Opportunity": {"inquire": "All"}}}
    with pytest.raises(Failed, match="is also used by Backup, who would get what is added"):
        start().update("PermissionSet", one.id, one.outputs, wider)
    assert company.list_writes() == []


def test_a_codebase_that_cannot_be_routed_any_more_is_looked_up_again(
    start: Start, tenant_fixture: TenantFixture
) -> None:
    company, provider = tenant_fixture.company, start()
    company.set_site(wrongCodebase="cannotRoute")
    one = tenant_fixture.stack["SecurityRole"]
    assert provider.read("SecurityRole", one.id, one.outputs) == (one.id, one.outputs, one.inputs)
    company.ask("PUT", "/codebase", {"codebase": "v2025_2/"})
    assert provider.read("SecurityRole", one.id, one.outputs) == (one.id, one.outputs, one.inputs)


def test_the_host_of_the_screens_is_told_with_the_fix(start: Start, tenant_fixture: TenantFixture) -> None:
    tenant_fixture.company.set_site(apiHost="api-")
    one = tenant_fixture.stack["SecurityRole"]
    with pytest.raises(Failed) as caught:
        start().read("SecurityRole", one.id, one.outputs)
    assert "does not serve the API (403: SSL is required); set connectwise:site to the host" in caught.value.sentence
    assert "role" not in caught.value.sentence


def test_where_the_look_up_names_another_host_a_refusal_names_it(start: Start, tenant_fixture: TenantFixture) -> None:
    company, one = tenant_fixture.company, tenant_fixture.stack["SecurityRole"]
    company.set_site(companyInfo={"SiteUrl": "https://api.evil.example"})
    company.inject_fault("status", "/system/securityroles", status=403, body={"code": "Forbidden", "message": "no"})
    with pytest.raises(Failed, match=r"names https://api\.evil\.example for its API, where no credentials were sent"):
        start().read("SecurityRole", one.id, one.outputs)
