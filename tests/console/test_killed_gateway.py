"""The gateway dies between the Save of a new key and reading it: the next `up` leaves no key that nobody knows."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from demo.console import serve_gateway
from simulator.remote import Company
from stacks.fleet.warm_process import WarmProcess
from tests.engine.workspace import Stack, Workspace
from tests.stories.drifts import assert_as_wanted

PATIENCE = 150  # seconds until the key was made, on a busy machine


def test_the_key_whose_half_nobody_read_is_revoked_by_the_next_up(
    make_company: Callable[..., Company], tmp_path: Path, warm: WarmProcess
) -> None:
    company = make_company()
    # The site makes the key at once; its page with both halves would come when the gateway is long dead.
    save = {"method": "POST", "path": "/ApiMembers/[0-9]+/ApiKeys$", "company": company.id}
    company.simulator.ask("POST", "/faults", {"kind": "delay", "when": "after", "ms": 20_000, **save})
    with serve_gateway(company, tmp_path / "gateway") as process, ThreadPoolExecutor(1) as pool:
        stack = replace(Workspace.link_product(tmp_path), warm=warm).make_stack(company)
        cut_short = pool.submit(stack.up, expect=1)
        lost = _minted(company)
        process.kill()
        assert "could not be reached" in cut_short.result().text
    assert [key["publicKey"] for key in company.member()["keys"]] == [lost]
    assert company.sink()["kind"] is None, "a key of which nobody knows both halves was not written"

    with serve_gateway(company, tmp_path / "gateway"):
        _lead(stack, company)
        stack.up("--run-program")  # else the engine refreshes with the address that it recorded
    assert_as_wanted(stack)
    assert lost not in [key["publicKey"] for key in company.member()["keys"]]
    assert company.dead_moments() == []
    assert stack.find_leaks() == []


def _minted(company: Company) -> str:
    """The public key that the gateway's account made, as soon as it did."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for event in company.ask("GET", "/history"):
            if event["kind"] == "key.minted" and event["by"] == "GatewayUser":
                return str(event["publicKey"])
        time.sleep(0.05)
    raise AssertionError("the gateway made no key")


def _lead(stack: Stack, company: Company) -> None:
    """The new gateway has another address and other tokens."""
    for key, value in company.settings().items():
        if key.endswith(":gatewayUrl"):
            stack.set(key, value)
    for key, value in company.secrets().items():
        if key.endswith(":gatewayToken"):
            stack.set_secret(key, value)
