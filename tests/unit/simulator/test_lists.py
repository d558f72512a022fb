from __future__ import annotations

import pytest
import requests

from simulator.services.connectwise.catalogue import FUNCTIONS
from tests.unit.simulator.site import NO_ROUTE, Site

FORWARD = {"pagination-type": "forward-only"}


def settings_of(site: Site, name: str = "Provisioning") -> str:
    role = next(role for role in site.dump()["roles"] if role["name"] == name)
    return f"/system/securityRoles/{role['id']}/settings"


def walk(site: Site, path: str, headers: dict[str, str] | None = None) -> tuple[list[int], int]:
    ids: list[int] = []
    answer, pages = site.rest("GET", path, headers=headers), 1
    ids += [row["id"] for row in answer.json()]
    while "next" in answer.links:
        answer, pages = site.rest("GET", answer.links["next"]["url"], headers=headers), pages + 1
        ids += [row["id"] for row in answer.json()]
    return ids, pages


@pytest.mark.parametrize("headers", [None, FORWARD], ids=["by number", "forward only"])
def test_both_ways_of_paging_reach_every_row_once(site: Site, headers: dict[str, str] | None) -> None:
    path = settings_of(site)
    ids, pages = walk(site, path, headers)
    assert pages == -(-len(ids) // 25)
    assert len(ids) == len(set(ids)) == site.rest("GET", f"{path}/count").json()["count"] == len(FUNCTIONS)


def test_the_largest_page_holds_a_whole_role(site: Site) -> None:
    answer = site.rest("GET", settings_of(site) + "?pageSize=1000")
    assert len(answer.json()) == len(FUNCTIONS)
    assert answer.links == {}


def test_links_by_number_name_first_prev_next_and_last(site: Site) -> None:
    answer = site.rest("GET", settings_of(site) + "?pageSize=25&page=2")
    assert {rel: link["url"].partition("page=")[2] for rel, link in answer.links.items()} == {
        "first": "1",
        "prev": "1",
        "next": "3",
        "last": "5",
    }


def test_forward_only_links_only_to_the_next_page(site: Site) -> None:
    answer = site.rest("GET", settings_of(site) + "?pageSize=50", headers=FORWARD)
    assert set(answer.links) == {"next"}
    assert f"pageId={answer.json()[-1]['id']}" in answer.links["next"]["url"]


@pytest.mark.parametrize("headers", [None, FORWARD], ids=["by number", "forward only"])
def test_links_keep_the_conditions(site: Site, headers: dict[str, str] | None) -> None:
    # pyconnectwise issue 14: the conditions were lost on page 2.
    path = settings_of(site) + "?pageSize=10&conditions=moduleName = 'System'"
    ids, pages = walk(site, path, headers)
    assert (len(ids), pages) == (21, 3)


def test_a_route_without_forward_only_answers_by_number_and_gives_no_link(site: Site) -> None:
    first = site.rest("GET", "/system/setupScreens", headers=FORWARD)
    assert (len(first.json()), first.links) == (25, {})
    ignored = site.rest("GET", "/system/setupScreens?pageId=99999", headers=FORWARD)
    assert ignored.json() == first.json()
    assert len(walk(site, "/system/setupScreens")[0]) >= 60


@pytest.mark.parametrize(("name", "value"), [("pageSize", "1001"), ("pageSize", "0"), ("page", "0")])
def test_a_number_out_of_range_is_refused(site: Site, name: str, value: str) -> None:
    answer = site.rest("GET", "/system/securityroles", params={name: value})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"{name} object is invalid"
    (problem,) = answer.json()["errors"]
    assert problem.pop("message").startswith(f"The field {name} must be between 1 and ")
    assert problem == {"code": "OutOfRange", "resource": name, "field": name}


def test_query_names_are_read_in_any_case(site: Site) -> None:
    for query in ("pagesize=2&ORDERBY=name desc&FIELDS=name", "pageSize=2&orderBy=name desc&fields=name"):
        assert site.rest("GET", f"/system/securityroles?{query}").json() == [
            {"name": "Service Desk"},
            {"name": "Provisioning"},
        ]
    assert site.rest("GET", "/system/securityroles/count?Conditions=name = 'Admin'").json() == {"count": 1}


def test_a_page_that_is_no_number_is_refused(site: Site) -> None:
    assert site.rest("GET", "/system/securityroles?page=two").status_code == 400


def test_a_page_beyond_the_end_is_empty(site: Site) -> None:
    answer = site.rest("GET", "/system/securityroles?page=99")
    assert (answer.status_code, answer.json()) == (200, [])


def test_fields_keep_what_was_asked_for(site: Site) -> None:
    rows = site.rest("GET", "/system/apiMembers?fields=id,identifier,securityRole/name").json()
    assert all(set(row) == {"id", "identifier", "securityRole"} for row in rows)
    assert rows[0]["securityRole"] == {"name": "Provisioning"}
    member = site.rest("GET", f"/system/apiMembers/{rows[0]['id']}?fields=identifier").json()
    assert member == {"identifier": "PSAProvision"}


def names(answer: requests.Response) -> list[str]:
    return [row["name"] for row in answer.json()]


def test_order_by_sorts_by_several_fields(site: Site) -> None:
    for name in ("beta", "Alpha", "gamma"):
        site.create_role(name)
    ascending = names(site.rest("GET", "/system/securityroles?orderBy=name"))
    assert ascending == sorted(ascending, key=str.casefold)
    descending = names(site.rest("GET", "/system/securityroles?orderBy=name desc"))
    assert descending == ascending[::-1]
    mixed = names(site.rest("GET", "/system/securityroles?orderBy=inactiveFlag desc, name asc"))
    assert mixed[0] == "Former Staff"
    assert mixed[1:] == [name for name in ascending if name != "Former Staff"]


@pytest.mark.parametrize("order", ["nosuch", "name sideways", "name asc desc"])
def test_an_unknown_order_is_refused(site: Site, order: str) -> None:
    assert site.rest("GET", "/system/securityroles", params={"orderBy": order}).status_code == 400


def test_counts_honour_the_conditions(site: Site) -> None:
    query = "/system/securityroles/count?conditions="
    assert site.rest("GET", query + "inactiveFlag = true").json() == {"count": 1}
    assert site.rest("GET", query + "nosuch = true").status_code == 400


def test_paths_ignore_case_and_a_trailing_slash(site: Site) -> None:
    for path in ("/system/securityRoles", "/system/SECURITYROLES/", "/System/SecurityRoles"):
        assert site.rest("GET", path).status_code == 200


def test_an_unknown_route_is_a_json_404(site: Site) -> None:
    for path in ("/system/apiKeys", "/system/securityroles/abc", "/nonsense"):
        answer = site.rest("GET", path)
        assert (answer.status_code, answer.json()) == (404, NO_ROUTE)
