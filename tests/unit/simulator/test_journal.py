from typing import Any

import requests

from tests.unit.simulator.site import TIMEOUT, Site


def test_the_log_names_each_request_its_route_and_who_made_it(site: Site) -> None:
    site.http.get(f"{site.url}/login/companyinfo/{site.company}", timeout=TIMEOUT)
    role = site.role()
    site.gateway("GET", f"/securityRoles/{role['id']}/customize?function=Table Setup")
    site.sink("GET", "/health")
    site.rest("GET", "/system/info", key=("nobody", "x"))
    entries = site.log()
    told = [(one["method"], one["route"], one["by"], one["status"]) for one in entries]
    assert told == [
        ("GET", "GET /login/companyinfo/{company}", None, 200),
        ("POST", "POST /system/securityroles", site.pair[0], 201),
        ("GET", "GET gateway/securityRoles/{role_id}/customize", "gateway:connectwise", 200),
        ("GET", "GET gateway/health", "gateway:umbrella", 200),
        ("GET", "GET /system/info", "nobody", 401),
    ]
    assert entries[2]["query"] == "function=Table%20Setup"
    assert {one["company"] for one in entries} == {site.company}
    assert all(one["ms"] is not None and one["at"].endswith("Z") and one["fault"] is None for one in entries)
    assert set(entries[0]) == {
        *("n", "at", "method", "path", "query", "route", "company", "by", "status", "ms", "fault")
    }


def test_numbers_only_grow_and_since_leaves_older_ones_out(site: Site) -> None:
    for _ in range(3):
        site.rest("GET", "/system/info")
    numbers = [entry["n"] for entry in site.log()]
    assert numbers == sorted(set(numbers))
    later = site.control("GET", f"/requests?company={site.company}&since={numbers[1]}")
    assert [entry["n"] for entry in later] == numbers[2:]


def test_the_log_is_cleared_for_one_company_or_for_all(site: Site) -> None:
    site.rest("GET", "/system/info")
    site.control("DELETE", "/requests?company=somebody-else")
    assert site.log()
    site.control("DELETE", f"/requests?company={site.company}")
    assert site.log() == []
    site.rest("GET", "/system/info")
    site.control("DELETE", "/requests")
    assert site.control("GET", "/requests") == []


def test_the_log_and_the_history_hold_no_private_key(site: Site) -> None:
    key = site.key(site.member(site.role()))
    site.apply(key)
    kept = requests.get(f"{site.url}/_sim/requests", timeout=TIMEOUT).text
    kept += str(site.sim("GET", "/history")) + str(site.dump())
    assert key["publicKey"] in kept
    for private in site.sim("GET", "/privateKeys").values():
        assert private not in kept


def kinds(site: Site, *wanted: str) -> list[tuple[str, Any]]:
    return [(one["kind"], one.get("publicKey")) for one in site.sim("GET", "/history") if one["kind"] in wanted]


def test_the_history_tells_a_keys_life_in_order(site: Site) -> None:
    member = site.member(site.role())
    first = site.key(member)
    site.apply(first)
    second = site.key(member)
    site.apply(second)
    path = f"/apiMembers/{member['id']}/keys/{first['id']}"
    site.gateway("PATCH", path, json={"inactive": True})
    site.gateway("PATCH", path, json={"inactive": False})
    site.gateway("DELETE", path)
    site.sink("DELETE", "/psaIntegration")
    one, two = first["publicKey"], second["publicKey"]
    told = kinds(site, "key.minted", "key.inactive", "key.active", "key.deleted", "sink.written", "sink.deleted")
    assert told[1:] == [
        ("key.minted", one),
        ("sink.written", one),
        ("key.minted", two),
        ("sink.written", two),
        ("key.inactive", one),
        ("key.active", one),
        ("key.deleted", one),
        ("sink.deleted", two),
    ]
    events = site.sim("GET", "/history")
    assert [event["n"] for event in events] == sorted(event["n"] for event in events)
    by_number = {entry["n"]: entry for entry in site.log()}
    assert by_number[events[-1]["n"]]["method"] == "DELETE"
    assert site.dump()["sinkKeyDeadMoments"] == []


def test_the_history_tells_of_roles_and_members(site: Site) -> None:
    role = site.role()
    member = site.member(role)
    site.gateway("PUT", f"/securityRoles/{role['id']}/customize", json={"function": "Table Setup", "allow": []})
    site.sim("PUT", f"/roles/{role['id']}/levels", json={"System / Table Setup": {"add": "All"}})
    site.sim("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": True})
    site.sim("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": False})
    site.sim("PATCH", f"/roles/{role['id']}", json={"name": "New"})
    site.sim("DELETE", f"/roles/{role['id']}?force=true")
    told = [(event["kind"], event["by"]) for event in site.sim("GET", "/history")][-10:]
    assert told == [
        ("role.created", "PSAProvision"),
        ("member.created", "PSAProvision"),
        ("role.tables", "GatewayUser"),
        ("role.levels", "HumanAdmin"),
        ("member.changed", "HumanAdmin"),
        ("member.inactive", "HumanAdmin"),
        ("member.changed", "HumanAdmin"),
        ("member.active", "HumanAdmin"),
        ("role.changed", "HumanAdmin"),
        ("role.deleted", "HumanAdmin"),
    ]


def test_a_sink_with_a_dead_key_is_noticed_from_the_very_change_on(site: Site) -> None:
    member = site.member(site.role())
    key, spare = site.key(member), site.key(member)
    site.apply(key)
    assert site.dump()["sinkKeyDeadMoments"] == []
    site.sim("PATCH", f"/keys/{key['id']}", json={"inactive": True})
    site.sim("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": True})
    site.sim("PATCH", f"/keys/{key['id']}", json={"inactive": False})
    site.sim("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": False})
    site.sim("DELETE", f"/keys/{key['id']}")
    site.apply(spare)
    moments = site.dump()["sinkKeyDeadMoments"]
    assert [(one["publicKey"], one["reason"]) for one in moments] == [
        (key["publicKey"], "inactive"),
        (key["publicKey"], "member inactive"),
        (key["publicKey"], "deleted"),
    ]
    assert all(one["untilN"] > one["n"] for one in moments)
    changes = {event["n"]: event["kind"] for event in site.sim("GET", "/history")}
    assert [changes[one["n"]] for one in moments] == ["key.inactive", "key.active", "key.deleted"]


def test_a_disabled_sink_or_a_foreign_key_is_no_dead_moment(site: Site) -> None:
    key = site.key(site.member(site.role()))
    place = f"/consoles/msp/{site.console['consoleId']}/psaIntegration"
    site.sim("PUT", place, json={"kind": "ConnectWise", "enabled": False, "publicKey": key["publicKey"]})
    site.sim("DELETE", f"/keys/{key['id']}")
    site.sim("PUT", place, json={"kind": "ConnectWise", "enabled": True, "publicKey": "F" * 16})
    assert site.dump()["sinkKeyDeadMoments"] == []
    site.sim("PUT", place, json={"kind": "ConnectWise", "enabled": True, "publicKey": key["publicKey"]})
    assert [one["reason"] for one in site.dump()["sinkKeyDeadMoments"]] == ["deleted"]
