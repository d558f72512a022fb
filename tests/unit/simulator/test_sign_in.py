from __future__ import annotations

import base64

import pytest

from tests.unit.simulator.site import TIMEOUT, Site


def test_company_info_names_the_codebase(site: Site) -> None:
    info = site.http.get(f"{site.url}/login/companyinfo/{site.company}", timeout=TIMEOUT).json()
    assert info["Codebase"] == "v2025_1/"
    assert info["CompanyID"] == site.company
    assert {"CompanyName", "IsCloud", "SiteUrl"} <= set(info)


def test_company_info_of_an_unknown_company_is_null_with_200(site: Site) -> None:
    answer = site.http.get(f"{site.url}/login/companyinfo/nobody", timeout=TIMEOUT)
    assert (answer.status_code, answer.text) == (200, "null")


@pytest.mark.parametrize("codebase", ["v2025_1", "v4_6_release"])
def test_both_the_codebase_and_the_old_literal_lead_in(site: Site, codebase: str) -> None:
    site.codebase = codebase
    assert site.rest("GET", "/system/info").status_code == 200


def test_the_codebase_is_read_in_any_case(site: Site) -> None:
    site.codebase = "v4_6_Release"
    assert site.rest("GET", "/system/info").status_code == 200


def test_a_site_tells_its_own_version_whichever_was_asked_for(site: Site) -> None:
    old = {"Accept": "application/vnd.connectwise.com+json; version=2020.4"}
    assert site.rest("GET", "/system/info", headers=old).json()["version"] == "v2025.1.10675"


def test_another_codebase_is_a_web_servers_404(site: Site) -> None:
    site.codebase = "v2019_1"
    answer = site.rest("GET", "/system/info")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_a_hosted_upgrade_moves_the_codebase(site: Site) -> None:
    site.ask("PUT", "/codebase", json={"codebase": "v2025_2/"})
    assert site.rest("GET", "/system/info").status_code == 404
    site.codebase = "v2025_2"
    answer = site.rest("GET", "/system/info")
    assert (answer.status_code, answer.headers["api-current-version"]) == (200, "2025.2")


def test_a_wrong_private_key_is_401(site: Site) -> None:
    answer = site.rest("GET", "/system/info", key=(site.pair[0], "x" * 16))
    assert (answer.status_code, answer.json()["code"]) == (401, "Unauthorized")


@pytest.mark.parametrize("client_id", ["", "00000000-0000-0000-0000-000000000000"])
def test_a_missing_or_wrong_client_id_looks_like_a_bad_key(site: Site, client_id: str) -> None:
    answer = site.rest("GET", "/system/info", headers={"clientId": client_id})
    assert (answer.status_code, answer.json()["code"]) == (401, "Unauthorized")


@pytest.mark.parametrize("header", [None, "Bearer abc", "Basic ###", "Basic " + base64.b64encode(b"no colon").decode()])
def test_other_credentials_are_401(site: Site, header: str | None) -> None:
    headers = {"clientId": site.credentials["clientId"], **({"Authorization": header} if header else {})}
    answer = site.http.get(f"{site.url}/v2025_1/apis/3.0/system/info", headers=headers, timeout=TIMEOUT)
    assert answer.status_code == 401


def test_an_inactive_or_deleted_key_and_an_inactive_member_are_401(site: Site) -> None:
    member = site.create_member(site.create_role())
    first, second = site.mint_key(member), site.mint_key(member)
    pair = (first["publicKey"], first["privateKey"])
    assert site.rest("GET", "/system/info", key=pair).status_code == 200
    site.ask("PATCH", f"/keys/{first['id']}", json={"inactive": True})
    assert site.rest("GET", "/system/info", key=pair).status_code == 401
    site.ask("PATCH", f"/keys/{first['id']}", json={"inactive": False})
    site.ask("DELETE", f"/keys/{first['id']}")
    assert site.rest("GET", "/system/info", key=pair).status_code == 401
    other = (second["publicKey"], second["privateKey"])
    assert site.rest("GET", "/system/info", key=other).status_code == 200
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": True})
    assert site.rest("GET", "/system/info", key=other).status_code == 401


def test_a_rotated_provisioning_key_ends_the_old_one(site: Site) -> None:
    new_key = site.ask("POST", "/provisioningKey/rotate")
    assert site.rest("GET", "/system/info").status_code == 401
    assert site.rest("GET", "/system/info", key=(new_key["publicKey"], new_key["privateKey"])).status_code == 200
    assert site.ask("POST", "/credentials")["publicKey"] == new_key["publicKey"]


def test_a_version_that_the_server_does_not_speak_is_refused(site: Site) -> None:
    for version in ("0.0", "2018.4", "2025.16"):
        accept = f"application/vnd.connectwise.com+json; version={version}"
        answer = site.rest("GET", "/system/info", headers={"Accept": accept})
        assert answer.status_code == 400
        assert f"does not support the API version '{version}'" in answer.json()["message"]


def test_without_a_version_the_newest_model_answers(site: Site) -> None:
    answer = site.rest("GET", "/system/info", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["api-current-version"]) == (200, "2025.1")


def test_an_old_version_does_not_know_newer_fields(site: Site) -> None:
    old = {"Accept": "application/vnd.connectwise.com+json; version=2022.1"}
    body = {"name": "Typed", "roleType": "Member"}
    refused = site.rest("POST", "/system/securityroles", json=body, headers=old)
    assert refused.status_code == 400
    assert "Could not find member 'roleType'" in refused.json()["message"]
    created = site.rest("POST", "/system/securityroles", json=body)
    assert created.json()["roleType"] == "Member"
    current = site.rest("GET", f"/system/securityroles/{created.json()['id']}", headers=old).json()
    assert "roleType" not in current


def test_an_overlong_address_is_refused(site: Site) -> None:
    conditions = " or ".join(["name = 'x'"] * 300)
    assert site.rest("GET", "/system/securityroles", params={"conditions": conditions}).status_code == 414
