from __future__ import annotations

import pytest

from tests.unit.simulator.site import TIMEOUT, Site


def test_health_tells_site_company_and_readiness(site: Site) -> None:
    host = site.url.partition("://")[2]
    wanted = {"console": "connectwise", "site": host, "companyId": site.company, "ready": True, "reason": None}
    assert site.gateway("GET", "/health").json() == wanted
    site.ask("PUT", "/gateway", json={"ready": False, "reason": "signed out"})
    assert site.gateway("GET", "/health").json() == wanted | {"ready": False, "reason": "signed out"}


@pytest.mark.parametrize("token", [None, "wrong"])
def test_a_missing_or_wrong_token_is_401(site: Site, token: str | None) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = site.http.get(site.credentials["gatewayUrl"] + "/health", headers=headers, timeout=TIMEOUT)
    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "message", "retryable"}
    assert answer.json()["retryable"] is False


def test_the_token_of_another_gateway_is_401(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.console['gatewayToken']}"}
    assert site.gateway("GET", "/health", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/nonsense", "/apiMembers/abc/keys", "/apiMembers/1/keys", "/securityRoles/1/customize?function=Table Setup"],
)
def test_what_does_not_exist_is_404_in_the_contracts_words(site: Site, path: str) -> None:
    answer = site.gateway("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_person_is_no_api_member(site: Site) -> None:
    people = site.rest("GET", "/system/members?conditions=identifier='HumanAdmin'").json()
    assert site.gateway("GET", f"/apiMembers/{people[0]['id']}/keys").status_code == 404


def test_a_key_is_minted_listed_made_inactive_and_deleted(site: Site) -> None:
    member = site.create_member(site.create_role())
    key = site.mint_key(member, "first [psa:abc.def.0123]")
    assert set(key) == {"id", "description", "publicKey", "privateKey", "createdAt"}
    assert len(key["publicKey"]) == len(key["privateKey"]) == 16
    assert (key["publicKey"] + key["privateKey"]).isalnum()
    path = f"/apiMembers/{member['id']}/keys"
    listed = {name: key[name] for name in ("id", "description", "publicKey", "createdAt")}
    assert site.gateway("GET", path).json() == [listed | {"inactive": False}]
    changed = site.gateway("PATCH", f"{path}/{key['id']}", json={"inactive": True})
    assert changed.json() == listed | {"inactive": True}
    assert site.rest("GET", "/system/info", key=(key["publicKey"], key["privateKey"])).status_code == 401
    for _ in range(2):
        assert site.gateway("DELETE", f"{path}/{key['id']}").status_code == 204
    assert site.gateway("GET", path).json() == []
    assert site.gateway("PATCH", f"{path}/{key['id']}", json={"inactive": False}).status_code == 404


def test_a_member_may_hold_several_keys(site: Site) -> None:
    member = site.create_member(site.create_role())
    pairs = [site.mint_key(member) for _ in range(3)]
    for key in pairs:
        assert site.rest("GET", "/system/info", key=(key["publicKey"], key["privateKey"])).status_code == 200


def test_a_key_of_another_member_is_not_touched(site: Site) -> None:
    role = site.create_role()
    first, second = site.create_member(role, "First"), site.create_member(role, "Second")
    key = site.mint_key(first)
    assert site.gateway("DELETE", f"/apiMembers/{second['id']}/keys/{key['id']}").status_code == 204
    assert [row["id"] for row in site.gateway("GET", f"/apiMembers/{first['id']}/keys").json()] == [key["id"]]


def test_a_description_is_required(site: Site) -> None:
    member = site.create_member(site.create_role())
    answer = site.gateway("POST", f"/apiMembers/{member['id']}/keys", json={"description": " "})
    assert (answer.status_code, answer.json()["code"]) == (422, "refused_by_console")


@pytest.mark.parametrize("body", ['{"description": 5}', '{"description": "x", "privateKey": "PRIVATE"}', "{", "[]"])
def test_a_body_that_the_contract_does_not_know_is_400_and_never_echoed(site: Site, body: str) -> None:
    member = site.create_member(site.create_role())
    answer = site.gateway("POST", f"/apiMembers/{member['id']}/keys", data=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert "PRIVATE" not in answer.text


def test_table_access_is_replaced_and_answered_in_the_sites_order(site: Site) -> None:
    path = f"/securityRoles/{site.create_role()['id']}/customize"
    assert site.gateway("GET", f"{path}?function=Table Setup").json() == {"function": "Table Setup", "allow": []}
    first = {"function": "Table Setup", "allow": ["Service / Priority", "Agreements / Batch", "Service / Priority"]}
    answer = site.gateway("PUT", path, json=first)
    assert answer.json() == {"function": "Table Setup", "allow": ["Agreements / Batch", "Service / Priority"]}
    second = {"function": "Table Setup", "allow": ["Company / Configuration"]}
    assert site.gateway("PUT", path, json=second).json() == second
    assert site.gateway("GET", f"{path}?function=Table Setup").json() == second


def test_the_list_of_another_function_allows_everything_until_somebody_customizes_it(site: Site) -> None:
    path = f"/securityRoles/{site.create_role()['id']}/customize"
    scheduling = {"function": "Service Desk / Resource Scheduling"}
    everything = ["Corporate (Level 1)", "Location (Level 3)", "Region (Level 2)"]
    assert site.gateway("GET", path, params=scheduling).json() == {**scheduling, "allow": everything}
    for allow in (["Region (Level 2)"], []):
        assert site.gateway("PUT", path, json={**scheduling, "allow": allow}).json() == {**scheduling, "allow": allow}
    (role,) = (role for role in site.dump()["roles"] if role["name"] == "Umbrella")
    assert (role["customize"], role["tables"]) == ({"Service Desk / Resource Scheduling": []}, [])
    refused = site.gateway("PUT", path, json={**scheduling, "allow": ["Nonsense"]}).json()["message"]
    assert refused == "There is no item 'Nonsense' in Service Desk / Resource Scheduling."


def test_a_person_customizes_what_is_simulated(site: Site) -> None:
    role = site.create_role()["id"]
    wanted = {"function": "Companies / Configurations", "allow": ["Password", "Domain"]}
    assert site.ask("PUT", f"/roles/{role}/customize", json=wanted) == {"allow": ["Domain", "Password"]}
    answer = site.http.put(
        f"{site.url}/_sim/companies/{site.company}/roles/{role}/customize",
        json={**wanted, "function": "Sales / Reports"},
        timeout=TIMEOUT,
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "There is no simulated customize list of 'Sales / Reports'.",
    )


@pytest.mark.parametrize(
    ("function", "allow", "words"),
    [
        ("Table Setup", ["Company / Nonsense"], "no table 'Company / Nonsense'"),
        ("Security Roles", [], "has no customize list"),
        ("My Account", [], "is not simulated"),
    ],
)
def test_the_console_refuses_unknown_tables_and_functions(
    site: Site, function: str, allow: list[str], words: str
) -> None:
    path = f"/securityRoles/{site.create_role()['id']}/customize"
    answer = site.gateway("PUT", path, json={"function": function, "allow": allow})
    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_reading_table_access_needs_the_function(site: Site) -> None:
    assert site.gateway("GET", f"/securityRoles/{site.create_role()['id']}/customize").status_code == 422


def test_the_allow_list_keeps_others_out(site: Site) -> None:
    ours, other = site.create_role("Ours"), site.create_role("Other")
    member = site.create_member(ours)
    site.ask("PUT", "/gateway", json={"allowRoles": [ours["id"]], "allowMembers": []})
    assert site.gateway("GET", f"/securityRoles/{ours['id']}/customize?function=Table Setup").status_code == 200
    for path in (f"/securityRoles/{other['id']}/customize?function=Table Setup", f"/apiMembers/{member['id']}/keys"):
        answer = site.gateway("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside_allow_list")


@pytest.mark.parametrize(
    ("state", "status", "retryable"),
    [({"person": "second factor"}, 423, True), ({"ready": False, "reason": "no network"}, 503, True)],
)
def test_a_console_that_is_not_ready_says_so(
    site: Site, state: dict[str, object], status: int, retryable: bool
) -> None:
    member = site.create_member(site.create_role())
    site.ask("PUT", "/gateway", json=state)
    path = f"/apiMembers/{member['id']}/keys"
    for answer in (site.gateway("GET", path), site.gateway("POST", path, json={"description": "x"})):
        assert (answer.status_code, answer.json()["retryable"]) == (status, retryable)
        assert str(next(reversed(state.values()))) in answer.json()["message"]
    assert site.gateway("GET", "/health").json()["ready"] is False


def test_a_mint_answers_the_description_that_the_console_keeps(site: Site) -> None:
    site.ask("PUT", "/screens", json={"descriptionLimit": 10, "descriptionTrim": True})
    member = site.create_member(site.create_role())
    key = site.mint_key(member, "  Umbrella  and more")
    (listed,) = site.gateway("GET", f"/apiMembers/{member['id']}/keys").json()
    assert key["description"] == listed["description"] == "Umbrella"
