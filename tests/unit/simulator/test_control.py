from __future__ import annotations

import pytest

from tests.unit.simulator.conftest import create_site
from tests.unit.simulator.site import TIMEOUT, Site


def test_a_new_company_comes_with_everything_a_stack_needs(site: Site) -> None:
    assert set(site.credentials) == {
        *("site", "companyId", "clientId", "publicKey", "privateKey", "provisioningMember"),
        *("gatewayUrl", "gatewayToken", "consoles"),
    }
    assert set(site.console) == {*("kind", "consoleId", "gatewayUrl", "gatewayToken", "apiUrl", "apiKey", "apiSecret")}
    assert site.credentials["site"] == site.console["apiUrl"] == site.url
    assert site.ask("POST", "/credentials") == site.credentials


def test_a_company_is_made_once(site: Site) -> None:
    body = {"companyId": site.company}
    assert site.http.post(f"{site.url}/_sim/companies", json=body, timeout=TIMEOUT).status_code == 409
    twice = {"companyId": "other", "consoles": [{"kind": "msp", "consoleId": site.console["consoleId"]}]}
    assert site.http.post(f"{site.url}/_sim/companies", json=twice, timeout=TIMEOUT).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"companyId": "a+b"},
        {"companyId": "a", "codebase": "latest"},
        {"companyId": "a", "consoles": [{"kind": "msp", "consoleId": "x"}]},
        {"companyId": "a", "consoles": [{"kind": "other", "consoleId": "1"}]},
        {"companyId": "a", "consoles": [{"kind": "msp", "consoleId": "1"}, {"kind": "msp", "consoleId": "1"}]},
        {"companyId": "a", "provisioningRights": {"No / Such": {"add": "All"}}},
        {"companyId": "a", "typo": 1},
    ],
)
def test_a_company_that_makes_no_sense_is_refused_and_leaves_nothing(site: Site, body: dict[str, object]) -> None:
    assert site.http.post(f"{site.url}/_sim/companies", json=body, timeout=TIMEOUT).status_code == 422
    assert "a" not in [row["companyId"] for row in site.control("GET", "/companies")]


def test_a_deleted_company_is_gone_with_its_consoles(site: Site) -> None:
    other_site = create_site(site.http, site.url)
    other_site.control("DELETE", f"/companies/{other_site.company}")
    assert other_site.rest("GET", "/system/info").status_code == 401
    assert other_site.gateway("GET", "/health").status_code == 401
    assert other_site.sink("GET", "/health").status_code == 401
    answer = site.http.get(f"{site.url}/_sim/companies/{other_site.company}", timeout=TIMEOUT)
    assert answer.status_code == 404


def test_no_consoles_can_be_asked_for(site: Site) -> None:
    other_site = create_site(site.http, site.url, consoles=[])
    assert other_site.credentials["consoles"] == []


def test_companies_do_not_see_each_other(site: Site) -> None:
    other = create_site(site.http, site.url)
    role, twin = site.create_role(), other.create_role()
    assert role["id"] != twin["id"]
    assert other.rest("GET", f"/system/securityroles/{role['id']}").status_code == 404
    assert site.rest("GET", "/system/info", key=other.pair).status_code == 401


def test_the_dump_shows_roles_members_keys_and_consoles(site: Site) -> None:
    role = site.create_role()
    member = site.create_member(role, emailAddress="a@example.com")
    key = site.mint_key(member)
    dump = site.dump()
    assert dump["roles"][-1] == {
        "id": role["id"],
        "name": "Umbrella",
        "adminFlag": False,
        "inactiveFlag": False,
        "updatedBy": "PSAProvision",
        "levels": {},
        "tables": [],
        "customize": {},
    }
    listed = dump["apiMembers"][-1]
    assert (listed["identifier"], listed["roleId"], listed["inactiveFlag"]) == ("Umbrella", role["id"], False)
    assert (listed["structureLevel"], listed["defaultLocation"]) == ("Corporate (Level 1)", "Rome Office")
    assert [(row["id"], row["publicKey"]) for row in listed["keys"]] == [(key["id"], key["publicKey"])]
    assert dump["consoles"][0]["psaIntegration"]["enabled"] is False


