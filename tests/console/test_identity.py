"""Whose console it is, as its screens show: another company's is neither read nor changed."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gateway.login import LoginError
from simulator.remote import Company
from tests.console.running import USER, GatewayThread, Serve, Tenant
from tests.console.test_labels import write_screens


def test_another_company_s_client_is_refused_and_both_are_named(
    gateway: GatewayThread, serve: Serve, tenant: Tenant
) -> None:
    client = serve()
    assert client.expect_ok("GET", tenant.keys) == []
    gateway.remove(client)
    other = serve(companyId="acme")  # the profile of that name is signed in to the first company still
    status, code, message = other.expect_error("POST", tenant.keys, {"description": "not here"})
    assert (status, code) == (423, "person_needed")
    assert f"shows the company '{tenant.company.id}', not 'acme'" in message
    assert f"python -m gateway --config FILE login {other.name}" in message
    health = other.expect_ok("GET", "/health")
    assert (health["companyId"], health["ready"]) == ("acme", False)
    assert tenant.company.id in health["reason"]
    assert tenant.company.member()["keys"] == []


def test_a_person_who_signs_in_to_another_company_is_not_taken_for_this_one_s(
    gateway: GatewayThread, serve: Serve, company: Company
) -> None:
    client = serve(companyId="acme", userName=None, password=None)
    with pytest.raises(LoginError, match=f"shows the company '{company.id}', not 'acme'"):
        gateway.sign_in_by_hand(client, company, timeout=20)
    assert client.expect_error("GET", "/apiMembers/1/keys")[0] == 423


def test_another_umbrella_console_is_refused(serve: Serve, company: Company) -> None:
    client = serve("umbrella", consoleId="1")
    status, _, message = client.expect_error("GET", "/psaIntegration")
    assert status == 423
    assert f"shows the console '{company.console['consoleId']}', not '1'" in message
    assert client.expect_ok("GET", "/health")["ready"] is False


def test_a_sign_in_on_the_open_page_that_leads_to_another_console_changes_nothing(
    gateway: GatewayThread, serve: Serve, make_company: Callable[..., Company], tmp_path: Path
) -> None:
    mine, other = make_company(), make_company()
    secret = tmp_path / "password"
    secret.write_text(mine.ask("GET", "/screens")["passwords"][USER], encoding="utf-8")
    with Site(_find_address(mine)) as site:  # one address for all, which leads an account to its default console
        client = serve("umbrella", mine, address=site.url, password={"file": str(secret)})
        assert client.expect_ok("GET", "/psaIntegration")["kind"] is None
        site.target = _find_address(other)
        secret.write_text(other.ask("GET", "/screens")["passwords"][USER], encoding="utf-8")
        session = gateway.get_session(client)
        assert session._page is not None
        gateway.run(
            session._page.goto(f"{_find_address(other)}/sign-in")
        )  # as by the client's own idle timer: nothing reloads it
        body = {"kind": "ConnectWise", "enabled": True, "publicKey": "A" * 16, "privateKey": "b" * 16}
        status, code, message = client.expect_error("PUT", "/psaIntegration", body)
        assert (status, code) == (423, "person_needed")
        assert f"shows the console '{other.console['consoleId']}', not '{mine.console['consoleId']}'" in message
    assert [company.sink()["kind"] for company in (mine, other)] == [None, None]


def test_where_no_identity_is_shown_the_gateway_stops_unless_told_not_to_look(
    serve: Serve, tenant: Tenant, tmp_path: Path
) -> None:
    tenant.company.ask("PUT", "/screens", {"labels": {"Company": "Firm"}})
    sign_in = {"signIn": {"company": {"textbox": "Firm"}}}
    status, code, message = serve(screens=write_screens(tmp_path, **sign_in)).expect_error("GET", tenant.keys)
    assert (status, code) == (501, "unknown_screen")
    assert "the banner shows no id (identity.pattern)" in message
    assert serve(screens=write_screens(tmp_path, **sign_in, identity=None)).expect_ok("GET", tenant.keys) == []


def _find_address(company: Company) -> str:
    where = f"{company.console['kind']}/{company.console['consoleId']}"
    return str(company.ask("GET", "/screens")["addresses"][where])


class Site:
    """`with Site(target) as site:` an address that leads to wherever its target is now."""

    def __init__(self, target: str) -> None:
        self.target = target
        site = self

        class Lead(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302)
                self.send_header("Location", site.target)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing to tell."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Lead)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Site:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()
