"""One gateway without a browser for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.gateway.standing import TOKEN, Door
from tests.unit.gateway.test_configuration import CONSOLE


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    source = {"token": {"file": str(folder / "token")}}
    console = {"kind": "msp", "address": "https://dashboard.example.com/msp/1", "consoleId": "1"}
    with Door(folder, {"acme": CONSOLE | source, "seen": console | source}) as standing:
        yield standing
