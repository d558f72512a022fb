"""A real HTTP server on loopback that answers as a function tells it; keeps what it was asked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from providers.http.budget import Budget
from providers.http.clock import Clock, Deadlines
from providers.http.redact import Redactor
from providers.http.transport import Transport


@dataclass(frozen=True)
class SeenRequest:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What to send back. `lost`: nothing, the connection breaks. `cut`: the body breaks off in the middle."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    cut: bool = False


LOST = Answer(lost=True)
Route = Callable[[SeenRequest], Answer]


def make_reply(value: object, status: int = 200, *, cut: bool = False, **headers: str) -> Answer:
    """A JSON answer; `Retry_After="3"` makes that header."""
    fields = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), fields, cut=cut)


def make_page(text: str, status: int = 200) -> Answer:
    """What something in between says: not JSON."""
    return Answer(status, text.encode(), {"Content-Type": "text/html"})


class Loopback:
    """`with Loopback(route) as far: … far.url … far.seen`."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.seen: list[SeenRequest] = []
        self.slept: list[float] = []
        self._transports: list[Transport] = []
        # Real time, except that waits are leapt over and remembered.
        self.clock = Clock(now=lambda: time.monotonic() + sum(self.slept), sleep=self.slept.append)

    def __enter__(self) -> Self:
        far = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10
            wbufsize = -1  # head and body leave together, or each answer would wait 40 ms for an ACK

            def answer(self) -> None:
                far._answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: what arrived is kept, not printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for transport in self._transports:
            transport.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def transport(self, base: str = "", **options: Any) -> Transport:
        """To this server or to `base`; waits between attempts are leapt over."""
        settings: dict[str, Any] = {
            "redactor": Redactor(),
            "deadlines": Deadlines(connect=2.0, read=5.0, total=60.0),
            "budget": Budget(1000.0, 1000, clock=self.clock),
            "clock": self.clock,
        }
        made = Transport(base or self.url, **settings | options)
        self._transports.append(made)
        return made

    def asked(self, method: str, path: str = "") -> list[SeenRequest]:
        """The requests of this method below this path."""
        return [seen for seen in self.seen if seen.method == method and seen.path.startswith(path)]

    def _answer(self, conn: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(conn.path)
        headers = {name.lower(): value for name, value in conn.headers.items()}
        body = conn.rfile.read(int(headers.get("content-length", 0)))
        seen = SeenRequest(conn.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
        self.seen.append(seen)
        answer = self.route(seen)
        if answer.lost:
            conn.close_connection = True
            return
        conn.send_response(answer.status)
        for name, value in answer.headers.items():
            conn.send_header(name, value)
        if answer.status != 204:
            conn.send_header("Content-Length", str(len(answer.body)))
        conn.end_headers()
        conn.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
        if answer.cut:
            conn.close_connection = True
