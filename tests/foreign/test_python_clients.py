"""Four more published clients from PyPI work with the simulator as they would at a site, each with its own habits.

connectpyse, connectpyse-manage (whose package is `connectwise`), django-connectwise and ConnectWiseManageAPI.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

from simulator.remote import Company, RemoteSimulator
from simulator.services.connectwise.catalogue import FUNCTIONS

ROLES = "system/securityroles"
# Their packages have no types, and some are written for an older Python.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class TestConnectpyse:
    """It reads `API_URL` with codebase, and sends `pageSize` and `orderBy`."""

    @pytest.fixture
    def members(self, simulator: RemoteSimulator, site: Company, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setattr(sys, "path", [*sys.path])  # at its import it puts its own folder first, and needs it there
        module = importlib.import_module("connectpyse.system.members_api")
        headers = ConnectWiseManageApi(simulator, site).headers
        return module.MembersAPI(url=f"{simulator.url}/v4_6_release/apis/3.0", auth=headers)

    def test_it_lists_counts_and_finds_members(self, members: Any, site: Company) -> None:
        own = site.member("PSAProvision")
        members.conditions = "licenseClass = 'A'"
        assert [member.identifier for member in members.get_members()] == ["PSAProvision"]
        assert members.get_members_count() == 1
        assert members.get_member_by_id(own["id"]).identifier == "PSAProvision"

    def test_it_changes_an_api_member_field_by_field(self, members: Any, site: Company) -> None:
        own = site.member("PSAProvision")
        members.module = "apiMembers"
        changed = members.update_member_multiple_keys(own["id"], {"name": "Renamed", "/notes": "by connectpyse"})
        assert changed.id == own["id"]
        assert site.member("PSAProvision")["name"] == "Renamed"

    def test_it_is_told_that_a_role_cannot_be_patched(self, members: Any, site: Company) -> None:
        members.module = "securityroles"
        with pytest.raises(Exception, match="Return code: 405"):
            members.update_member(site.role("Admin")["id"], "name", "Other")


class TestConnectpyseManage:
    """It writes query names in lower case, pages by `/count`, and `v4_6_release` stands in its own code."""

    @pytest.fixture
    def client(self, simulator: RemoteSimulator, site: Company) -> Any:
        module = importlib.import_module("connectwise.client")
        known = site.credentials
        return module.ConnectWiseClient(
            simulator.url, site.id, known["publicKey"], known["privateKey"], known["clientId"], max_retries=1
        )

    def test_it_gets_a_whole_role_on_one_page(self, client: Any, site: Company) -> None:
        settings = f"system/securityRoles/{site.role('Admin')['id']}/settings"
        assert len(client.get_all(settings)) == client.get_count(settings) == len(FUNCTIONS)
        assert len(client.get_all(settings, pagesize=50)) == len(FUNCTIONS)

    def test_its_order_and_fields_count(self, client: Any) -> None:
        rows = client.get_all(ROLES, orderby="name desc", fields="name")
        assert rows == [{"name": name} for name in ("Service Desk", "Provisioning", "Former Staff", "Admin")]

    def test_it_finds_a_person_but_wants_a_last_name_of_api_members(self, client: Any) -> None:
        assert client.get_member_by_identifier("HumanAdmin").full_name == "Hanna Adminson"
        with pytest.raises(TypeError, match="lastName"):  # PYCW-26 in docs/coverage.md
            client.get_members()

    def test_it_waits_as_long_as_it_is_told(self, client: Any, site: Company) -> None:
        site.add_fault("rateLimit", retryAfter=1, path="/system/info")
        assert client.get("system/info")["version"].startswith("v2025.1")

    def test_it_understands_the_refusals(self, client: Any) -> None:
        errors = importlib.import_module("connectwise.exceptions")
        with pytest.raises(errors.ConnectWiseBadRequestError, match=r"nosuch is not a recognized name\."):
            client.get(ROLES, conditions="nosuch = 1")
        assert client.get("system/nosuch") is None
        client._auth_token = client.compute_auth("wrong", "wrong")
        with pytest.raises(errors.ConnectWiseAuthenticationError):
            client.get(ROLES)


class TestDjangoConnectwise:
    """It asks for version 2020.4, pages by 1000 and looks companies up."""

    @pytest.fixture(scope="class")
    def api(self) -> Any:
        settings = importlib.import_module("django.conf").settings
        if not settings.configured:
            settings.configure()
        return importlib.import_module("djconnectwise.api")

    @pytest.fixture
    def client(self, api: Any, simulator: RemoteSimulator, site: Company) -> Any:
        known = site.credentials
        return api.SystemAPIClient(site.id, simulator.url, known["clientId"], known["publicKey"], known["privateKey"])

    def test_it_looks_a_company_up(self, api: Any, simulator: RemoteSimulator, site: Company) -> None:
        lookup = api.CompanyInfoManager()
        assert lookup.get_company_info(simulator.url, site.id)["Codebase"] == "v2025_1/"
        with pytest.raises(api.ConnectWiseAPIError, match="company ID may be unknown"):
            lookup.get_company_info(simulator.url, "nobody")

    def test_it_reads_the_sites_own_version(self, client: Any) -> None:
        assert client.get_connectwise_version() == "v2025.1.10675"

    def test_it_lists_members_and_finds_one_by_its_identifier(self, client: Any) -> None:
        listed = {member["identifier"]: member for member in client.get_members()}
        assert len(listed) == client.get_member_count()["count"]
        assert client.get_member_by_identifier("PSAProvision") == listed["PSAProvision"]
        chosen = client.get_members(conditions=["inactiveFlag = True", "licenseClass = 'F'"])
        assert [member["identifier"] for member in chosen] == ["LGone"]

    def test_it_understands_the_refusals(self, api: Any, client: Any, site: Company) -> None:
        with pytest.raises(api.ConnectWiseRecordNotFoundError):
            client.get_member_by_identifier("nobody")
        with pytest.raises(api.ConnectWiseAPIClientError, match="nosuch is not a recognized name"):
            client.get_members(conditions=["nosuch = 1"])
        site.set_site(apiHost="api-")
        with pytest.raises(api.ConnectWiseSecurityPermissionsException, match="SSL is required"):
            client.get_departments()


class ConnectWiseManageApi:
    """Functions of ConnectWiseManageAPI, which take headers and an address."""

    def __init__(self, simulator: RemoteSimulator, site: Company) -> None:
        self._module: Any = importlib.import_module("ConnectWiseManageAPI")
        known = site.credentials
        self.headers = self._module.connectCWManage(site.id, known["publicKey"], known["privateKey"], known["clientId"])
        self._url = f"{simulator.url}/v4_6_Release/apis/3.0/"  # as some of its users spell the codebase

    def ask(self, method: str, path: str, body: Any = False, **parameters: Any) -> Any:
        return self._module.invokeCWManage(self.headers, method, self._url, path, body, parameters or False)


class TestConnectWiseManageApi:
    @pytest.fixture
    def client(self, simulator: RemoteSimulator, site: Company) -> ConnectWiseManageApi:
        return ConnectWiseManageApi(simulator, site)

    def test_it_makes_a_role_and_finds_it_with_a_wildcard(self, client: ConnectWiseManageApi) -> None:
        made = client.ask("POST", ROLES, {"name": "Made elsewhere"})
        found = client.ask("GET", ROLES, conditions='name like "Made*"', pageSize=1000, page=1)
        assert found == [made]

    def test_it_gets_refusals_as_bodies(self, client: ConnectWiseManageApi) -> None:
        assert client.ask("POST", ROLES, {"name": "Admin"})["errors"][0]["code"] == "ObjectExists"
        assert client.ask("GET", "system/nosuch")["code"] == "ConnectWiseApi"
        assert client.ask("GET", f"{ROLES}/1")["code"] == "NotFound"

    def test_a_patch_by_path_is_a_false_200_to_it(self, client: ConnectWiseManageApi, site: Company) -> None:
        own, other = site.member("PSAProvision"), site.role("Admin")
        patch = [{"op": "replace", "path": "securityRole/id", "value": other["id"]}]
        answer = client.ask("PATCH", f"system/apiMembers/{own['id']}", patch)
        assert answer["id"] == own["id"]
        assert site.member("PSAProvision")["roleId"] == own["roleId"]
