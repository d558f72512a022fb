"""What each kind of fault does to a request: a reply instead of the act, or a change of the reply after it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Final

from starlette.types import Scope, Send

from simulator.faults import connection
from simulator.faults.fault import AnswerName, Fault
from simulator.routing import find_service, render_refusal
from simulator.world import World

_HTML: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_CHUNK: Final = 65_536
_USUAL_SECONDS: Final = 30
# Answers of what stands before the API: a filter's page and a filter's JSON, both invented; the gateway to a path that
# it doesn't know, seen live; the API to a caller at the screens' host, from the vendor's guide.
ANSWERS: Final[dict[AnswerName, tuple[int, str, Any]]] = {
    "filter": (
        403,
        "text/html",
        "<html><head><title>Access Denied</title></head><body>Reference #18.9a2b</body></html>",
    ),
    "filterJson": (403, "application/json", {"error": {"status": "blocked", "reason": "policy", "ray": "9a2b"}}),
    "cannotRoute": (400, "text/plain", "Cannot route. Codebase/company is invalid"),
    "sslRequired": (403, "application/json", {"code": "Security", "message": "SSL is required.", "errors": None}),
}


@dataclass(frozen=True)
class HttpReply:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def with_header(self, name: str, value: str) -> HttpReply:
        others = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        return replace(self, headers=[*others, (name, value)])

    def with_body(self, body: bytes, content_type: str) -> HttpReply:
        changed = replace(self, body=body).with_header("content-type", content_type)
        return changed.with_header("content-length", str(len(body)))


def build_early_reply(world: World, fault: Fault | None, path: str) -> HttpReply | None:
    """Build the reply of a fault that comes before anything is done; return null for all others."""
    if fault is None:
        return None
    if fault.kind == "status":
        return _build_custom_reply(fault)
    if fault.kind == "redirect":
        return HttpReply(fault.status or 302, [("location", fault.location or "/"), ("content-length", "0")])
    if fault.kind == "rateLimit":
        if fault.retryAfter == "date":
            moment = world.clock.now().replace(microsecond=0) + timedelta(seconds=fault.seconds)
            return build_limit_reply(path, format_datetime(moment, usegmt=True))
        return build_limit_reply(path, fault.retryAfter)
    return None


def build_limit_reply(path: str, retry_after: int | str | None) -> HttpReply:
    body = render_refusal(path, 429, "RateLimitExceeded", "Too many requests.")
    if find_service(path) == "rest":  # as the vendor's guide prints it: `error` in place of `code`
        seconds = retry_after if isinstance(retry_after, int) else _USUAL_SECONDS
        words = f"Too many requests. Please try again in {seconds} seconds."
        body = {"error": "ConnectWiseAPI", "message": words}
    reply = HttpReply(429).with_body(json.dumps(body).encode(), "application/json")
    return reply if retry_after is None else reply.with_header("retry-after", str(retry_after))


def _build_custom_reply(fault: Fault) -> HttpReply:
    """Build a reply that the simulated service did not make: by default a proxy's HTML page."""
    status, content_type, body = ANSWERS[fault.answer] if fault.answer else (500, "", fault.body)
    status = fault.status or status
    if body is None:
        body = _HTML.format(f"{status} Error")
    content = body if isinstance(body, str) else json.dumps(body)
    content_type = content_type or ("text/html" if content is body else "application/json")
    reply = HttpReply(status).with_body(content.encode(), fault.contentType or content_type)
    for name, value in fault.headers.items():
        reply = reply.with_header(name, value)
    return reply


def alter_reply(fault: Fault | None, reply: HttpReply) -> HttpReply:
    """Return what a fault leaves of the true reply."""
    if fault is None:
        return reply
    if fault.kind == "statusAfter":
        return _build_custom_reply(fault)
    if fault.kind == "emptyList":
        return reply.with_body(b"[]", "application/json")
    if fault.kind == "link":
        return reply.with_header("link", f'<{fault.location or ""}>; rel="next"')
    if fault.kind == "body":
        content = fault.raw if fault.raw is not None else fault.body
        text = content if isinstance(content, str) else json.dumps(content)
        altered = replace(reply, status=fault.status or _allow_body(reply.status))
        return altered.with_body(text.encode(), fault.contentType or "application/json")
    return reply


async def send_reply(world: World, fault: Fault | None, reply: HttpReply, scope: Scope, send: Send) -> None:
    """Write the reply to the client, whole or the way the fault wants it."""
    kind = fault.kind if fault is not None else None
    if fault is not None and kind == "reset":
        await connection.reset(scope)
    elif fault is not None and kind == "huge":
        await _send_huge(fault, reply, send)
    elif fault is not None and kind == "drip":
        await _send_head(reply, send)
        for index in range(len(reply.body)):
            await world.sleep(fault.ms / 1000)
            await send({"type": "http.response.body", "body": reply.body[index : index + 1], "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    elif kind == "truncate":
        await _send_head(reply, send)
        await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
        await connection.hang_up(scope)
    else:
        await _send_head(reply, send)
        await send({"type": "http.response.body", "body": reply.body})


async def _send_huge(fault: Fault, reply: HttpReply, send: Send) -> None:
    """Send a well-formed reply of `bytes` bytes: the true one and a great many blanks."""
    size = max(fault.bytes, len(reply.body))
    headers = [pair for pair in reply.headers if pair[0].lower() != "content-length"]
    bare = HttpReply(_allow_body(reply.status), headers)
    await _send_head(bare.with_header("content-length", str(size)) if fault.declared else bare, send)
    await send({"type": "http.response.body", "body": reply.body, "more_body": True})
    left = size - len(reply.body)
    while left > 0:
        await send({"type": "http.response.body", "body": b" " * min(left, _CHUNK), "more_body": True})
        left -= _CHUNK
        await asyncio.sleep(0)  # so that the server hears of a client that has hung up
    await send({"type": "http.response.body", "body": b""})


def _allow_body(status: int) -> int:
    """Turn a 204, which has no body by definition, into a 200."""
    return 200 if status == 204 else status


async def _send_head(reply: HttpReply, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
