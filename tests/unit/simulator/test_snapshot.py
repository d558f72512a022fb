"""A company founded again from its record is the same one, in the same simulator or in another."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.server import Running
from tests.unit.simulator.conftest import found
from tests.unit.simulator.site import TIMEOUT, Site


@pytest.fixture
def lived_in(site: Site) -> Site:
    """A company in which something was made through its own doors, and by a person."""
    role = site.role()
    site.sim("PUT", f"/roles/{role['id']}/levels", json={"Service Desk / Service Tickets": {"inquire": "All"}})
    site.sim("PUT", f"/roles/{role['id']}/tables", json={"allow": ["Service / Priority"]})
    member = site.rest("POST", "/system/apiMembers", json=site.member_body(role)).json()
    key = site.gateway("POST", f"/apiMembers/{member['id']}/keys", json={"description": "one"}).json()
    pair = {"publicKey": key["publicKey"], "privateKey": key["privateKey"]}
    site.sink("PUT", "/psaIntegration", json={"kind": "ConnectWise", "enabled": True, **pair})
    return site


def _again(site: Site, recorded: Any) -> Site:
    """The recorded company in another simulator, which the caller has started."""
    given = site.control("POST", "/companies/recorded", json=recorded)
    return Site(site.http, site.url, given["companyId"], given)


def test_ids_keys_tokens_and_who_touched_what_are_the_same(lived_in: Site, http: requests.Session) -> None:
    recorded = lived_in.sim("GET", "/record")
    with Running() as elsewhere:
        again = _again(found(http, elsewhere.url), recorded)
        assert again.sim("GET", "") == lived_in.sim("GET", "")
        assert again.sim("GET", "/privateKeys") == lived_in.sim("GET", "/privateKeys")
        assert again.pair == lived_in.pair
        assert again.console["gatewayToken"] == lived_in.console["gatewayToken"]
        assert again.rest("GET", "/system/mySecurity").status_code == 200
        assert again.sim("GET", "/record") == recorded


def test_what_is_made_later_gets_an_id_of_its_own(lived_in: Site, http: requests.Session) -> None:
    recorded = lived_in.sim("GET", "/record")
    with Running() as elsewhere:
        again = _again(found(http, elsewhere.url), recorded)
        before = {role["id"] for role in again.sim("GET", "")["roles"]}
        assert again.role("Another")["id"] not in before


def test_a_key_that_goes_afterwards_is_noticed(lived_in: Site, http: requests.Session) -> None:
    recorded = lived_in.sim("GET", "/record")
    with Running() as elsewhere:
        again = _again(found(http, elsewhere.url), recorded)
        (member,) = (one for one in again.sim("GET", "")["apiMembers"] if one["identifier"] == "Umbrella")
        again.sim("DELETE", f"/keys/{member['keys'][0]['id']}")
        assert [one["reason"] for one in again.sim("GET", "")["sinkKeyDeadMoments"]] == ["deleted"]


@pytest.mark.parametrize(("record", "status"), [({}, 422), ({"company": {"id": "x"}, "consoles": []}, 422)])
def test_what_is_no_record_is_refused(site: Site, record: object, status: int) -> None:
    answer = site.http.post(f"{site.url}/_sim/companies/recorded", json=record, timeout=TIMEOUT)
    assert answer.status_code == status


def test_a_company_that_is_there_already_is_not_founded_again(lived_in: Site) -> None:
    answer = lived_in.http.post(
        f"{lived_in.url}/_sim/companies/recorded", json=lived_in.sim("GET", "/record"), timeout=TIMEOUT
    )
    assert answer.status_code == 409
