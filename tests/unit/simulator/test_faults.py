from __future__ import annotations

import asyncio
import base64
import socket
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import requests

from simulator.app import build_app
from simulator.faults.fault import Fault
from simulator.world import World
from tests.unit.simulator.site import TIMEOUT, Site

ROLES = "/system/securityroles"


def role_names(site: Site) -> list[str]:
    return [role["name"] for role in site.dump()["roles"]]


def last(site: Site) -> dict[str, Any]:
    return site.list_requests()[-1]


_PAIR = {"publicKey": "public", "privateKey": "invented"}


def test_a_status_comes_instead_of_the_act(site: Site) -> None:
    fault = site.add_fault("status", status=502, method="POST")
    answer = site.rest("POST", ROLES, json={"name": "Umbrella"})
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert "Umbrella" not in role_names(site)
    assert (last(site)["status"], last(site)["fault"]) == (502, fault)


def test_a_status_may_bring_its_own_body_and_headers(site: Site) -> None:
    site.add_fault("status", status=503, body={"code": "Busy"}, headers={"X-Test": "1"})
    answer = site.rest("GET", ROLES)
    assert (answer.status_code, answer.json(), answer.headers["X-Test"]) == (503, {"code": "Busy"}, "1")
    site.add_fault("status", status=400, body="plain words", contentType="text/plain")
    answer = site.rest("GET", ROLES)
    assert (answer.text, answer.headers["content-type"]) == ("plain words", "text/plain")


def test_a_status_after_the_act_hides_a_success(site: Site) -> None:
    site.add_fault("statusAfter", status=504)
    assert site.rest("POST", ROLES, json={"name": "Umbrella"}).status_code == 504
    assert "Umbrella" in role_names(site)
    assert last(site)["status"] == 201


@pytest.mark.parametrize(("when", "made"), [("before", False), ("after", True)])
def test_a_reset_is_a_real_one_before_or_after_the_act(site: Site, when: str, made: bool) -> None:
    site.add_fault("reset", when=when)
    with pytest.raises(requests.ConnectionError) as problem:
        site.rest("POST", ROLES, json={"name": "Umbrella"})
    assert "reset by peer" in str(problem.value)
    assert ("Umbrella" in role_names(site)) is made
    assert last(site)["status"] == (201 if made else None)


def test_a_truncated_reply_ends_early_after_the_act(site: Site) -> None:
    site.add_fault("truncate")
    with pytest.raises(requests.RequestException) as problem:
        site.rest("POST", ROLES, json={"name": "Umbrella"})
    assert "IncompleteRead" in str(problem.value)
    assert "Umbrella" in role_names(site)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_is_felt(site: Site, when: str) -> None:
    site.add_fault("delay", ms=150, when=when)
    started = time.monotonic()
    assert site.rest("GET", ROLES).status_code == 200
    assert time.monotonic() - started >= 0.15


@pytest.mark.parametrize(("when", "made"), [("before", False), ("after", True)])
def test_a_client_that_gives_up_may_or_may_not_have_been_served(site: Site, when: str, made: bool) -> None:
    site.add_fault("delay", ms=2500, when=when)
    auth = (f"{site.company}+{site.pair[0]}", site.pair[1])
    headers = {"clientId": site.credentials["clientId"]}
    with pytest.raises(requests.Timeout):
        url = f"{site.url}/v2025_1/apis/3.0{ROLES}"
        requests.post(url, json={"name": "Umbrella"}, auth=auth, headers=headers, timeout=1)
    assert ("Umbrella" in role_names(site)) is made
    while last(site)["ms"] is None:
        time.sleep(0.02)
    assert "Umbrella" in role_names(site), "a server does not stop because its client went away"


def test_a_drip_sends_the_whole_answer_slowly(site: Site) -> None:
    site.add_fault("drip", ms=1)
    started = time.monotonic()
    answer = site.rest("GET", f"{ROLES}/count")
    assert answer.json() == {"count": 4}
    assert time.monotonic() - started >= len(answer.content) / 1000


def test_a_body_is_replaced_after_the_act(site: Site) -> None:
    site.add_fault("body", body='{"id": 5, "name":', contentType="application/json")
    answer = site.rest("POST", ROLES, json={"name": "Umbrella"})
    assert (answer.status_code, answer.text) == (201, '{"id": 5, "name":')
    assert "Umbrella" in role_names(site)
    site.add_fault("body", raw="<html>proxy</html>", contentType="text/html", status=200)
    assert site.rest("GET", ROLES).text == "<html>proxy</html>"


