"""What each kind of fault does to a request: instead of the answer, or to the answer after the act."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Final

from simulator import protocol
from simulator.faults import Fault
from simulator.services import refusal
from simulator.world import World

Send = Callable[[dict[str, Any]], Awaitable[None]]
Scope = dict[str, Any]
_HTML: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_CHUNK: Final = 65_536


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def with_header(self, name: str, value: str) -> "Reply":
        kept = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        return replace(self, headers=[*kept, (name, value)])

    def with_body(self, body: bytes, content_type: str) -> "Reply":
        fresh = replace(self, body=body).with_header("content-type", content_type)
        return fresh.with_header("content-length", str(len(body)))


def instead(world: World, fault: Fault, path: str) -> Reply | None:
    """Give the answer of a fault that hits before anything is done; null for all others."""
    if fault.kind == "status":
        return _made_up(fault, fault.status or 500)
    if fault.kind == "redirect":
        return Reply(fault.status or 302, [("location", fault.location or "/"), ("content-length", "0")])
    if fault.kind == "rateLimit":
        return too_many(world, path, fault.retryAfter, fault.seconds)
    return None


def too_many(world: World, path: str, retry_after: int | str | None, seconds: int) -> Reply:
    body = json.dumps(refusal(path, 429, "RateLimitExceeded", "Too many requests.")).encode()
    reply = Reply(429).with_body(body, "application/json")
    if retry_after == "date":
        moment = world.clock.now().replace(microsecond=0) + timedelta(seconds=seconds)
        return reply.with_header("retry-after", format_datetime(moment, usegmt=True))
    return reply if retry_after is None else reply.with_header("retry-after", str(retry_after))


def _made_up(fault: Fault, status: int) -> Reply:
    """An answer that our own code did not make: by default a proxy's HTML page."""
    if fault.body is None:
        content, kind = _HTML.format(f"{status} Error"), "text/html"
    elif isinstance(fault.body, str):
        content, kind = fault.body, "text/html"
    else:
        content, kind = json.dumps(fault.body), "application/json"
    reply = Reply(status).with_body(content.encode(), fault.contentType or kind)
    for name, value in fault.headers.items():
        reply = reply.with_header(name, value)
    return reply


def changed(fault: Fault, reply: Reply) -> Reply:
    """Give the answer that a fault leaves of the true one."""
    if fault.kind == "statusAfter":
        return _made_up(fault, fault.status or 500)
    if fault.kind == "emptyList":
        return reply.with_body(b"[]", "application/json")
    if fault.kind == "link":
        return reply.with_header("link", f'<{fault.location or ""}>; rel="next"')
    if fault.kind == "body":
        given = fault.raw if fault.raw is not None else fault.body
        text = given if isinstance(given, str) else json.dumps(given)
        # A 204 has no body by definition, so one that is given a body is no 204 any more.
        status = fault.status or (200 if reply.status == 204 else reply.status)
        changed_reply = replace(reply, status=status)
        return changed_reply.with_body(text.encode(), fault.contentType or "application/json")
    return reply


async def deliver(world: World, fault: Fault | None, reply: Reply, scope: Scope, send: Send) -> None:
    """Write the answer to the client, whole or the way the fault wants it."""
    kind = fault.kind if fault is not None else None
    if fault is not None and kind == "reset":
        await protocol.reset(scope)
    elif fault is not None and kind == "huge":
        await _huge(fault, reply, send)
    elif fault is not None and kind == "drip":
        await _start(reply, send)
        for at in range(len(reply.body)):
            await world.sleep(fault.ms / 1000)
            await send({"type": "http.response.body", "body": reply.body[at : at + 1], "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    elif kind == "truncate":
        await _start(reply, send)
        await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
        await protocol.hang_up(scope)
    else:
        await _start(reply, send)
        await send({"type": "http.response.body", "body": reply.body})


async def _huge(fault: Fault, reply: Reply, send: Send) -> None:
    """A well-formed answer of `bytes` bytes: the true one and a great many blanks."""
    size = max(fault.bytes, len(reply.body))
    status = 200 if reply.status == 204 else reply.status  # a 204 has no body by definition
    bare = Reply(status, [pair for pair in reply.headers if pair[0].lower() != "content-length"])
    await _start(bare.with_header("content-length", str(size)) if fault.declared else bare, send)
    await send({"type": "http.response.body", "body": reply.body, "more_body": True})
    left = size - len(reply.body)
    while left > 0:
        await send({"type": "http.response.body", "body": b" " * min(left, _CHUNK), "more_body": True})
        left -= _CHUNK
        await asyncio.sleep(0)  # so that the server hears of a client that has hung up
    await send({"type": "http.response.body", "body": b""})


async def _start(reply: Reply, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
