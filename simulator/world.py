"""The simulator's whole state, in memory: companies, consoles, faults, latency and limits, the request log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from simulator.clock import Clock, SystemClock, format_timestamp
from simulator.faults.fault import FaultRegistry
from simulator.faults.latency_limits import TrafficSettings
from simulator.journal import RequestEntry, RequestLog
from simulator.services.connectwise.models import Actor, PsaCompany
from simulator.services.console.sessions import ScreenRegistry
from simulator.services.gateway.idempotency import IdempotencyStore
from simulator.services.umbrella.models import UmbrellaConsole
from simulator.services.umbrella.tokens import TokenStore
from simulator.sink_watch import SinkWatch


@dataclass
class World:
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    companies: dict[str, PsaCompany] = field(default_factory=dict)
    watches: dict[str, SinkWatch] = field(default_factory=dict)
    consoles: dict[tuple[str, str], UmbrellaConsole] = field(default_factory=dict)
    faults: FaultRegistry = field(default_factory=FaultRegistry)
    traffic: TrafficSettings = field(default_factory=TrafficSettings)
    log: RequestLog = field(init=False)
    idempotency: IdempotencyStore = field(init=False)
    tokens: TokenStore = field(init=False)
    screens: ScreenRegistry = field(init=False)

    def __post_init__(self) -> None:
        self.log = RequestLog(self.clock)
        self.idempotency = IdempotencyStore(self.clock)
        self.tokens = TokenStore(self.clock, self.random)
        self.screens = ScreenRegistry(self.clock, self.random)

    def make_actor(self, name: str, entry: RequestEntry) -> Actor:
        """Name who acts now, in which request."""
        now = self.clock.now()
        return Actor(name, now, format_timestamp(now), entry.n)

    def list_consoles(self, company_id: str) -> list[UmbrellaConsole]:
        return [console for console in self.consoles.values() if console.company_id == company_id]

    async def pause(self, entry: RequestEntry) -> None:
        """Wait as long as this request still has to wait before it acts."""
        seconds, entry.pause = entry.pause, 0.0
        if seconds > 0:
            await self.sleep(seconds)


async def _get_world(request: Request) -> World:
    world: World = request.app.state.world
    return world


TheWorld = Annotated[World, Depends(_get_world)]
