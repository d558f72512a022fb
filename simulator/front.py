"""What every request passes on its way in and out: the log, latency, limits and faults."""

import math
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp

from simulator import effects, protocol
from simulator.effects import Reply
from simulator.faults import Fault
from simulator.identify import company_of
from simulator.journal import Entry
from simulator.services import service_of
from simulator.world import World

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Front:
    """An ASGI layer around the whole simulator. The control plane passes through it untouched and unlisted."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path: str = scope["path"]
        outside = service_of(path) in ("control", "page")
        entry = self._world.log.open(scope["method"], path, scope["query_string"].decode("latin-1"), listed=not outside)
        entry.company, entry.by = company_of(self._world, path, Headers(scope=scope))
        scope["sim"] = entry
        if outside:
            return await self._app(scope, receive, send)
        started = time.perf_counter()
        try:
            await self._pass(scope, entry, receive, send)
        finally:
            entry.ms = round((time.perf_counter() - started) * 1000, 2)
        return None

    async def _pass(self, scope: MutableMapping[str, Any], entry: Entry, receive: Receive, send: Send) -> None:
        world = self._world
        raw = await _whole(receive)
        if raw is None:
            return  # The client went away before its request was complete: there is nothing to act on.
        armed = world.faults.draw(entry.company, entry.method, entry.path)
        fault = armed.fault if armed else None
        entry.fault = armed.id if armed else None
        entry.pause = world.weather.latency(entry.company, entry.path)
        if fault is not None and fault.kind == "delay" and fault.when == "before":
            entry.pause += fault.ms / 1000
        if armed is not None and _holds(fault, "before") and not await armed.hold(entry.n, receive()):
            return  # Its client went away before it was let in: nothing is done.
        if not _claims_first(scope):
            await world.pause(entry)
        if fault is not None and fault.kind == "reset" and fault.when == "before":
            await protocol.reset(dict(scope))
            return
        reply = effects.instead(world, fault, entry.path) if fault is not None else None
        reply = reply or self._limited(entry) or await self._answer(scope, raw)
        entry.status = reply.status
        await world.pause(entry)
        if armed is not None and _holds(fault, "after") and not await armed.hold(entry.n, receive()):
            return  # It is done, and nobody hears of it.
        if fault is not None:
            reply = effects.changed(fault, reply)
            if fault.kind == "delay" and fault.when == "after":
                await world.sleep(fault.ms / 1000)
        await effects.deliver(world, fault, reply, dict(scope), send)

    def _limited(self, entry: Entry) -> Reply | None:
        wait = self._world.weather.wait(entry.company, entry.path, self._world.clock.now())
        return effects.too_many(self._world, entry.path, math.ceil(wait), 0) if wait > 0 else None

    async def _answer(self, scope: MutableMapping[str, Any], raw: bytes) -> Reply:
        """Let the simulated service act, and keep its answer back."""
        status, headers, parts = 500, list[tuple[str, str]](), list[bytes]()

        async def keep(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend((name.decode(), value.decode("latin-1")) for name, value in message["headers"])
            else:
                parts.append(message.get("body", b""))

        async def again() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        await self._app(scope, again, keep)
        return Reply(status, headers, b"".join(parts))


def _holds(fault: Fault | None, when: str) -> bool:
    return fault is not None and fault.kind == "hold" and fault.when == when


def _claims_first(scope: MutableMapping[str, Any]) -> bool:
    """A keyed write of a gateway waits after it has claimed its key, so that a repeat can meet it in flight."""
    return service_of(scope["path"]) == "gateway" and scope["method"] in ("POST", "PUT", "PATCH")


async def _whole(receive: Receive) -> bytes | None:
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
