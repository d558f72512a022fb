"""pyconnectwise, from PyPI, reads and writes through the simulator as it would at a site."""

from __future__ import annotations

from typing import Any

import pytest
from pyconnectwise import ConnectWiseManageAPIClient
from pyconnectwise.exceptions import (
    AuthenticationFailedException,
    MalformedRequestException,
    NotFoundException,
    ObjectExistsError,
)

from simulator.remote import Company
from simulator.services.connectwise.catalogue import FUNCTIONS
from tests.foreign.tls import Tunnel

# Its models are written for an older pydantic, which this one says each time.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
REFERENCES = ("structureLevel", "securityLocation", "defaultLocation", "defaultDepartment", "salesDefaultLocation")


def create_client(site: Company, tls: Tunnel, **other: str) -> Any:
    """Create a client, which looks the codebase up by itself and speaks https."""
    known = {"public_key": site.credentials["publicKey"], "private_key": site.credentials["privateKey"]}
    known |= {"company_name": site.id, "manage_url": tls.host, "client_id": site.credentials["clientId"], **other}
    return ConnectWiseManageAPIClient(**known)


@pytest.fixture
def client(site: Company, tls: Tunnel, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.certificate))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return create_client(site, tls)


def test_it_makes_reads_and_deletes_a_role(client: Any, site: Company) -> None:
    role = client.system.security_roles.post({"name": "From PyPI"})
    assert (role.name, role.admin_flag, role.id) == ("From PyPI", False, site.role("From PyPI")["id"])
    matches = client.system.security_roles.get(params={"conditions": 'name = "From PyPI"'})
    assert [match.id for match in matches] == [role.id]
    client.system.security_roles.id(role.id).delete()
    with pytest.raises(NotFoundException):
        client.system.security_roles.id(role.id).get()


def test_it_follows_the_pages(client: Any, site: Company) -> None:
    every = site.ask("GET", "")["roles"]
    pages = client.system.security_roles.paginated(1, 2, params={"orderBy": "id"})
    assert [role.id for role in pages.all()] == sorted(role["id"] for role in every)
    assert client.system.security_roles.count.get().count == len(every)
    assert len({row.id for row in client.system.my_security.paginated(1, 100).all()}) == len(FUNCTIONS)


def test_it_makes_changes_and_finds_an_api_member(client: Any, site: Company) -> None:
    role = client.system.security_roles.post({"name": "For a member"})
    defaults = client.system.api_members.default.get().model_dump(by_alias=True, exclude_none=True)
    body: dict[str, Any] = {name: {"id": defaults[name]["id"]} for name in REFERENCES}
    body |= {"identifier": "FromPyPI", "name": "From PyPI", "securityRole": {"id": role.id}}
    member = client.system.api_members.post(body)
    change = [{"op": "replace", "path": "name", "value": "Renamed"}, {"op": "replace", "path": "notes", "value": "hi"}]
    changed = client.system.api_members.id(member.id).patch(change)
    assert (changed.name, changed.notes, changed.security_role.id) == ("Renamed", "hi", role.id)
    assert site.member("FromPyPI")["name"] == "Renamed"
    matches = client.system.api_members.get(params={"conditions": f"securityRole/id = {role.id}"})
    assert [member.identifier for member in matches] == ["FromPyPI"]


def test_it_reads_whose_key_it_has_and_what_the_key_may(client: Any, site: Company) -> None:
    mine = client.system.my_security.paginated(1, 1000).all()
    assert {row.member.identifier for row in mine} == {site.member("PSAProvision")["identifier"]}
    assert client.system.info.get().version.startswith("v2025.1")


def test_it_understands_the_refusals(client: Any, site: Company, tls: Tunnel) -> None:
    with pytest.raises(ObjectExistsError):
        client.system.security_roles.post({"name": "Admin"})
    with pytest.raises(MalformedRequestException):
        client.system.security_roles.get(params={"pageSize": 1001})
    with pytest.raises(AuthenticationFailedException):
        create_client(site, tls, client_id="another").system.info.get()
