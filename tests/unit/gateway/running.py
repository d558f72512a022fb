"""A gateway on a socket whose consoles are never reached: everything before the browser."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from gateway.api.server import create_server, format_url, listen
from gateway.configuration import Configuration
from gateway.consoles.registry import Consoles

TOKEN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
UMBRELLA_TOKEN = "f9e8d7c6b5a493827160f5e4d3c2b1a0"
TIMEOUT = 10


class RunningGateway:
    """`with RunningGateway(folder, consoles) as gateway: gateway.get("/…")`."""

    def __init__(self, folder: Path, consoles: dict[str, Any]) -> None:
        content = {"unsupported": "accepted", "folder": folder, "consoles": consoles}
        self._socket = listen("127.0.0.1", 0)
        self.url = format_url(self._socket)
        self._server = create_server(Consoles(Configuration.model_validate(content)))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> RunningGateway:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def get(self, path: str, **options: Any) -> requests.Response:
        return self._session.get(self.url + path, timeout=TIMEOUT, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self._session.post(self.url + path, timeout=TIMEOUT, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        return self._session.put(self.url + path, timeout=TIMEOUT, **options)
