"""One gateway without a browser for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.gateway.running import TOKEN, RunningGateway
from tests.unit.gateway.test_configuration import CONSOLE


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    source = {"token": {"file": str(folder / "token")}}
    console = {"kind": "msp", "address": "https://dashboard.example.com/msp/1", "consoleId": "1"}
    with RunningGateway(folder, {"acme": CONSOLE | source, "seen": console | source}) as running:
        yield running
