"""Runs with a vault that are killed, throttled or signed out, through the real engine and a real server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from tests.engine.test_vault import VaultedStack, list_live_keys
from tests.engine.test_vault import vaulted as vaulted
from tests.engine.workspace import Workspace
from tests.vault.conftest import own_vault as own_vault
from tests.vault.policies import LEAST
from tests.vault.server import SESSION

pytestmark = pytest.mark.recorded

_PATIENCE = 120  # seconds; a run needs a tenth of it


def kill_up_when(vaulted: VaultedStack, workspace: Workspace, reached: Callable[[], bool]) -> None:
    """Start `run_pulumi up` and kill the engine at that moment; the lock that it left is taken away."""
    process = subprocess.Popen(
        ["pulumi", "up", "-s", vaulted.stack.name, "--yes", "--skip-preview", "--non-interactive"],
        cwd=workspace.project,
        env=workspace.make_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = monotonic() + _PATIENCE
        while not reached():
            assert monotonic() < until and process.poll() is None
            sleep(0.02)
    finally:
        process.kill()
        process.wait()
    vaulted.stack.run_pulumi("cancel", "--yes", "-s", vaulted.stack.name)


def assert_rotated_once(vaulted: VaultedStack, old: str) -> None:
    """The key before and the one after are in the vault, and no third; the new one is in use and alone."""
    stack, company = vaulted.stack, vaulted.stack.company
    assert [version["publicKey"] for version in vaulted.list_versions()] == [old, company.sink()["publicKey"]]
    assert company.sink()["publicKey"] != old
    assert [key["publicKey"] for key in list_live_keys(company)] == [company.sink()["publicKey"]]
    stack.preview(expect=0)


def test_a_run_killed_between_vault_and_sink_goes_on(vaulted: VaultedStack, workspace: Workspace) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    stack.up()
    old = company.sink()["publicKey"]
    stack.set("rotate", "spring")
    hold = company.hold("before", method="PUT", path="psaIntegration$")
    kill_up_when(vaulted, workspace, lambda: len(vaulted.list_versions()) == 2)
    hold.release()
    assert company.sink()["publicKey"] == old
    stack.up()
    assert_rotated_once(vaulted, old)


@pytest.mark.parametrize(
    ("part", "method"), [("/data/", "POST"), ("/metadata/", "PATCH")], ids=["unlabelled", "labelled"]
)
def test_a_run_killed_before_the_vaults_answer_is_on_record_makes_no_third_version(
    vaulted: VaultedStack, workspace: Workspace, part: str, method: str
) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    stack.up()
    old = company.sink()["publicKey"]
    stack.set("rotate", "spring")
    held = vaulted.proxy.hold_next(part, method)
    try:
        kill_up_when(vaulted, workspace, held.reached.is_set)
    finally:
        held.let_go.set()
    assert len(vaulted.list_versions()) == 2
    assert company.sink()["publicKey"] == old
    stack.up()
    assert_rotated_once(vaulted, old)


def test_a_vault_that_asks_for_patience_gets_it(vaulted: VaultedStack) -> None:
    stack, company = vaulted.stack, vaulted.stack.company
    stack.up()
    old = company.sink()["publicKey"]
    stack.set("rotate", "spring")
    busy = {"headers": {"Retry-After": "1"}, "body": {"errors": ["request path rate limited"]}}
    vaulted.proxy.break_next("/data/", 429, method="POST", **busy)
    vaulted.proxy.break_next("/metadata/", 429, method="GET", **busy)
    stack.up()
    assert [each.times for each in vaulted.proxy.breaks] == [0, 0]
    assert_rotated_once(vaulted, old)


def test_a_token_that_has_expired_stops_before_a_key_is_minted(vaulted: VaultedStack) -> None:
    stack, server = vaulted.stack, vaulted.server
    server.write_policy(SESSION, LEAST)
    token = server.make_token(SESSION)
    stack.set_secret("vault:token", token)
    stack.up()
    before = list_live_keys(stack.company)
    server.ask("POST", "auth/token/renew", {"token": token, "increment": "1s"})
    sleep(1.5)
    stack.set("rotate", "spring")
    assert "refused our token (403): it has expired, was revoked or is wrong" in stack.up(expect=1).text
    assert list_live_keys(stack.company) == before
    assert len(vaulted.list_versions()) == 1
    stack.set_secret("vault:token", server.make_token(SESSION))
    stack.up("--run-program")
    assert_rotated_once(vaulted, before[0]["publicKey"])
