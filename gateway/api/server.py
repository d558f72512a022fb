"""The gateway on a socket."""

from __future__ import annotations

import errno
import socket

import uvicorn

from gateway.api.app import create_app
from gateway.api.connection import LimitedConnection
from gateway.api.gate import MAX_HEAD_BYTES
from gateway.consoles.registry import Consoles
from gateway.validation import ConfigurationError


def listen(host: str, port: int) -> socket.socket:
    """Bind first, so that the port is known (0 picks a free one) before anything is served.

    Raises:
        ConfigurationError: no such address is this machine's.
        OSError: another process has the port, or only root may take it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only for sockets that say TCP; with it each answer waits 40 ms for an ACK.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):  # the machine's state, not the file's
            raise
        raise ConfigurationError(f"listen: {host} is no address of this machine ({error.strerror})") from None
    sock.listen(64)
    return sock


def format_url(sock: socket.socket) -> str:
    """Say where a bound socket can be reached."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def create_server(consoles: Consoles) -> uvicorn.Server:
    """Build the server of these consoles; it serves the sockets that it is run with."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(consoles),
            http=LimitedConnection,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
        )
    )
