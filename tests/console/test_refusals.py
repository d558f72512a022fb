"""What counts as a refusal: words that a Save brought about, and never a notice that stands there anyway."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from playwright.async_api import Page, Route

from simulator.remote import Company
from tests.console.running import GatewayThread, Serve, Tenant, make_row
from tests.console.test_labels import write_screens

NOTICE = "Maintenance on Sunday, 6:00 (UTC)."
LEVEL = {"settings": [make_row("Companies / Company Maintenance", None, None, None, "All")]}


def test_a_notice_on_every_page_refuses_nothing(serve: Serve, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"notice": NOTICE, "slowMs": 100})
    client = serve()
    assert client.expect_ok("PUT", tenant.settings, LEVEL)["settings"][0]["inquireLevel"] == "All"
    wanted = {"function": "Table Setup", "allow": ["Company / Configuration"]}
    assert client.expect_ok("PUT", tenant.customize, wanted) == wanted
    made = client.expect_ok("POST", tenant.keys, {"description": "below a notice"})
    assert client.expect_ok("PATCH", f"{tenant.keys}/{made['id']}", {"inactive": True})["inactive"] is True


def test_a_notice_refuses_nothing_at_umbrella(serve: Serve, company: Company) -> None:
    company.ask("PUT", "/screens", {"notice": NOTICE, "slowMs": 100})
    client, body = serve("umbrella"), {"kind": "ConnectWise", "enabled": True, "publicKey": "A" * 16}
    assert client.expect_ok("PUT", "/psaIntegration", body | {"privateKey": "b" * 16})["publicKey"] == "A" * 16
    status, _, message = client.expect_error("PUT", "/psaIntegration", body | {"privateKey": "short"})
    assert (status, message) == (422, "Private API Key must be 16 letters and digits.")


COUNTING_DOWN = """setInterval(() => document.querySelectorAll('[role=alert]').forEach(alert => {
    alert.textContent = alert.textContent.replace(/\\d+/, number => number - 1);
}), 900)"""


def test_a_notice_that_counts_down_refuses_nothing(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"notice": "Your session ends in 240 seconds.", "slowMs": 1200})
    client = serve()
    client.expect_ok("GET", tenant.keys)
    page = gateway.get_session(client)._page
    assert page is not None
    gateway.run(page.add_init_script(COUNTING_DOWN))
    gateway.run(page.evaluate(COUNTING_DOWN))
    assert client.expect_ok("PUT", tenant.settings, LEVEL)["settings"][0]["inquireLevel"] == "All"
    assert client.expect_ok("POST", tenant.keys, {"description": "below a clock"})["privateKey"]


def test_a_refused_sign_in_is_told_in_its_own_words(serve: Serve, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"notice": NOTICE})
    status, _, message = serve(password={"command": ["echo", "wrong"]}).expect_error("GET", tenant.keys)
    assert status == 423
    assert "The user name or the password is not correct." in message and NOTICE not in message


def test_an_alert_that_comes_before_the_new_key_is_not_its_refusal(serve: Serve, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"noticeAfterSave": NOTICE, "lateMs": 500})
    made = serve().expect_ok("POST", tenant.keys, {"description": "a little later"})
    assert made["privateKey"] in tenant.company.private_keys()


def test_a_mint_that_took_place_is_never_told_as_refused(serve: Serve, tenant: Tenant, tmp_path: Path) -> None:
    client, once = serve(screens=write_screens(tmp_path)), secrets.token_hex(16)
    tenant.company.ask("PUT", "/screens", {"noticeAfterSave": NOTICE, "labels": {"Private Key": "Something else"}})
    answer = client.expect_error("POST", tenant.keys, {"description": "made"}, once)
    assert answer[:2] == (500, "outcome_unknown")
    assert client.expect_error("POST", tenant.keys, {"description": "made"}, once) == answer
    assert [key["description"] for key in tenant.company.member()["keys"]] == ["made"]


def test_a_mint_that_the_console_refuses_is_told_in_its_words(
    gateway: GatewayThread, serve: Serve, tenant: Tenant
) -> None:
    client = serve()
    tenant.company.ask("PUT", "/screens", {"notice": NOTICE})
    client.expect_ok("POST", tenant.keys, {"description": "the last one"})
    session = gateway.get_session(client)
    assert session._page is not None
    gateway.run(_refusing(session._page, "This member has too many keys."))
    once = secrets.token_hex(16)
    answer = client.expect_error("POST", tenant.keys, {"description": "one too many"}, once)
    assert answer == (422, "refused_by_console", "This member has too many keys.")
    assert client.expect_error("POST", tenant.keys, {"description": "one too many"}, once) == answer
    assert len(tenant.company.member()["keys"]) == 1


async def _refusing(page: Page, words: str) -> None:
    """The console's server takes no Save any more."""

    async def refuse(route: Route) -> None:
        await route.fulfill(status=422, content_type="application/json", body=json.dumps({"refused": words}))

    await page.route("**/do/**", refuse)
