from __future__ import annotations

import pytest

from tests.unit.simulator.conftest import create_site
from tests.unit.simulator.site import TIMEOUT, ManualClock, Site

NOTHING = {"kind": None, "enabled": False, "publicKey": None, "privateKeySet": False, "updatedAt": None}
PAIR = {"publicKey": "A" * 16, "privateKey": "b" * 16}


def test_health_tells_which_console(site: Site) -> None:
    wanted = {"console": "msp", "consoleId": site.console["consoleId"], "ready": True, "reason": None}
    assert site.sink("GET", "/health").json() == wanted


def test_an_mssp_console_has_an_address_of_its_own(site: Site) -> None:
    consoles = [{"kind": "mssp", "consoleId": "7700001"}, {"kind": "msp", "consoleId": "7700001"}]
    other_site = create_site(site.http, site.url, consoles=consoles)
    assert other_site.sink("GET", "/health").json()["console"] == "mssp"
    assert other_site.console["gatewayUrl"].endswith("/gateway/umbrella/mssp/7700001")
    other_site.control("DELETE", f"/companies/{other_site.company}")


def test_the_integration_is_written_read_and_deleted(site: Site) -> None:
    assert site.sink("GET", "/psaIntegration").json() == NOTHING
    key = site.mint_key(site.create_member(site.create_role()))
    answer = site.apply(key)
    held = answer.json()
    assert answer.status_code == 200
    assert (held["kind"], held["enabled"], held["publicKey"]) == ("ConnectWise", True, key["publicKey"])
    assert held["privateKeySet"] is True
    assert key["privateKey"] not in answer.text
    assert site.sink("GET", "/psaIntegration").json() == held
    for _ in range(2):
        assert site.sink("DELETE", "/psaIntegration").status_code == 204
    assert site.sink("GET", "/psaIntegration").json() == NOTHING


def test_a_condition_lets_only_the_named_key_be_replaced(site: Site) -> None:
    def put(public: str, over: str) -> int:
        body = {"kind": "ConnectWise", "enabled": True, **PAIR, "publicKey": public * 16}
        return site.sink("PUT", "/psaIntegration", json=body, headers={"If-Match": f'"{over * 16}"'}).status_code

    assert put("A", "Z") == 409  # nothing is there
    assert put("A", "") == 200
    assert put("B", "") == put("B", "Z") == 409
    assert site.sink("GET", "/psaIntegration").json()["publicKey"] == "A" * 16
    assert put("B", "A") == 200
    assert put("B", "A") == 200  # there already
    assert put("C", "A") == 409


