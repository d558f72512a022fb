"""A gateway in a thread of the test process, to which consoles can be added while it runs."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import requests
from playwright.async_api import Page

from gateway.configuration import Configuration
from gateway.house import House
from gateway.login import attend
from gateway.screens.reading import screens_of
from gateway.server import listen, server, url_of
from simulator.remote import Company

T = TypeVar("T")
TIMEOUT = 60
# Chromium refuses its sandbox to root, which is what tests in containers are.
BROWSER: dict[str, Any] = {"sandbox": os.geteuid() != 0}
USER = "GatewayUser"


def settings(company: Company, side: str, folder: Path, **more: Any) -> dict[str, Any]:
    """A console of the configuration, for this company's ConnectWise client or Umbrella console."""
    screens = company.ask("GET", "/screens")
    token = folder / f"{company.id}-{side}.token"
    password = folder / f"{company.id}.password"
    token.write_text(secrets.token_hex(24), encoding="utf-8")
    password.write_text(screens["passwords"][USER] + "\n", encoding="utf-8")
    os.environ["CONSOLE_USER"] = USER
    wanted: dict[str, Any] = {
        "token": {"file": str(token)},
        "userName": {"environment": "CONSOLE_USER"},
        "password": {"command": ["cat", str(password)]},
        "allow": {"roles": ["Umbrella"], "members": ["Umbrella"]},
    }
    if side == "connectwise":
        wanted |= {"kind": "connectwise", "companyId": company.id, "address": screens["addresses"]["connectwise"]}
    else:
        where = f"{company.console['kind']}/{company.console['consoleId']}"
        wanted |= {"kind": company.console["kind"], "consoleId": company.console["consoleId"]}
        wanted |= {"address": screens["addresses"][where]}
    return wanted | more


class Serving:
    """`with Serving(folder, first company) as gateway: …`."""

    def __init__(self, folder: Path, first: Company) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.configuration = Configuration.model_validate(
            {
                "unsupported": "accepted",
                "folder": folder / "kept",
                "browser": BROWSER,
                "consoles": {"first": settings(first, "connectwise", folder)},
            }
        )
        self.house = House(self.configuration)
        self._socket = listen("127.0.0.1", 0)
        self.url = url_of(self._socket)
        self._server = server(self.house)
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._running.set()
            await self._server.serve(sockets=[self._socket])

        asyncio.run(serve())

    def __enter__(self) -> Serving:
        self._thread.start()
        assert self._running.wait(TIMEOUT)
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Something that belongs into the gateway's own loop, where its browser lives."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TIMEOUT)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self._socket.close()

    def put_away(self, client: Client) -> None:
        """A test's console: its profile is closed in the gateway's own thread."""
        client.close()
        seat = self.house.seat("connectwise", client.name) or self.house.seat("umbrella", client.name)
        if seat is not None:
            self.run(seat.close())

    def end_browser(self) -> None:
        """Chromium ends, as after a crash."""
        browser = self.house.chromium._browser
        assert browser is not None
        self.run(browser.close())

    def by_hand(self, client: Client, company: Company, patience: float = TIMEOUT) -> None:
        """`python -m gateway login`, in a profile of the gateway's own browser, with somebody at the window."""
        self.run(self._by_hand(client, company, patience))

    async def _by_hand(self, client: Client, company: Company, patience: float) -> None:
        seat = self.house.seat("connectwise", client.name) or self.house.seat("umbrella", client.name)
        assert seat is not None
        profile = self.configuration.folder / "profiles" / f"{client.name}.json"
        context = await self.house.chromium.context(profile)
        told = company.ask("GET", "/screens")
        screens = screens_of(seat.console)
        window = asyncio.create_task(attend(context, seat.console, screens, client.name, profile, patience))
        try:
            while not context.pages:
                await asyncio.sleep(0.01)
            await sign_in_by_hand(context.pages[0], told, company.id)
            await window
        finally:
            window.cancel()
            await context.close()

    def serve(self, company: Company, side: str, **more: Any) -> Client:
        """Take a company's console in; a client with its token."""
        name = f"{company.id}-{side}"
        made = Configuration.model_validate(
            {
                "unsupported": "accepted",
                "folder": self.configuration.folder,
                **{key: more.pop(key) for key in ("pictures", "queueSeconds", "operationSeconds") if key in more},
                "consoles": {name: settings(company, side, self.folder, **more)},
            }
        )
        console = made.consoles[name]
        self.house.add(name, console, made)
        path = "connectwise" if side == "connectwise" else "umbrella"
        return Client(f"{self.url}/{path}/{name}", console.token.read().get_secret_value(), name)


async def sign_in_by_hand(page: Page, told: dict[str, Any], company_id: str) -> None:
    """Whatever the sign-in asks for, a person gives."""
    answers = {
        "Company": company_id,
        "Username": USER,
        "Email": USER,
        "Password": told["passwords"][USER],
        "Verification Code": told["secondFactorCode"],
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
class Estate:
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

    def history(self, *kinds: str) -> list[dict[str, Any]]:
        """What the gateway's account changed at the site, of these kinds."""
        events = self.company.ask("GET", "/history")
        return [event for event in events if event["kind"] in kinds and event["by"] == USER]


def row(label: str, add: str | None, edit: str | None, delete: str | None, inquire: str | None) -> dict[str, Any]:
    module, _, function = label.partition(" / ")
    levels = {"addLevel": add, "editLevel": edit, "deleteLevel": delete, "inquireLevel": inquire}
    return {"moduleName": module, "moduleFunctionName": function, **levels}


class Client:
    """What the product's hand does: requests with the console's token."""

    def __init__(self, url: str, token: str, name: str) -> None:
        self.url = url
        self.name = name
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._session.close()

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> requests.Response:
        headers = {"Idempotency-Key": key or secrets.token_hex(16)} if method in ("PUT", "POST", "PATCH") else {}
        return self.send(method, path, body, headers)

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response:
        return self._session.request(method, self.url + path, json=body, headers=headers, timeout=TIMEOUT)

    def refused(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, str, str]:
        """An operation that must fail; its status, code and message."""
        answer = self.ask(method, path, body, key)
        assert not answer.ok, answer.text
        told = answer.json()
        assert set(told) == {"code", "message", "retryable"}
        return answer.status_code, told["code"], told["message"]

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """An operation that must succeed; its answer."""
        answer = self.ask(method, path, body)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None
