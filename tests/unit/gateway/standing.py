"""A gateway on a socket whose consoles are never reached: everything before the browser."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from gateway.configuration import Configuration
from gateway.house import House
from gateway.server import listen, server, url_of

TOKEN = "a token for tests"
TIMEOUT = 10


class Door:
    """`with Door(folder, consoles) as door: door.get("/…")`."""

    def __init__(self, folder: Path, consoles: dict[str, Any]) -> None:
        whole = {"unsupported": "accepted", "folder": folder, "consoles": consoles}
        self.house = House(Configuration.model_validate(whole))
        self._socket = listen("127.0.0.1", 0)
        self.url = url_of(self._socket)
        self._server = server(self.house)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> Door:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def get(self, path: str, **more: Any) -> requests.Response:
        return self._session.get(self.url + path, timeout=TIMEOUT, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self._session.post(self.url + path, timeout=TIMEOUT, **more)

    def put(self, path: str, **more: Any) -> requests.Response:
        return self._session.put(self.url + path, timeout=TIMEOUT, **more)