@pytest.mark.parametrize("half", ["publicKey", "privateKey"])
@pytest.mark.parametrize("value", ["", "   ", "short", "x" * 17, "not/alphanumeric"])
def test_a_blank_or_malformed_half_is_refused_and_never_echoed(site: Site, half: str, value: str) -> None:
    body = {"kind": "ConnectWise", "enabled": True, **PAIR, half: value}
    answer = site.sink("PUT", "/psaIntegration", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused_by_console")
    assert half in answer.json()["message"]
    assert not value.strip() or value not in answer.text


def test_an_enabled_autotask_integration_must_be_deleted_first(site: Site) -> None:
    place = f"/consoles/msp/{site.console['consoleId']}/psaIntegration"
    site.ask("PUT", place, json={"kind": "Autotask", "enabled": True})
    body = {"kind": "ConnectWise", "enabled": True, **PAIR}
    refused = site.sink("PUT", "/psaIntegration", json=body)
    assert refused.status_code == 422
    assert "must be deleted first" in refused.json()["message"]
    site.ask("DELETE", place)
    assert site.sink("PUT", "/psaIntegration", json=body).status_code == 200


@pytest.mark.parametrize("body", [{}, {"kind": "Autotask", "enabled": True, **PAIR}, {"kind": "ConnectWise", **PAIR}])
def test_another_body_is_400(site: Site, body: dict[str, object]) -> None:
    assert site.sink("PUT", "/psaIntegration", json=body).status_code == 400


def test_a_person_may_put_another_key_there(site: Site) -> None:
    place = f"/consoles/msp/{site.console['consoleId']}/psaIntegration"
    site.ask("PUT", place, json={"kind": "ConnectWise", "enabled": True, **PAIR})
    site.ask("PUT", place, json={"kind": "ConnectWise", "enabled": False, "publicKey": "C" * 16})
    held = site.sink("GET", "/psaIntegration").json()
    assert (held["publicKey"], held["enabled"], held["privateKeySet"]) == ("C" * 16, False, True)
    assert site.dump()["consoles"][0]["psaIntegration"] == held


@pytest.mark.parametrize(("state", "status"), [({"person": "captcha"}, 423), ({"ready": False}, 503)])
def test_a_console_that_is_not_ready_says_so(site: Site, state: dict[str, object], status: int) -> None:
    site.ask("PUT", f"/consoles/msp/{site.console['consoleId']}/gateway", json=state)
    assert site.sink("GET", "/psaIntegration").status_code == status
    assert site.sink("DELETE", "/psaIntegration").status_code == status
    body = {"kind": "ConnectWise", "enabled": True, **PAIR}
    assert site.sink("PUT", "/psaIntegration", json=body).status_code == status
    assert site.sink("GET", "/health").json()["ready"] is False


def token_of(site: Site) -> str:
    pair, form = (site.console["apiKey"], site.console["apiSecret"]), {"grant_type": "client_credentials"}
    answer = site.http.post(f"{site.url}/auth/v2/token", auth=pair, data=form, timeout=TIMEOUT)
    assert answer.status_code == 200
    token: str = answer.json()["access_token"]
    return token


def ask(site: Site, token: str) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = site.http.get(f"{site.url}/reports/v2/providers/consoles", headers=headers, timeout=TIMEOUT)
    return answer.status_code, answer.json()


def test_a_provider_key_gets_a_token_and_one_console_object(site: Site) -> None:
    status, console = ask(site, token_of(site))
    assert status == 200
    named = {"packageName", "seatsTotal", "seatsUsed", "customerCount", "status", "rebillAt", "expiresAt"}
    assert set(console) == named


def test_a_token_is_good_for_an_hour(timed_site: Site, clock: ManualClock) -> None:
    token = token_of(timed_site)
    clock.move(3599)
    assert ask(timed_site, token)[0] == 200
    clock.move(1)
    assert ask(timed_site, token) == (401, {"message": "Unauthorized"})


def test_every_access_token_that_was_given_out_is_known(site: Site) -> None:
    assert site.ask("GET", "/tokens") == []
    tokens = [token_of(site), token_of(site)]
    assert site.ask("GET", "/tokens") == tokens


def test_wrong_credentials_and_a_wrong_grant_are_refused(site: Site) -> None:
    url, good = f"{site.url}/auth/v2/token", (site.console["apiKey"], site.console["apiSecret"])
    form = {"grant_type": "client_credentials"}
    assert site.http.post(url, auth=(good[0], "x"), data=form, timeout=TIMEOUT).status_code == 401
    assert site.http.post(url, auth=good, data={"grant_type": "password"}, timeout=TIMEOUT).status_code == 400
    assert ask(site, "nonsense")[0] == 401


def test_a_key_without_the_scope_gets_a_token_and_then_403(site: Site) -> None:
    site.ask("PUT", f"/consoles/msp/{site.console['consoleId']}/gateway", json={"scopes": []})
    assert ask(site, token_of(site)) == (403, {"message": "Access Forbidden"})


def test_other_paths_of_the_umbrella_api_are_404_in_its_words(site: Site) -> None:
    answer = site.http.get(f"{site.url}/admin/v2/psa", timeout=TIMEOUT)
    assert (answer.status_code, set(answer.json())) == (404, {"message"})
