from __future__ import annotations

from typing import Any

import requests

from tests.unit.simulator.site import TIMEOUT, Site


def test_the_log_names_each_request_its_route_and_who_made_it(site: Site) -> None:
    site.http.get(f"{site.url}/login/companyinfo/{site.company}", timeout=TIMEOUT)
    role = site.create_role()
    site.gateway("GET", f"/securityRoles/{role['id']}/customize?function=Table Setup")
    site.sink("GET", "/health")
    site.rest("GET", "/system/info", key=("nobody", "x"))
    entries = site.list_requests()
    shown = [(entry["method"], entry["route"], entry["by"], entry["status"]) for entry in entries]
    assert shown == [
        ("GET", "GET /login/companyinfo/{company}", None, 200),
        ("POST", "POST /system/securityroles", site.pair[0], 201),
        ("GET", "GET gateway/securityRoles/{role_id}/customize", "gateway:connectwise", 200),
        ("GET", "GET gateway/health", "gateway:umbrella", 200),
        ("GET", "GET /system/info", "nobody", 401),
    ]
    assert entries[2]["query"] == "function=Table%20Setup"
    assert {entry["company"] for entry in entries} == {site.company}
    assert all(entry["ms"] is not None and entry["at"].endswith("Z") and entry["fault"] is None for entry in entries)
    assert set(entries[0]) == {
        *("n", "at", "method", "path", "query", "route", "company", "by", "status", "ms", "fault")
    }


def test_numbers_only_grow_and_since_leaves_older_ones_out(site: Site) -> None:
    for _ in range(3):
        site.rest("GET", "/system/info")
    numbers = [entry["n"] for entry in site.list_requests()]
    assert numbers == sorted(set(numbers))
    later = site.control("GET", f"/requests?company={site.company}&since={numbers[1]}")
    assert [entry["n"] for entry in later] == numbers[2:]


def test_the_log_is_cleared_for_one_company_or_for_all(site: Site) -> None:
    site.rest("GET", "/system/info")
    site.control("DELETE", "/requests?company=somebody-else")
    assert site.list_requests()
    site.control("DELETE", f"/requests?company={site.company}")
    assert site.list_requests() == []
    site.rest("GET", "/system/info")
    site.control("DELETE", "/requests")
    assert site.control("GET", "/requests") == []


def test_the_log_and_the_history_hold_no_private_key(site: Site) -> None:
    key = site.mint_key(site.create_member(site.create_role()))
    site.apply(key)
    logs = requests.get(f"{site.url}/_sim/requests", timeout=TIMEOUT).text
    logs += str(site.ask("GET", "/history")) + str(site.dump())
    assert key["publicKey"] in logs
    for private in site.ask("GET", "/privateKeys").values():
        assert private not in logs


def kinds(site: Site, *wanted: str) -> list[tuple[str, Any]]:
    return [(event["kind"], event.get("publicKey")) for event in site.ask("GET", "/history") if event["kind"] in wanted]


def test_the_history_tells_a_keys_life_in_order(site: Site) -> None:
    member = site.create_member(site.create_role())
    first = site.mint_key(member)
    site.apply(first)
    second = site.mint_key(member)
    site.apply(second)
    path = f"/apiMembers/{member['id']}/keys/{first['id']}"
    site.gateway("PATCH", path, json={"inactive": True})
    site.gateway("PATCH", path, json={"inactive": False})
    site.gateway("DELETE", path)
    site.sink("DELETE", "/psaIntegration")
    first_key, second_key = first["publicKey"], second["publicKey"]
    rows = kinds(site, "key.minted", "key.inactive", "key.active", "key.deleted", "sink.written", "sink.deleted")
    assert rows[1:] == [
        ("key.minted", first_key),
        ("sink.written", first_key),
        ("key.minted", second_key),
        ("sink.written", second_key),
        ("key.inactive", first_key),
        ("key.active", first_key),
        ("key.deleted", first_key),
        ("sink.deleted", second_key),
    ]
    events = site.ask("GET", "/history")
    assert [event["n"] for event in events] == sorted(event["n"] for event in events)
    by_number = {entry["n"]: entry for entry in site.list_requests()}
    assert by_number[events[-1]["n"]]["method"] == "DELETE"
    assert site.dump()["sinkKeyDeadMoments"] == []


def test_the_history_tells_of_roles_and_members(site: Site) -> None:
    role = site.create_role()
    member = site.create_member(role)
    site.gateway("PUT", f"/securityRoles/{role['id']}/customize", json={"function": "Table Setup", "allow": []})
    site.ask("PUT", f"/roles/{role['id']}/levels", json={"System / Table Setup": {"add": "All"}})
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": True})
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": False})
    site.ask("PATCH", f"/roles/{role['id']}", json={"name": "New"})
    site.ask("DELETE", f"/roles/{role['id']}?force=true")
    shown = [(event["kind"], event["by"]) for event in site.ask("GET", "/history")][-10:]
    assert shown == [
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
    member = site.create_member(site.create_role())
    key, spare = site.mint_key(member), site.mint_key(member)
    site.apply(key)
    assert site.dump()["sinkKeyDeadMoments"] == []
    site.ask("PATCH", f"/keys/{key['id']}", json={"inactive": True})
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": True})
    site.ask("PATCH", f"/keys/{key['id']}", json={"inactive": False})
    site.ask("PATCH", f"/apiMembers/{member['id']}", json={"inactiveFlag": False})
    site.ask("DELETE", f"/keys/{key['id']}")
    site.apply(spare)
    moments = site.dump()["sinkKeyDeadMoments"]
    assert [(moment["publicKey"], moment["reason"]) for moment in moments] == [
        (key["publicKey"], "inactive"),
        (key["publicKey"], "member inactive"),
        (key["publicKey"], "deleted"),
    ]
    assert all(moment["untilN"] > moment["n"] for moment in moments)
    changes = {event["n"]: event["kind"] for event in site.ask("GET", "/history")}
    assert [changes[moment["n"]] for moment in moments] == ["key.inactive", "key.active", "key.deleted"]


def test_a_disabled_sink_or_a_foreign_key_is_no_dead_moment(site: Site) -> None:
    key = site.mint_key(site.create_member(site.create_role()))
    place = f"/consoles/msp/{site.console['consoleId']}/psaIntegration"
    site.ask("PUT", place, json={"kind": "ConnectWise", "enabled": False, "publicKey": key["publicKey"]})
    site.ask("DELETE", f"/keys/{key['id']}")
    site.ask("PUT", place, json={"kind": "ConnectWise", "enabled": True, "publicKey": "F" * 16})
    assert site.dump()["sinkKeyDeadMoments"] == []
    site.ask("PUT", place, json={"kind": "ConnectWise", "enabled": True, "publicKey": key["publicKey"]})
    assert [moment["reason"] for moment in site.dump()["sinkKeyDeadMoments"]] == ["deleted"]
