"""Stands between a client and a real server: counts what is asked, and breaks the answers that a test names."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any
from urllib.parse import urlsplit

HANG = -1
_LONGEST = 120.0  # seconds; only a test that failed waits so long
_HANGING = 1.0  # seconds, longer than any deadline of a test that waits for it


@dataclass(frozen=True)
class Asked:
    """One request. `action` is AWS's, which hides behind one path."""

    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def action(self) -> str:
        return self.headers.get("X-Amz-Target", "").rpartition(".")[2]

    def __str__(self) -> str:
        return self.action or f"{self.method} {self.path}"


class Held:
    """A reply that the server gave and nobody gets before `let_go`."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()


@dataclass
class Break:
    """What happens to the next `times` requests whose words hold `part`.

    `status` 0 drops the connection, HANG says nothing; `arrives`: the server has acted all the same. `held`: its reply
    is kept back and never comes.
    """

    part: str
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    arrives: bool = False
    times: int = 1
    method: str = ""
    held: Held | None = None


class Proxy:
    """Plain HTTP on a free port of loopback."""

    def __init__(self, target: str) -> None:
        proxy = self
        self.asked: list[Asked] = []
        self.breaks: list[Break] = []
        self.ignores_namespaces = False
        self._host = urlsplit(target).netloc

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return lambda: proxy.pass_on(self)
                raise AttributeError(name)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def break_next(self, part: str, status: int = 0, **details: Any) -> None:
        body = details.pop("body", b"")
        self.breaks.append(
            Break(part, status, body if isinstance(body, bytes) else json.dumps(body).encode(), **details)
        )

    def hold_next(self, part: str, method: str) -> Held:
        """The server acts; the reply is held."""
        held = Held()
        self.breaks.append(Break(part, method=method, arrives=True, held=held))
        return held

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, handler.path, dict(handler.headers))
        self.asked.append(asked)
        broken = next(
            (
                each
                for each in self.breaks
                if each.part in str(asked) and each.method in ("", asked.method) and each.times
            ),
            None,
        )
        if broken is None or broken.arrives:
            status, headers, content = self._forward(asked, body)
        if broken is not None:
            broken.times -= 1
            if broken.held:
                broken.held.reached.set()
                broken.held.let_go.wait(_LONGEST)
            if broken.status == HANG:
                sleep(_HANGING)
            if broken.status in (0, HANG):
                handler.close_connection = True
                handler.connection.close()
                return
            status, headers, content = (
                broken.status,
                {"Content-Type": "application/json", **broken.headers},
                broken.body,
            )
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _forward(self, asked: Asked, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self._host, timeout=30)
        given = {**asked.headers, "Connection": "close"}
        if self.ignores_namespaces:
            given.pop("X-Vault-Namespace", None)
        try:
            connection.request(asked.method, asked.path, body, given)
            answer = connection.getresponse()
            content = answer.read()
            hop = {"connection", "content-length", "transfer-encoding", "server", "date"}
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in hop}
            return answer.status, headers, content
        finally:
            connection.close()
