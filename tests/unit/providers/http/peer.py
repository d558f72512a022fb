"""A small HTTP peer on loopback that answers as it is told: well, badly, slowly, or not at all."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Reply = bytes | Callable[[socket.socket], None]


@dataclass(frozen=True)
class Received:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    """A whole reply; `Content_Type="text/html"` makes that header."""
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Words\r\n{head}\r\n".encode() + body


def reset(conn: socket.socket) -> None:
    """Close with RST instead of FIN."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def hang_up(conn: socket.socket) -> None:
    conn.close()


def cut_short(conn: socket.socket) -> None:
    conn.sendall(answer(body=b"x" * 100)[:-50])
    conn.close()


def stay_silent(conn: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    conn.settimeout(5)
    conn.recv(1)


def drip(data: bytes, pause: float = 0.03) -> Reply:
    def send(conn: socket.socket) -> None:
        for byte in data:
            conn.sendall(bytes([byte]))
            time.sleep(pause)

    return send


@dataclass
class Peer:
    """Serves `replies` one after the other, the last one forever; keeps what it received."""

    replies: list[Reply]
    tls: ssl.SSLContext | None = None
    greet: Callable[[socket.socket], None] | None = None  # instead of reading requests
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Peer:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing a listener does not wake its accept on Linux; shutting it down does.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        with self._lock:
            for conn in self._open:
                try:
                    conn.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # gone already
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with self._lock:
                self._open.append(conn)
            thread = threading.Thread(target=self._serve, args=(conn,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, conn: socket.socket) -> None:
        try:
            if self.greet is not None:
                self.greet(conn)
                return
            if self.tls is not None:
                plain, conn = conn, self.tls.wrap_socket(conn, server_side=True)
                plain.close()
                with self._lock:
                    self._open.append(conn)
            while (received := _read(conn)) is not None:
                with self._lock:
                    self.received.append(received)
                    reply = self.replies[0] if len(self.replies) == 1 else self.replies.pop(0)
                if isinstance(reply, bytes):
                    conn.sendall(reply)
                else:
                    reply(conn)
        except OSError:
            return  # the client went away, as many tests make it do
        finally:
            conn.close()


def _read(conn: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if conn.fileno() < 0 or not (chunk := conn.recv(65536)):
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        body += conn.recv(65536)
    method, target, _ = lines[0].split(" ")
    return Received(method, target, headers, body)
