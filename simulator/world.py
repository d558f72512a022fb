"""Everything there is: the companies, the consoles, the weather, the log. All of it in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from simulator.clock import Clock, SystemClock, stamp
from simulator.connectwise.models import Actor, Company
from simulator.console.modes import Screens
from simulator.faults import FaultBox
from simulator.gateway.idempotency import IdempotencyStore
from simulator.journal import Entry, RequestLog
from simulator.umbrella.models import Console
from simulator.umbrella.tokens import TokenStore
from simulator.watch import SinkWatch
from simulator.weather import Weather


@dataclass
class World:
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    companies: dict[str, Company] = field(default_factory=dict)
    watches: dict[str, SinkWatch] = field(default_factory=dict)
    consoles: dict[tuple[str, str], Console] = field(default_factory=dict)
    faults: FaultBox = field(default_factory=FaultBox)
    weather: Weather = field(default_factory=Weather)
    log: RequestLog = field(init=False)
    idempotency: IdempotencyStore = field(init=False)
    tokens: TokenStore = field(init=False)
    screens: Screens = field(init=False)

    def __post_init__(self) -> None:
        self.log = RequestLog(self.clock)
        self.idempotency = IdempotencyStore(self.clock)
        self.tokens = TokenStore(self.clock, self.random)
        self.screens = Screens(self.clock, self.random)

    def actor(self, name: str, entry: Entry) -> Actor:
        now = self.clock.now()
        return Actor(name, now, stamp(now), entry.n)

    def consoles_of(self, company_id: str) -> list[Console]:
        return [console for console in self.consoles.values() if console.company_id == company_id]

    async def pause(self, entry: Entry) -> None:
        """Spend the time that this request was told to take before it acts."""
        seconds, entry.pause = entry.pause, 0.0
        if seconds > 0:
            await self.sleep(seconds)


async def _of(request: Request) -> World:
    world: World = request.app.state.world
    return world


TheWorld = Annotated[World, Depends(_of)]
