"""A company restored from its snapshot is the same one, in the same simulator or in another."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.server import Running
from tests.unit.simulator.conftest import create_site
from tests.unit.simulator.site import TIMEOUT, Site


@pytest.fixture
def used_site(site: Site) -> Site:
    """A company in which its services and a person have created something."""
    role = site.create_role()
    site.ask("PUT", f"/roles/{role['id']}/levels", json={"Service Desk / Service Tickets": {"inquire": "All"}})
    site.ask("PUT", f"/roles/{role['id']}/tables", json={"allow": ["Service / Priority"]})
    member = site.rest("POST", "/system/apiMembers", json=site.build_member_body(role)).json()
    key = site.gateway("POST", f"/apiMembers/{member['id']}/keys", json={"description": "one"}).json()
    pair = {"publicKey": key["publicKey"], "privateKey": key["privateKey"]}
    site.sink("PUT", "/psaIntegration", json={"kind": "ConnectWise", "enabled": True, **pair})
    site.ask("PUT", "/site", json={"linkEnd": "always", "nulls": {"apiMembers": ["notes"]}})
    return site


def _restore(site: Site, snapshot: Any) -> Site:
    """Restore the company in another simulator, which the caller has started."""
    credentials = site.control("POST", "/companies/recorded", json=snapshot)
    return Site(site.http, site.url, credentials["companyId"], credentials)


def test_ids_keys_tokens_and_who_touched_what_are_the_same(used_site: Site, http: requests.Session) -> None:
    snapshot = used_site.ask("GET", "/record")
    with Running() as other:
        restored = _restore(create_site(http, other.url), snapshot)
        assert restored.ask("GET", "") == used_site.ask("GET", "")
        assert restored.ask("GET", "/privateKeys") == used_site.ask("GET", "/privateKeys")
        assert restored.pair == used_site.pair
        assert restored.ask("GET", "/site") == used_site.ask("GET", "/site")
        assert restored.console["gatewayToken"] == used_site.console["gatewayToken"]
        assert restored.rest("GET", "/system/mySecurity").status_code == 200
        assert restored.ask("GET", "/record") == snapshot


def test_what_is_made_later_gets_an_id_of_its_own(used_site: Site, http: requests.Session) -> None:
    snapshot = used_site.ask("GET", "/record")
    with Running() as other:
        restored = _restore(create_site(http, other.url), snapshot)
        before = {role["id"] for role in restored.ask("GET", "")["roles"]}
        assert restored.create_role("Another")["id"] not in before


def test_a_key_that_goes_afterwards_is_noticed(used_site: Site, http: requests.Session) -> None:
    snapshot = used_site.ask("GET", "/record")
    with Running() as other:
        restored = _restore(create_site(http, other.url), snapshot)
        (member,) = (row for row in restored.ask("GET", "")["apiMembers"] if row["identifier"] == "Umbrella")
        restored.ask("DELETE", f"/keys/{member['keys'][0]['id']}")
        assert [row["reason"] for row in restored.ask("GET", "")["sinkKeyDeadMoments"]] == ["deleted"]


@pytest.mark.parametrize(("record", "status"), [({}, 422), ({"company": {"id": "x"}, "consoles": []}, 422)])
def test_what_is_no_snapshot_is_refused(site: Site, record: object, status: int) -> None:
    answer = site.http.post(f"{site.url}/_sim/companies/recorded", json=record, timeout=TIMEOUT)
    assert answer.status_code == status


def test_a_company_that_exists_already_is_not_restored(used_site: Site) -> None:
    answer = used_site.http.post(
        f"{used_site.url}/_sim/companies/recorded", json=used_site.ask("GET", "/record"), timeout=TIMEOUT
    )
    assert answer.status_code == 409