def test_an_answer_without_a_body_is_given_one(site: Site) -> None:
    site.sink("PUT", "/psaIntegration", json={"kind": "ConnectWise", "enabled": True, **_PAIR})
    site.add_fault("body", raw="<html>proxy</html>")
    answer = site.sink("DELETE", "/psaIntegration")
    assert (answer.status_code, answer.text) == (200, "<html>proxy</html>")
    assert site.sink("GET", "/psaIntegration").json()["kind"] is None


def test_half_a_request_changes_nothing(site: Site) -> None:
    host, _, port = site.url.partition("://")[2].partition(":")
    user = base64.b64encode(f"{site.company}+{site.pair[0]}:{site.pair[1]}".encode()).decode()
    head = f"POST /v2025_1/apis/3.0{ROLES} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {user}\r\n"
    head += f"clientId: {site.credentials['clientId']}\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall((head + '{"name": "Umbrella"}').encode())
        while not site.list_requests():
            time.sleep(0.01)
    while last(site)["ms"] is None:
        time.sleep(0.01)
    assert last(site)["status"] is None
    assert "Umbrella" not in role_names(site)


@pytest.mark.parametrize(("retry_after", "seconds"), [(45, 45), (None, 30)])
def test_the_site_says_429_as_its_guide_does(site: Site, retry_after: int | None, seconds: int) -> None:
    site.add_fault("rateLimit", retryAfter=retry_after)
    answer = site.rest("GET", ROLES)
    words = f"Too many requests. Please try again in {seconds} seconds."
    assert (answer.status_code, answer.json()) == (429, {"error": "ConnectWiseAPI", "message": words})
    assert answer.headers.get("Retry-After") == (str(retry_after) if retry_after else None)


def test_a_reset_needs_a_socket() -> None:
    async def ask() -> None:
        world = World()
        world.faults.add(Fault(kind="reset"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app(world)), base_url="http://x") as client:
            await client.get("/login/companyinfo/x")

    with pytest.raises(ConnectionResetError):
        asyncio.run(ask())


@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_answer_is_the_true_one_and_many_blanks(site: Site, declared: bool) -> None:
    site.add_fault("huge", bytes=1_000_000, declared=declared)
    answer = site.rest("GET", ROLES)
    assert len(answer.content) == 1_000_000
    assert len(answer.json()) == 4
    assert ("content-length" in answer.headers) is declared


def test_a_huge_answer_to_a_deletion_has_a_body_and_so_another_status(site: Site) -> None:
    role = site.rest("POST", ROLES, json={"name": "Umbrella"}).json()["id"]
    site.add_fault("huge", bytes=100_000)
    answer = site.rest("DELETE", f"{ROLES}/{role}")
    assert (answer.status_code, len(answer.content)) == (200, 100_000)


