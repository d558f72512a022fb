"""The ASGI middleware around the whole simulator: request log, latency, limits and faults."""

from __future__ import annotations

import math
import time
from typing import TypeGuard

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.callers import identify_caller
from simulator.faults import connection, effects
from simulator.faults.effects import HttpReply
from simulator.faults.fault import ArmedFault, Fault
from simulator.journal import RequestEntry
from simulator.routing import find_service
from simulator.world import World


class FaultMiddleware:
    """Log, delay, limit and disturb the requests to the simulated services. The control plane is left alone."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path: str = scope["path"]
        exempt = find_service(path) in ("control", "page")
        query = scope["query_string"].decode("latin-1")
        entry = self._world.log.open_entry(scope["method"], path, query, listed=not exempt)
        entry.company, entry.by = identify_caller(self._world, path, Headers(scope=scope))
        scope["sim"] = entry
        if exempt:
            return await self._app(scope, receive, send)
        started = time.perf_counter()
        try:
            await self._handle(scope, entry, receive, send)
        finally:
            entry.ms = round((time.perf_counter() - started) * 1000, 2)
        return None

    async def _handle(self, scope: Scope, entry: RequestEntry, receive: Receive, send: Send) -> None:
        world = self._world
        body = await _read_body(receive)
        if body is None:
            return  # The client went away before its request was complete: there is nothing to act on.
        armed = self._draw_fault(entry)
        fault = armed.fault if armed else None
        if not await _hold(armed, "before", entry, receive):
            return  # Its client went away before the request was let in: nothing is done.
        if not _claims_first(scope):
            await world.pause(entry)
        if _happens(fault, "reset", "before"):
            return await connection.reset(scope)
        reply = self._refuse(fault, entry) or await self._answer(scope, body)
        entry.status = reply.status
        await world.pause(entry)
        if not await _hold(armed, "after", entry, receive):
            return  # It is done, but its client went away before the answer.
        if _happens(fault, "delay", "after"):
            await world.sleep(fault.ms / 1000)
        await effects.send_reply(world, fault, effects.alter_reply(fault, reply), scope, send)

    def _draw_fault(self, entry: RequestEntry) -> ArmedFault | None:
        armed = self._world.faults.draw(entry.company, entry.method, entry.path)
        entry.pause = self._world.traffic.get_latency(entry.company, entry.path)
        if armed is not None:
            entry.fault = armed.id
            if _happens(armed.fault, "delay", "before"):
                entry.pause += armed.fault.ms / 1000
        return armed

    def _refuse(self, fault: Fault | None, entry: RequestEntry) -> HttpReply | None:
        """Return the reply of a fault or of a limit that comes instead of the act."""
        reply = effects.build_early_reply(self._world, fault, entry.path)
        if reply is not None:
            return reply
        seconds = self._world.traffic.count_request(entry.company, entry.path, self._world.clock.now())
        return effects.build_limit_reply(entry.path, math.ceil(seconds)) if seconds > 0 else None

    async def _answer(self, scope: Scope, body: bytes) -> HttpReply:
        """Let the simulated service act, and hold its answer back."""
        status, headers, chunks = 500, list[tuple[str, str]](), list[bytes]()

        async def collect(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend((name.decode(), value.decode("latin-1")) for name, value in message["headers"])
            else:
                chunks.append(message.get("body", b""))

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, collect)
        return HttpReply(status, headers, b"".join(chunks))


async def _hold(armed: ArmedFault | None, when: str, entry: RequestEntry, receive: Receive) -> bool:
    """Hold the request if a fault says so; return False when its client hangs up meanwhile."""
    if armed is None or not _happens(armed.fault, "hold", when):
        return True
    return await armed.hold(entry.n, receive())


def _happens(fault: Fault | None, kind: str, when: str) -> TypeGuard[Fault]:
    return fault is not None and (fault.kind, fault.when) == (kind, when)


def _claims_first(scope: Scope) -> bool:
    """Tell whether a request waits after it has claimed its key, so that a repeat can meet it in flight."""
    return find_service(scope["path"]) == "gateway" and scope["method"] in ("POST", "PUT", "PATCH")


async def _read_body(receive: Receive) -> bytes | None:
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)
