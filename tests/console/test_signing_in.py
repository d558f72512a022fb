"""Signing in: by itself where it may, by a person where it must; not again during the cooldown."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.consoles.sign_in import COOLDOWN, SignInCooldown, SignInFlow
from simulator.remote import Company
from tests.console.running import Client, GatewayThread, Serve, Tenant
from tests.console.test_labels import write_screens


@pytest.mark.parametrize(("mode", "step"), [("secondFactor", "second factor"), ("captcha", "captcha")])
def test_an_operation_waits_until_a_person_signed_in(
    gateway: GatewayThread, serve: Serve, tenant: Tenant, mode: str, step: str
) -> None:
    client, once = serve(), secrets.token_hex(16)
    tenant.company.ask("PUT", "/screens", {mode: True})
    status, code, message = client.expect_error("POST", tenant.keys, {"description": "waiting"}, once)
    assert (status, code) == (423, "person_needed")
    assert step in message and f"python -m gateway --config FILE login {client.name}" in message
    health = client.expect_ok("GET", "/health")
    assert health["ready"] is False and step in health["reason"]
    attempts = _count_sign_ins(tenant.company)
    assert client.expect_error("POST", tenant.keys, {"description": "waiting"}, once)[0] == 423
    assert _count_sign_ins(tenant.company) == attempts, "it did not try again"

    gateway.sign_in_by_hand(client, tenant.company)
    assert client.request("POST", tenant.keys, {"description": "waiting"}, once).status_code == 201
    assert client.expect_ok("GET", "/health")["ready"] is True
    assert len(tenant.company.member()["keys"]) == 1


def test_an_operation_that_may_wait_goes_on_by_itself(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    client = serve(park=25)
    tenant.company.ask("PUT", "/screens", {"secondFactor": True})
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.request, "GET", tenant.keys)
        while "POST" not in [request["method"] for request in tenant.company.requests()]:
            assert not waiting.done()
        gateway.sign_in_by_hand(client, tenant.company)
        assert waiting.result().json() == []


def test_an_mssp_console_s_sign_on_is_a_person_s(
    gateway: GatewayThread, serve: Serve, make_company: Callable[..., Company], company: Company
) -> None:
    where = {"kind": "mssp", "consoleId": f"30{company.id.rpartition('-')[2]}"}
    other = make_company(consoles=[where])
    client = serve("umbrella", other)
    status, _, message = client.expect_error("GET", "/psaIntegration")
    assert status == 423 and "sign-on" in message
    gateway.sign_in_by_hand(client, other)
    assert client.expect_ok("GET", "/psaIntegration")["kind"] is None
    assert client.expect_ok("GET", "/health")["console"] == "mssp"


def test_a_session_that_ended_is_begun_again(serve: Serve, tenant: Tenant) -> None:
    client = serve()
    assert client.expect_ok("GET", tenant.keys) == []
    tenant.company.ask("POST", "/screens/expire")
    made = client.expect_ok("POST", tenant.keys, {"description": "after the pause"})
    assert [key["id"] for key in tenant.company.member()["keys"]] == [made["id"]]


def test_a_profile_outlives_its_gateway(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    client = serve()
    client.expect_ok("GET", tenant.keys)
    attempts = _count_sign_ins(tenant.company)
    gateway.remove(client)
    again = serve()
    assert again.name == client.name
    assert again.expect_ok("GET", tenant.keys) == []
    assert _count_sign_ins(tenant.company) == attempts


def test_a_wrong_password_is_tried_once(serve: Serve, tenant: Tenant) -> None:
    client = serve(password={"command": ["echo", "wrong"]})
    status, _, message = client.expect_error("GET", tenant.keys)
    assert status == 423
    assert "The user name or the password is not correct." in message and "wrong" not in message.split()
    attempts = _count_sign_ins(tenant.company)
    assert client.expect_error("GET", tenant.keys)[0] == 423
    assert _count_sign_ins(tenant.company) == attempts


def test_a_sign_in_that_failed_again_starts_another_cooldown(
    gateway: GatewayThread, serve: Serve, tenant: Tenant
) -> None:
    client, clock = serve(password={"command": ["echo", "wrong"]}), Clock()
    _get_sign_in(gateway, client).cooldown = SignInCooldown(clock)
    assert client.expect_error("GET", tenant.keys)[0] == 423
    assert _count_sign_ins(tenant.company) == 1
    for attempts in (2, 3):
        clock.seconds += COOLDOWN
        for _ in range(3):
            status, _, message = client.expect_error("GET", tenant.keys)
            assert status == 423 and "The user name or the password is not correct." in message
        assert _count_sign_ins(tenant.company) == attempts, "once in ten minutes, however many operations there are"


def test_an_outcome_that_is_not_recognised_is_not_brought_about_again(
    gateway: GatewayThread, serve: Serve, tenant: Tenant, tmp_path: Path
) -> None:
    strange = write_screens(tmp_path, signIn={"refused": {"alert": "not what this console says"}})
    client = serve(password={"command": ["echo", "wrong"]}, screens=strange)
    status, _, message = client.expect_error("GET", tenant.keys)
    assert status == 501 and "after the sign-in" in message
    status, _, message = client.expect_error("GET", tenant.keys)
    assert status == 423 and "the outcome of the last one is not known" in message
    gateway.remove(client)  # nor after the browser was started again
    assert client.expect_error("GET", tenant.keys)[0] == 423
    assert _count_sign_ins(tenant.company) == 1


def test_a_sign_in_that_succeeded_too_late_needs_no_person(serve: Serve, tenant: Tenant, tmp_path: Path) -> None:
    client = serve(screens=write_screens(tmp_path, waits={"element": 4, "save": 10}))
    tenant.company.ask("PUT", "/screens", {"slowMs": 3000})
    assert client.expect_error("GET", tenant.keys)[0] in (501, 503)
    assert _count_sign_ins(tenant.company) == 1, "the password was typed and taken"
    tenant.company.ask("PUT", "/screens", {"slowMs": 0})
    assert client.expect_ok("GET", tenant.keys) == []
    assert _count_sign_ins(tenant.company) == 1


def test_without_credentials_a_person_signs_in(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    client = serve(userName=None, password=None)
    assert client.expect_error("GET", tenant.keys)[0] == 423
    gateway.sign_in_by_hand(client, tenant.company)
    assert client.expect_ok("GET", tenant.keys) == []


def test_a_password_that_can_t_be_had_is_said_so(serve: Serve, tenant: Tenant) -> None:
    client = serve(password={"command": ["false"]})
    status, _, message = client.expect_error("GET", tenant.keys)
    assert status == 423 and "the command false failed" in message


class Clock:
    """A clock that the test sets."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def _get_sign_in(gateway: GatewayThread, client: Client) -> SignInFlow:
    return gateway.get_session(client)._sign_in


def _count_sign_ins(company: Company) -> int:
    paths = [(request["method"], request["path"].rpartition("/")[2]) for request in company.requests()]
    return paths.count(("POST", "sign-in"))
