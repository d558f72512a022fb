"""A gateway in a thread of the test process, to which consoles can be added while it runs."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import requests
from playwright.async_api import Page

from gateway.api.server import create_server, format_url, listen
from gateway.configuration import Configuration
from gateway.consoles.registry import Consoles
from gateway.consoles.session import ConsoleSession
from gateway.login import wait_for_sign_in
from gateway.screens.loading import load_screens
from gateway.screens.schema import Screens
from simulator.remote import Company

T = TypeVar("T")
TIMEOUT = 60
# Chromium refuses its sandbox to root, which is what tests in containers are.
BROWSER: dict[str, Any] = {"sandbox": os.geteuid() != 0}
USER = "GatewayUser"


def make_console_settings(company: Company, side: str, folder: Path, **more: Any) -> dict[str, Any]:
    """Make a console of the configuration, for this company's ConnectWise client or Umbrella console."""
    screens = company.ask("GET", "/screens")
    token = folder / f"{company.id}-{side}.token"
    password = folder / f"{company.id}.password"
    token.write_text(secrets.token_hex(24), encoding="utf-8")
    password.write_text(screens["passwords"][USER] + "\n", encoding="utf-8")
    os.environ["CONSOLE_USER"] = USER
    console: dict[str, Any] = {
        "token": {"file": str(token)},
        "userName": {"environment": "CONSOLE_USER"},
        "password": {"command": ["cat", str(password)]},
        "allow": {"roles": ["Umbrella"], "members": ["Umbrella"]},
    }
    if side == "connectwise":
        console |= {"kind": "connectwise", "companyId": company.id, "address": screens["addresses"]["connectwise"]}
    else:
        path = f"{company.console['kind']}/{company.console['consoleId']}"
        console |= {"kind": company.console["kind"], "consoleId": company.console["consoleId"]}
        console |= {"address": screens["addresses"][path]}
    return console | more


class GatewayThread:
    """`with GatewayThread(folder, first company) as gateway: …`."""

    def __init__(self, folder: Path, first: Company) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.configuration = Configuration.model_validate(
            {
                "unsupported": "accepted",
                "folder": folder / "kept",
                "browser": BROWSER,
                "consoles": {"first": make_console_settings(first, "connectwise", folder)},
            }
        )
        self.consoles = Consoles(self.configuration)
        self._socket = listen("127.0.0.1", 0)
        self.url = format_url(self._socket)
        self._server = create_server(self.consoles)
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._running.set()
            await self._server.serve(sockets=[self._socket])

        asyncio.run(serve())

    def __enter__(self) -> GatewayThread:
        self._thread.start()
        assert self._running.wait(TIMEOUT)
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the gateway's own loop, to which its browser belongs."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TIMEOUT)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self._socket.close()

    def remove(self, client: Client) -> None:
        """Close a test's console, in the gateway's own thread."""
        client.close()
        self.run(self.get_session(client).close())

    def get_session(self, client: Client) -> ConsoleSession[Screens]:
        session = self.consoles.find("connectwise", client.name) or self.consoles.find("umbrella", client.name)
        assert session is not None
        return session

    def end_browser(self) -> None:
        """End Chromium, as after a crash."""
        browser = self.consoles.chromium._browser
        assert browser is not None
        self.run(browser.close())

    def sign_in_by_hand(self, client: Client, company: Company, timeout: float = TIMEOUT) -> None:
        """Do as `python -m gateway login` does, in a profile of the gateway's browser, with somebody at the window."""
        self.run(self._sign_in_by_hand(client, company, timeout))

    async def _sign_in_by_hand(self, client: Client, company: Company, timeout: float) -> None:
        console = self.get_session(client).console
        profile = self.configuration.folder / "profiles" / f"{client.name}.json"
        context = await self.consoles.chromium.open_profile(profile)
        screens = load_screens(console)
        window = asyncio.create_task(wait_for_sign_in(context, console, screens, client.name, profile, timeout))
        try:
            while not context.pages:
                await asyncio.sleep(0.01)
            await fill_in_sign_in(context.pages[0], company.ask("GET", "/screens"), company.id)
            await window
        finally:
            window.cancel()
            await context.close()

    def serve(self, company: Company, side: str, **more: Any) -> Client:
        """Add a company's console; return a client with its token."""
        name = f"{company.id}-{side}"
        configuration = Configuration.model_validate(
            {
                "unsupported": "accepted",
                "folder": self.configuration.folder,
                **{key: more.pop(key) for key in ("pictures", "queueSeconds", "operationSeconds") if key in more},
                "consoles": {name: make_console_settings(company, side, self.folder, **more)},
            }
        )
        console = configuration.consoles[name]
        self.consoles.add(name, console, configuration)
        path = "connectwise" if side == "connectwise" else "umbrella"
        return Client(f"{self.url}/{path}/{name}", console.token.read().get_secret_value(), name)


