"""The way down to the socket, for faults that no HTTP answer can express: a reset, a reply cut short."""

import asyncio
import socket
import struct
from typing import Any
from weakref import WeakValueDictionary

from uvicorn.protocols.http.h11_impl import H11Protocol

# (our address, the client's address) -> the connection; a server's scope names both.
_LIVE: "WeakValueDictionary[tuple[Any, Any], ReachableProtocol]" = WeakValueDictionary()


class ReachableProtocol(H11Protocol):
    """uvicorn's own protocol, which can be found again from a request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _LIVE[(self.server, self.client)] = self


def _transport(scope: dict[str, Any]) -> asyncio.Transport | None:
    protocol = _LIVE.get((scope.get("server"), scope.get("client")))
    return protocol.transport if protocol is not None else None


async def reset(scope: dict[str, Any]) -> None:
    """Abort the connection with a TCP reset: with a linger time of zero, closing sends RST instead of FIN."""
    transport = _transport(scope)
    if transport is None:
        raise ConnectionResetError("no socket below this request")  # in-process transports have none
    endpoint: socket.socket = transport.get_extra_info("socket")
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _settled(transport)


async def hang_up(scope: dict[str, Any]) -> None:
    """Close the connection after what was written so far, in the middle of a reply."""
    transport = _transport(scope)
    if transport is None:
        raise ConnectionResetError("no socket below this request")
    transport.close()
    await _settled(transport)


async def _settled(transport: asyncio.Transport) -> None:
    # uvicorn learns of the end in connection_lost, which runs in a later turn of the loop; until then it would try to
    # answer 500 for a reply that never came.
    while not transport.is_closing():
        await asyncio.sleep(0)
    for _ in range(3):
        await asyncio.sleep(0)
