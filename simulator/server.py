"""The simulator on a socket, for the command line; or in a thread, for tests."""

from __future__ import annotations

import socket
import threading

import uvicorn

from simulator.app import build_app
from simulator.faults.connection import TrackedProtocol
from simulator.world import World


def listen(host: str, port: int) -> socket.socket:
    """Bind before anything is served, so that the port is known (0 picks a free one)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only for sockets that say TCP; with it each answer waits 40 ms for an ACK.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(2048)
    return sock


def format_url(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def create_server(world: World) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            build_app(world),
            http=TrackedProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
    )


class Running:
    """A simulator in a thread of this process: `with Running() as sim: … sim.url`."""

    def __init__(self, world: World | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world or World()
        self._socket = listen(host, port)
        self.url = format_url(self._socket)
        self._server = create_server(self.world)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="simulator", daemon=True
        )

    def __enter__(self) -> Running:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
