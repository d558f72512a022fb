"""Jobs on a Temporal server that can read none of them, and on machines of which one lacks the key."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from simulator.remote import RemoteSimulator
from stacks.fleet.temporal.payload_keys import KEYS, KEYS_FILE
from tests.engine.workspace import Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.temporal_fleet import TemporalFleet
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


def test_the_server_keeps_nothing_that_can_be_read_but_names_and_kinds(sealed: TemporalFleet, key_file: str) -> None:
    worker = sealed.add_worker(**{KEYS_FILE: key_file})
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


def test_a_worker_that_lacks_the_key_says_which_and_the_run_waits_for_one_that_has_it(
    sealed: TemporalFleet, key_file: str
) -> None:
    lacking = sealed.add_worker(**{KEYS: OTHER})
    running = sealed.start("sweep", "acme", **{KEYS: KEY})
    until = monotonic() + 60
    while "encrypted" not in lacking.read() and monotonic() < until and running.poll() is None:
        sleep(0.5)
    print("WORKER", lacking.read())
    sleep(15)
    print("STATE", running.poll())
    running.terminate()
    print("RUN", running.communicate(timeout=100)[0])
    assert 0


def test_a_run_that_lacks_the_key(sealed: TemporalFleet, key_file: str) -> None:
    worker = sealed.add_worker(**{KEYS: KEY})
    print("RUN", sealed.run("sweep", "acme", **{KEYS: OTHER}))
