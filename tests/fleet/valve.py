"""A TCP connection that can be cut as a network does it: bytes stop, nothing is closed, and they go on later."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Thread
from typing import Self

_MOST = 65536


class Valve:
    """A port on loopback that hands everything on to another one, while it is open."""

    def __init__(self, port: int) -> None:
        """`port`: to which it hands on."""
        self._to = port
        self._is_open = Event()
        self._is_open.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._threads = [Thread(target=self._accept)]

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Let no byte through, also on connections that are made from now on."""
        self._is_open.clear()

    def open(self) -> None:
        """Let them through again, those that wait first."""
        self._is_open.set()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.open()
        for end in (self._listener, *self._ends):
            with suppress(OSError):  # the other side has gone
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._ends):
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [here, there]
                for source, target in ((here, there), (there, here)):
                    thread = Thread(target=self._pump, args=(source, target))
                    self._threads.append(thread)
                    thread.start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # reset by either
            while data := source.recv(_MOST):
                self._is_open.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