async def fill_in_sign_in(page: Page, screens: dict[str, Any], company_id: str) -> None:
    """Give whatever the sign-in asks for, as a person."""
    answers = {
        "Company": company_id,
        "Username": USER,
        "Email": USER,
        "Password": screens["passwords"][USER],
        "Verification Code": screens["secondFactorCode"],
    }
    menu = page.get_by_role("navigation", name="Main menu")
    form = page.locator("form button[type=submit]")
    await form.first.or_(menu).first.wait_for()
    while not await menu.is_visible():
        for label, text in answers.items():
            field = page.get_by_label(label, exact=True)
            if await field.is_visible():
                await field.fill(text)
        robot = page.get_by_label("I am not a robot")
        if await robot.is_visible():
            await robot.check()
        async with page.expect_navigation():  # else the next look might still find the page that was sent
            await page.locator("main form button").click()


@dataclass(frozen=True)
class Tenant:
    """What a company holds before the gateway has a part in it."""

    company: Company
    role: int
    member: int

    @property
    def keys(self) -> str:
        return f"/apiMembers/{self.member}/keys"

    @property
    def settings(self) -> str:
        return f"/securityRoles/{self.role}/settings"

    @property
    def customize(self) -> str:
        return f"/securityRoles/{self.role}/customize"

    def list_changes(self, *kinds: str) -> list[dict[str, Any]]:
        """List what the gateway's account changed at the site, of these kinds."""
        events = self.company.ask("GET", "/history")
        return [event for event in events if event["kind"] in kinds and event["by"] == USER]


def make_row(label: str, add: str | None, edit: str | None, delete: str | None, inquire: str | None) -> dict[str, Any]:
    module, _, function = label.partition(" / ")
    levels = {"addLevel": add, "editLevel": edit, "deleteLevel": delete, "inquireLevel": inquire}
    return {"moduleName": module, "moduleFunctionName": function, **levels}


class Client:
    """Sends what the product's console driver does: requests with the console's token."""

    def __init__(self, url: str, token: str, name: str) -> None:
        self.url = url
        self.name = name
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._session.close()

    def request(self, method: str, path: str, body: Any = None, key: str | None = None) -> requests.Response:
        headers = {"Idempotency-Key": key or secrets.token_hex(16)} if method in ("PUT", "POST", "PATCH") else {}
        return self.send(method, path, body, headers)

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response:
        return self._session.request(method, self.url + path, json=body, headers=headers, timeout=TIMEOUT)

    def expect_error(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, str, str]:
        """Ask for an operation that must fail; return its status, code and message."""
        answer = self.request(method, path, body, key)
        assert not answer.ok, answer.text
        error = answer.json()
        assert set(error) == {"code", "message", "retryable"}
        return answer.status_code, error["code"], error["message"]

    def expect_ok(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for an operation that must succeed; return its answer."""
        answer = self.request(method, path, body)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


Serve = Callable[..., Client]
"""The fixture `serve`: takes a side and keys of the console, and gives a client of it."""
