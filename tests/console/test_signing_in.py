"""Signing in: by itself where it may, by a person where it must; never twice into the same wall."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.sign_in import SignIn
from gateway.wall import PATIENCE, Wall
from simulator.remote import Company
from tests.console.serving import Client, Estate, Serving
from tests.console.test_labels import screens


@pytest.mark.parametrize(("mode", "what"), [("secondFactor", "second factor"), ("captcha", "captcha")])
def test_a_wall_parks_the_operation_until_a_person_signed_in(
    gateway: Serving, serve: Callable[..., Client], estate: Estate, mode: str, what: str
) -> None:
    client, once = serve(), secrets.token_hex(16)
    estate.company.ask("PUT", "/screens", {mode: True})
    status, code, message = client.refused("POST", estate.keys, {"description": "parked"}, once)
    assert (status, code) == (423, "person_needed")
    assert what in message and f"python -m gateway login {client.name}" in message
    told = client.done("GET", "/health")
    assert told["ready"] is False and what in told["reason"]
    tries = _sign_ins(estate.company)
    assert client.refused("POST", estate.keys, {"description": "parked"}, once)[0] == 423
    assert _sign_ins(estate.company) == tries, "it did not knock again"

    gateway.by_hand(client, estate.company)
    assert client.ask("POST", estate.keys, {"description": "parked"}, once).status_code == 201
    assert client.done("GET", "/health")["ready"] is True
    assert len(estate.company.member()["keys"]) == 1


def test_an_operation_that_may_wait_goes_on_by_itself(
    gateway: Serving, serve: Callable[..., Client], estate: Estate
) -> None:
    client = serve(park=25)
    estate.company.ask("PUT", "/screens", {"secondFactor": True})
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.ask, "GET", estate.keys)
        while "POST" not in [request["method"] for request in estate.company.requests()]:
            assert not waiting.done()
        gateway.by_hand(client, estate.company)
        assert waiting.result().json() == []


def test_an_mssp_console_s_sign_on_is_a_person_s(
    gateway: Serving, serve: Callable[..., Client], make_company: Callable[..., Company], company: Company
) -> None:
    where = {"kind": "mssp", "consoleId": f"30{company.id.rpartition('-')[2]}"}
    other = make_company(consoles=[where])
    client = serve("umbrella", other)
    status, _, message = client.refused("GET", "/psaIntegration")
    assert status == 423 and "sign-on" in message
    gateway.by_hand(client, other)
    assert client.done("GET", "/psaIntegration")["kind"] is None
    assert client.done("GET", "/health")["console"] == "mssp"


def test_a_session_that_ended_is_begun_anew(serve: Callable[..., Client], estate: Estate) -> None:
    client = serve()
    assert client.done("GET", estate.keys) == []
    estate.company.ask("POST", "/screens/expire")
    made = client.done("POST", estate.keys, {"description": "after the pause"})
    assert [key["id"] for key in estate.company.member()["keys"]] == [made["id"]]


def test_a_profile_outlives_its_gateway(gateway: Serving, serve: Callable[..., Client], estate: Estate) -> None:
    client = serve()
    client.done("GET", estate.keys)
    tries = _sign_ins(estate.company)
    gateway.put_away(client)
    again = serve()
    assert again.name == client.name
    assert again.done("GET", estate.keys) == []
    assert _sign_ins(estate.company) == tries


def test_a_wrong_password_is_tried_once(serve: Callable[..., Client], estate: Estate) -> None:
    client = serve(password={"command": ["echo", "wrong"]})
    status, _, message = client.refused("GET", estate.keys)
    assert status == 423
    assert "The user name or the password is not correct." in message and "wrong" not in message.split()
    tries = _sign_ins(estate.company)
    assert client.refused("GET", estate.keys)[0] == 423
    assert _sign_ins(estate.company) == tries


def test_a_wall_that_was_met_again_stands_for_another_ten_minutes(
    gateway: Serving, serve: Callable[..., Client], estate: Estate
) -> None:
    client, clock = serve(password={"command": ["echo", "wrong"]}), Clock()
    _signing(gateway, client).wall = Wall(clock)
    assert client.refused("GET", estate.keys)[0] == 423
    assert _sign_ins(estate.company) == 1
    for knocks in (2, 3):
        clock.seconds += PATIENCE
        for _ in range(3):
            status, _, message = client.refused("GET", estate.keys)
            assert status == 423 and "The user name or the password is not correct." in message
        assert _sign_ins(estate.company) == knocks, "once in ten minutes, however many operations there are"


def test_an_outcome_that_is_not_recognised_is_not_brought_about_again(
    gateway: Serving, serve: Callable[..., Client], estate: Estate, tmp_path: Path
) -> None:
    strange = screens(tmp_path, signIn={"refused": {"alert": "not what this console says"}})
    client = serve(password={"command": ["echo", "wrong"]}, screens=strange)
    status, _, message = client.refused("GET", estate.keys)
    assert status == 501 and "after the sign-in" in message
    status, _, message = client.refused("GET", estate.keys)
    assert status == 423 and "what came of the last one is not known" in message
    gateway.put_away(client)  # nor after the browser was started again
    assert client.refused("GET", estate.keys)[0] == 423
    assert _sign_ins(estate.company) == 1


def test_a_sign_in_that_succeeded_too_late_is_not_parked(
    serve: Callable[..., Client], estate: Estate, tmp_path: Path
) -> None:
    client = serve(screens=screens(tmp_path, waits={"element": 1.5, "save": 10}))
    estate.company.ask("PUT", "/screens", {"slowMs": 1200})
    assert client.refused("GET", estate.keys)[0] in (501, 503)
    assert _sign_ins(estate.company) == 1, "the password was typed and taken"
    estate.company.ask("PUT", "/screens", {"slowMs": 0})
    assert client.done("GET", estate.keys) == []
    assert _sign_ins(estate.company) == 1


def test_without_credentials_a_person_signs_in(gateway: Serving, serve: Callable[..., Client], estate: Estate) -> None:
    client = serve(userName=None, password=None)
    assert client.refused("GET", estate.keys)[0] == 423
    gateway.by_hand(client, estate.company)
    assert client.done("GET", estate.keys) == []


def test_a_password_that_can_t_be_had_is_said_so(serve: Callable[..., Client], estate: Estate) -> None:
    client = serve(password={"command": ["false"]})
    status, _, message = client.refused("GET", estate.keys)
    assert status == 423 and "the command false failed" in message


class Clock:
    """Seconds, by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def _signing(gateway: Serving, client: Client) -> SignIn:
    seat = gateway.house.seat("connectwise", client.name)
    assert seat is not None
    return seat._signing


def _sign_ins(company: Company) -> int:
    paths = [(request["method"], request["path"].rpartition("/")[2]) for request in company.requests()]
    return paths.count(("POST", "sign-in"))
