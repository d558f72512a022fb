"""Jobs on a Temporal server that can read none of them, and on machines of which one lacks the key."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import RemoteSimulator
from stacks.fleet.temporal.codec import name_key
from stacks.fleet.temporal.payload_keys import KEYS, KEYS_FILE
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.temporal_fleet import TemporalFleet, wait_until
from tests.fleet.temporal_server import list_histories, start_server

KEY, OTHER = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalFleet]:
    """A tenant that nobody has brought up yet, a server, and no worker."""
    workspace = Workspace.link_product(tmp_path_factory.mktemp("sealed"))
    with RemoteSimulator() as simulator, start_server(tmp_path_factory.mktemp("server")) as server:
        fleet = TemporalFleet(FleetFolder(workspace, {"acme": workspace.make_stack(simulator.company("acme"))}), server)
        yield fleet
        fleet.stop()


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    file = tmp_path / "keys"
    file.touch(mode=0o600)
    file.write_text(KEY, encoding="utf-8")
    return str(file)


def test_whoever_asks_is_told_when_no_worker_has_the_key_and_nothing_is_begun(sealed: TemporalFleet) -> None:
    worker = sealed.add_worker(project=None, **{KEYS: OTHER})
    key, other = (name_key(b64decode(text)).decode() for text in (KEY, OTHER))
    assert sealed.run("sweep", "acme", expect=2, **{KEYS: KEY}) == (
        f"error: {KEYS}: no worker has the key {key}, which is the first one here; the workers encrypt with: {other}; "
        "add it on the workers behind their first one and start them again, or begin with theirs "
        "here.\n"
    )
    assert sealed.run("sweep", "acme", expect=2) == (
        f"error: {KEYS}: what the workers answer could not be read here: they encrypt with {other}, and none is set; "
        "add that key here, behind the first one.\n"
    )
    assert sealed.server.ask("workflow", "list") == ""
    # Its name is what it was.
    assert re.search(r"process \d+\n", sealed.run("status", "--all", expect=0, **{KEYS: OTHER}))
    worker.stop()
    sealed.workers.remove(worker)


def test_the_server_keeps_nothing_that_can_be_read_but_names_and_kinds(sealed: TemporalFleet, key_file: str) -> None:
    worker = sealed.add_worker(project=None, **{KEYS_FILE: key_file})
    text = sealed.run("sweep", "acme", expect=7, **{KEYS: KEY})
    assert "acme: drift" in text
    histories = list_histories(sealed.server)
    assert len(histories) == 2
    for history in histories.values():
        encodings = [payload["metadata"] for payload in find_payloads(json.loads(history))]
        # Search attributes have a type, and are what the page searches by.
        assert {b64decode(found["encoding"]) for found in encodings if "type" not in found} == {b"binary/encrypted"}
    worker.stop()
    sealed.workers.remove(worker)


def find_payloads(value: Any) -> Iterator[dict[str, Any]]:
    """Every payload in a history, however deep."""
    if isinstance(value, dict) and value.keys() >= {"metadata", "data"}:
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from find_payloads(item)


def test_a_schedules_start_whose_key_a_worker_lacks_waits_for_one_that_has_it(sealed: TemporalFleet) -> None:
    lacking = sealed.add_worker(project=None, **{KEYS: OTHER})
    variables = {**sealed.server.variables, KEYS: KEY}
    sealed.folder.run("schedule", "sweep", "acme", "--cron", "0 3 * * *", expect=0, **variables)
    sealed.server.ask("schedule", "trigger", "--schedule-id", "umbrella-psa/sweep")
    wait_until(lambda: "a payload is encrypted with the key" in lacking.read())
    sealed.add_worker(project=None, **{KEYS: f"{KEY} {OTHER}"})
    lacking.stop()
    drifted = "WorkflowType = 'psa-tenant' AND PsaVerdict = 'drift'"
    wait_until(lambda: sealed.server.ask("workflow", "list", "--query", drifted).count("umbrella-psa/acme") == 2)
    told = [line for line in lacking.read().splitlines() if line.startswith(f"worker: {KEYS}: a payload is")]
    assert len(told) == 1
    assert "which is not among those that are set; add that key behind the first one" in told[0]


def test_what_is_no_key_is_refused_before_anything_is_asked(sealed: TemporalFleet) -> None:
    text = sealed.run("sweep", "acme", expect=2, **{KEYS: "c2hvcnQ="})
    assert text == (
        f"error: {KEYS}: its key 1 has 5 bytes where 32 are needed; make one with `openssl rand -base64 32`.\n"
    )