def test_a_person_makes_roles_members_and_keys(site: Site) -> None:
    role = site.ask("POST", "/roles", json={"name": "By hand"})
    assert role["_info"]["enteredBy"] == "HumanAdmin"
    body = {"identifier": "ByHand", "name": "By Hand", "roleId": role["id"]}
    member = site.ask("POST", "/apiMembers", json=body)
    aged = {"description": "of old", "createdAt": "2020-01-31T08:00:00+01:00"}
    assert site.ask("POST", f"/apiMembers/{member['id']}/keys", json=aged)["createdAt"] == "2020-01-31T07:00:00Z"
    key = site.ask("POST", f"/apiMembers/{member['id']}/keys", json={"description": "by hand"})
    assert site.rest("GET", "/system/info", key=(key["publicKey"], key["privateKey"])).status_code == 200
    assert site.ask("GET", "/privateKeys")[key["publicKey"]] == key["privateKey"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/roles/1", {"name": "x"}, 404),
        ("POST", "/roles", {"name": "Admin"}, 400),
        ("PUT", "/roles/1/levels", {}, 404),
        ("PATCH", "/keys/1", {"inactive": True}, 404),
        ("DELETE", "/keys/1", None, 404),
        ("PATCH", "/apiMembers/1", {}, 404),
        ("PUT", "/consoles/msp/1/psaIntegration", {}, 404),
        ("PUT", "/codebase", {"codebase": "latest"}, 422),
        ("PATCH", "/roles/1", {"color": "red"}, 422),
        ("GET", "/nonsense", None, 404),
    ],
)
def test_the_screens_refuse_what_they_cannot_do(site: Site, method: str, path: str, body: object, status: int) -> None:
    url = f"{site.url}/_sim/companies/{site.company}{path}"
    answer = site.http.request(method, url, json=body, timeout=TIMEOUT)
    assert answer.status_code == status
    assert "detail" in answer.json()


def test_unknown_levels_and_tables_are_refused_at_the_screen(site: Site) -> None:
    role = site.create_role()
    url = f"{site.url}/_sim/companies/{site.company}/roles/{role['id']}"
    for path, body in (
        ("levels", {"System / Nonsense": {"add": "All"}}),
        ("levels", {"System / Table Setup": {"add": "Some"}}),
        ("levels", {"System / Table Setup": {"destroy": "All"}}),
        ("tables", {"allow": ["Nonsense"]}),
    ):
        assert site.http.put(f"{url}/{path}", json=body, timeout=TIMEOUT).status_code == 422


def test_a_role_cannot_be_renamed_to_a_name_that_is_taken(site: Site) -> None:
    role = site.create_role()
    site.ask("PATCH", f"/roles/{role['id']}", json={"name": "UMBRELLA"})
    url = f"{site.url}/_sim/companies/{site.company}/roles/{role['id']}"
    assert site.http.patch(url, json={"name": "admin"}, timeout=TIMEOUT).status_code == 400


def test_the_front_page_tells_what_this_is_as_json_or_html(site: Site) -> None:
    page = site.http.get(site.url, timeout=TIMEOUT).json()
    assert "invented" in page["what"]
    assert site.credentials in page["companies"]
    html = site.http.get(site.url, headers={"Accept": "text/html"}, timeout=TIMEOUT)
    assert html.headers["content-type"].startswith("text/html")
    assert site.credentials["gatewayToken"] in html.text


def test_the_control_plane_describes_itself(site: Site) -> None:
    paths = site.http.get(f"{site.url}/_sim/openapi.json", timeout=TIMEOUT).json()["paths"]
    assert "/_sim/faults" in paths
    assert not [path for path in paths if not path.startswith("/_sim/")]


def test_any_other_page_is_a_404(site: Site) -> None:
    answer = site.http.get(f"{site.url}/nonsense", timeout=TIMEOUT)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, "text/html")
