"""Umbrella's PSA Integration Details, through the screens of a real browser."""

from __future__ import annotations

import secrets

import pytest

from simulator.remote import Company
from tests.console.running import Client, Serve

NOTHING = {"kind": None, "enabled": False, "publicKey": None, "privateKeySet": False, "updatedAt": None}
BODY = {"kind": "ConnectWise", "enabled": True, "publicKey": "A" * 16, "privateKey": "b" * 16}
PATH = "/psaIntegration"


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve("umbrella")


def test_it_is_written_read_switched_off_and_deleted(client: Client, company: Company) -> None:
    assert client.expect_ok("GET", PATH) == NOTHING
    held = {**NOTHING, "kind": "ConnectWise", "enabled": True, "publicKey": "A" * 16, "privateKeySet": True}
    assert client.expect_ok("PUT", PATH, BODY) == held
    assert client.expect_ok("PUT", PATH, {**BODY, "publicKey": "C" * 16})["publicKey"] == "C" * 16
    assert company.sink()["publicKey"] == "C" * 16
    off = client.expect_ok("PUT", PATH, {**BODY, "publicKey": "D" * 16, "enabled": False})
    assert (off["enabled"], off["publicKey"]) == (False, company.sink()["publicKey"]) == (False, "D" * 16)
    assert client.expect_ok("PUT", PATH, BODY) == held
    client.expect_ok("DELETE", PATH)
    client.expect_ok("DELETE", PATH)
    assert client.expect_ok("GET", PATH) == NOTHING
    assert company.sink()["kind"] is None


def test_only_the_named_key_is_replaced(client: Client, company: Company) -> None:
    client.expect_ok("PUT", PATH, BODY)
    for over, status in (("", 409), ("Z" * 16, 409), ("A" * 16, 200)):
        headers = {"Idempotency-Key": secrets.token_hex(16), "If-Match": f'"{over}"'}
        answer = client.send("PUT", PATH, {**BODY, "publicKey": "C" * 16}, headers)
        assert answer.status_code == status, answer.text
        assert company.sink()["publicKey"] == ("C" if status == 200 else "A") * 16


def test_what_the_console_refuses_is_told_in_its_words(client: Client, company: Company) -> None:
    status, code, message = client.expect_error("PUT", PATH, {**BODY, "privateKey": "too short"})
    assert (status, code) == (422, "refused_by_console")
    assert message == "Private API Key must be 16 letters and digits."
    company.set_sink(kind="Autotask", enabled=True)
    assert client.expect_ok("GET", PATH)["kind"] == "Autotask"
    assert "must be deleted first" in client.expect_error("PUT", PATH, BODY)[2]
    assert client.expect_error("PUT", PATH, {**BODY, "kind": "Autotask"})[:2] == (400, "invalid_request")
    assert (
        client.expect_error("PUT", PATH, {**BODY, "privateKey": 1})[2] == "privateKey must be text: write it in quotes"
    )


def test_both_sides_tell_whom_they_serve(serve: Serve, company: Company) -> None:
    console = {"console": "msp", "consoleId": company.console["consoleId"], "ready": True, "reason": None}
    assert serve("umbrella").expect_ok("GET", "/health") == console
    site = company.credentials["site"].partition("://")[2]
    health = {"console": "connectwise", "site": site, "companyId": company.id, "ready": True, "reason": None}
    assert serve().expect_ok("GET", "/health") == health
