"""`python -m gateway login`, the command itself: a window, a person at it, and a gateway that goes on without them.

The window is a headed Chromium's that draws into memory (`--ozone-platform=headless`): no display is needed for it. The
person is another program, at the same window by Chromium's debugging port.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from demo.pulumi_cli import ROOT
from gateway.browser.chromium import find_executable
from simulator.remote import Company
from tests.console.running import BROWSER, Client, Tenant, fill_in_sign_in, make_console_settings

NAME = "first"
PATIENCE = 60


@pytest.fixture
def folder(tmp_path: Path, tenant: Tenant) -> Path:
    """A gateway's folder. Its configuration knows no password: only a person can sign in."""
    window = tmp_path / "chromium-in-memory"
    program = find_executable(None) or _find_playwrights()
    flags = f"--ozone-platform=headless --remote-debugging-port=0 --user-data-dir={shlex.quote(str(tmp_path / 'data'))}"
    window.write_text(f'#!/bin/sh\nexec {shlex.quote(program)} "$@" {flags}\n', encoding="utf-8")
    window.chmod(0o755)
    console = make_console_settings(tenant.company, "connectwise", tmp_path)
    del console["userName"], console["password"]
    for file, browser in (("login.yaml", {**BROWSER, "executable": str(window)}), ("gateway.yaml", BROWSER)):
        content = {"unsupported": "accepted", "listen": "127.0.0.1:0", "folder": "kept", "browser": browser}
        (tmp_path / file).write_text(json.dumps({**content, "consoles": {NAME: console}}), encoding="utf-8")
    return tmp_path


def test_a_person_signs_in_at_a_window_and_the_gateway_goes_on(folder: Path, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"secondFactor": True})
    with run_gateway(folder) as client:
        status, code, message = client.expect_error("GET", tenant.keys)
        assert (status, code) == (423, "person_needed")
        assert f"python -m gateway --config {folder / 'gateway.yaml'} login {NAME}" in message
        completed = run_login(folder, lambda port: sign_in_at_the_window(port, tenant.company))
        assert completed.returncode == 0, completed.stderr
        assert completed.stdout.splitlines() == [
            f"gateway: sign in to {NAME} in the window; it closes by itself",
            "gateway: signed in; what waited for it goes on",
        ]
        assert client.expect_ok("GET", tenant.keys) == []
    assert (folder / "kept" / "profiles" / f"{NAME}.json").stat().st_mode & 0o777 == 0o600


def test_a_window_that_is_closed_signs_nobody_in(folder: Path) -> None:
    completed = run_login(folder, close_the_window)
    assert completed.returncode == 1
    assert completed.stderr == "gateway: the window was closed, or nobody signed in\n"
    assert not (folder / "kept" / "profiles" / f"{NAME}.json").exists()


def run_login(folder: Path, person: Callable[[int], object]) -> subprocess.CompletedProcess[str]:
    """Run the command, with somebody who acts at its window."""
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", "--config", str(folder / "login.yaml"), "login", NAME],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            person(_wait_for_port(folder / "data" / "DevToolsActivePort", process))
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def sign_in_at_the_window(port: int, company: Company) -> None:
    screens = company.ask("GET", "/screens")

    async def work(browser: Browser, page: Page) -> None:
        with suppress(PlaywrightError):  # the window closes by itself as soon as somebody is signed in
            await fill_in_sign_in(page, screens, company.id)

    _act_in_the_window(port, work)


def close_the_window(port: int) -> None:
    async def work(browser: Browser, page: Page) -> None:
        await (await browser.new_browser_cdp_session()).send("Browser.close")

    _act_in_the_window(port, work)


@contextmanager
def run_gateway(folder: Path) -> Iterator[Client]:
    """`python -m gateway`, as a process of its own."""
    command = [sys.executable, "-m", "gateway", "--config", str(folder / "gateway.yaml")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[1]
        console = json.loads((folder / "gateway.yaml").read_text())["consoles"][NAME]
        client = Client(f"{url}/connectwise/{NAME}", Path(console["token"]["file"]).read_text(), NAME)
        try:
            yield client
        finally:
            client.close()
            process.terminate()


def _wait_for_port(file: Path, process: subprocess.Popen[str]) -> int:
    """Chromium writes it down when it listens, and the page follows."""
    until = time.monotonic() + PATIENCE
    while not file.exists() or not file.read_text():
        assert process.poll() is None and time.monotonic() < until, "no window was opened"
        time.sleep(0.05)
    return int(file.read_text().splitlines()[0])


def _act_in_the_window(port: int, work: Callable[[Browser, Page], Coroutine[Any, Any, None]]) -> None:
    """Once the console is shown. In a thread, because the tests' own browser keeps this one's loop running."""

    async def attach() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            while not (shown := [page for context in browser.contexts for page in context.pages if "http" in page.url]):
                await asyncio.sleep(0.05)
            await shown[0].wait_for_load_state()
            await work(browser, shown[0])

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(attach())).result(PATIENCE)


def _find_playwrights() -> str:
    completed = subprocess.run(
        [sys.executable, "-c", "from playwright.sync_api import sync_playwright as s\n"
         "with s() as p: print(p.chromium.executable_path)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return completed.stdout.strip()