def test_a_redirect_leads_elsewhere(site: Site) -> None:
    site.add_fault("redirect", location="http://127.0.0.1:9/elsewhere")
    answer = site.rest("GET", ROLES, allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1:9/elsewhere")


def test_a_link_may_lead_to_another_host(site: Site) -> None:
    site.add_fault("link", location="http://127.0.0.1:9/next")
    answer = site.rest("GET", ROLES)
    assert answer.links["next"]["url"] == "http://127.0.0.1:9/next"
    assert answer.json()


def test_an_empty_list_is_well_formed_and_wrong(site: Site) -> None:
    site.add_fault("emptyList")
    answer = site.rest("GET", ROLES)
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_rate_limit_names_seconds_a_date_or_nothing(site: Site) -> None:
    site.add_fault("rateLimit", retryAfter=7)
    answer = site.rest("GET", ROLES)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    site.add_fault("rateLimit", retryAfter="date", seconds=60)
    answer = site.rest("GET", ROLES)
    ahead = parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() - time.time()
    assert 55 < ahead <= 60
    site.add_fault("rateLimit", retryAfter=None)
    assert "Retry-After" not in site.rest("GET", ROLES).headers


def test_a_rate_limit_speaks_the_words_of_each_service(site: Site) -> None:
    site.add_fault("rateLimit", retryAfter=1, times=None)
    assert set(site.rest("GET", ROLES).json()) == {"error", "message"}
    answer = site.gateway("GET", "/health").json()
    assert (set(answer), answer["retryable"]) == ({"code", "message", "retryable"}, True)
    url = f"{site.url}/auth/v2/token"
    token = site.http.post(url, auth=(site.console["apiKey"], "x"), timeout=TIMEOUT)
    assert (token.status_code, set(token.json())) == (429, {"message"})


def test_skip_and_times_count_fitting_requests(site: Site) -> None:
    fault = site.add_fault("status", status=500, path="/system/securityroles$", skip=1, times=2)
    statuses = []
    for _ in range(5):
        assert site.rest("GET", "/system/info").status_code == 200
        statuses.append(site.rest("GET", ROLES).status_code)
    assert statuses == [200, 500, 500, 200, 200]
    armed = next(row for row in site.control("GET", "/faults") if row["id"] == fault)
    assert (armed["seen"], armed["hits"]) == (3, 2)


def test_a_fault_hits_its_own_company_only(site: Site) -> None:
    site.control("POST", "/faults", json={"kind": "status", "company": "somebody-else", "times": None})
    assert site.rest("GET", ROLES).status_code == 200
    site.add_fault("status", times=None)
    assert site.rest("GET", ROLES).status_code == 500
    assert site.gateway("GET", "/health").status_code == 500
    assert site.sink("GET", "/health").status_code == 500
    info = f"{site.url}/login/companyinfo/{site.company}"
    assert site.http.get(info, timeout=TIMEOUT).status_code == 500
    site.control("DELETE", f"/faults?company={site.company}")
    assert site.rest("GET", ROLES).status_code == 200
    site.control("DELETE", "/faults?company=somebody-else")


def test_the_control_plane_is_never_hit(site: Site) -> None:
    site.control("POST", "/faults", json={"kind": "status", "path": "_sim", "times": None})
    assert site.control("GET", "/health") == {"ok": True}
    site.control("DELETE", "/faults")
    assert site.control("GET", "/faults") == []


@pytest.mark.parametrize("body", [{"kind": "nonsense"}, {"kind": "status", "path": "("}, {"kind": "status", "typo": 1}])
def test_a_fault_that_makes_no_sense_is_refused(site: Site, body: dict[str, object]) -> None:
    assert site.http.post(f"{site.url}/_sim/faults", json=body, timeout=TIMEOUT).status_code == 422


def test_latency_is_for_all_a_company_or_a_route(site: Site) -> None:
    def took(path: str) -> float:
        started = time.monotonic()
        site.rest("GET", path)
        return time.monotonic() - started

    site.control("PUT", "/latency", json={"ms": 2000, "company": site.company})
    site.control("PUT", "/latency", json={"ms": 1, "company": site.company, "path": "/system/info$"})
    assert took(ROLES) >= 2
    assert took("/system/info") < 2
    site.control("PUT", "/latency", json={"ms": 0, "company": site.company})
    assert took(ROLES) < 2


def test_a_limit_may_count_all_companies_of_the_site_together(timed_site: Site, clock: Any) -> None:
    other = f"/login/companyinfo/{timed_site.company}-other"
    own = f"/login/companyinfo/{timed_site.company}"
    timed_site.control("PUT", "/limits", json={"requests": 2, "seconds": 10, "path": "^/login/"})

    def ask() -> list[int]:
        return [timed_site.http.get(timed_site.url + path, timeout=10).status_code for path in (own, own, other)]

    assert ask() == [200, 200, 200]
    timed_site.control("PUT", "/limits", json={"requests": 2, "seconds": 10, "path": "^/login/", "per": "site"})
    assert ask() == [200, 200, 429]


def test_a_limit_lets_so_many_in_and_then_says_when(timed_site: Site, clock: Any) -> None:
    timed_site.control("PUT", "/limits", json={"requests": 2, "seconds": 10, "path": "apis/3.0"})
    assert [timed_site.rest("GET", ROLES).status_code for _ in range(3)] == [200, 200, 429]
    clock.move(4)
    refused = timed_site.rest("GET", ROLES)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "6")
    assert timed_site.gateway("GET", "/health").status_code == 200
    clock.move(6)
    assert timed_site.rest("GET", ROLES).status_code == 200
    timed_site.control("PUT", "/limits", json={"requests": 0, "path": "apis/3.0"})
    assert [timed_site.rest("GET", ROLES).status_code for _ in range(3)] == [200] * 3
