"""One gateway without a browser for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.gateway.running import TOKEN, UMBRELLA_TOKEN, RunningGateway
from tests.unit.gateway.test_configuration import CONSOLE


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("gateway")
    sources = []
    for name, token in (("token", TOKEN), ("umbrella-token", UMBRELLA_TOKEN)):
        (folder / name).write_text(token, encoding="utf-8")
        sources.append({"token": {"file": str(folder / name)}})
    console = {"kind": "msp", "address": "https://dashboard.example.com/msp/1", "consoleId": "1"}
    with RunningGateway(folder, {"acme": CONSOLE | sources[0], "seen": console | sources[1]}) as running:
        yield running
