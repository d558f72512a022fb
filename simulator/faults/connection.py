"""Access to the socket below a request, for faults that no HTTP answer can express: a reset, a reply cut short."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any
from weakref import WeakValueDictionary

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

# (server address, client address) -> the connection; an ASGI scope names both.
_LIVE: WeakValueDictionary[tuple[Any, Any], TrackedProtocol] = WeakValueDictionary()


class TrackedProtocol(H11Protocol):
    """uvicorn's own protocol, registered so that a request's scope leads back to its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _LIVE[(self.server, self.client)] = self


def _get_transport(scope: Scope) -> asyncio.Transport:
    protocol = _LIVE.get((scope.get("server"), scope.get("client")))
    if protocol is None:
        raise ConnectionResetError("no socket below this request")  # in-process transports have none
    return protocol.transport


async def reset(scope: Scope) -> None:
    """Abort the connection with a TCP reset: with a linger time of zero, closing sends RST instead of FIN."""
    transport = _get_transport(scope)
    endpoint: socket.socket = transport.get_extra_info("socket")
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _wait_until_closed(transport)


async def hang_up(scope: Scope) -> None:
    """Close the connection in the middle of a reply, after what was written so far."""
    transport = _get_transport(scope)
    transport.close()
    await _wait_until_closed(transport)


async def _wait_until_closed(transport: asyncio.Transport) -> None:
    # uvicorn learns of the end in connection_lost, which runs in a later iteration of the loop; until then it would
    # try to answer 500 for a reply that never came.
    while not transport.is_closing():
        await asyncio.sleep(0)
    for _ in range(3):
        await asyncio.sleep(0)
