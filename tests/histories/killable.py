"""A run's life: HTTP to the real simulator that can end before or after any write, on a clock that nobody waits for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from providers.http.budget import Budget
from providers.http.clock import Clock
from providers.http.message import Request, Response
from providers.http.transport import Transport


class Killed(BaseException):
    """The process is gone: nothing of ours catches this, as nothing of ours survives a SIGKILL."""


class Moment(NamedTuple):
    """When a run is killed: around its n-th write, or before its n-th step. Reads change nothing, so they add none."""

    n: int
    when: Literal["before write", "after write", "before step"]


class RunLifetime:
    """What one run has written so far, and when it ends."""

    def __init__(self, end: Moment | None = None) -> None:
        self.end = end
        self.ended = False
        self.writes: list[str] = []
        self._steps = 0
        self._is_read_only = False

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """While this is open nothing may be written: `read` never writes."""
        self._is_read_only = True
        try:
            yield
        finally:
            self._is_read_only = False

    def step(self) -> None:
        self._steps += 1
        self._pass("before step", self._steps)

    def send(self, request: Request) -> None:
        if self.ended:
            raise Killed
        if request.is_write:
            assert not self._is_read_only, f"{request.method} {request.path} while it should only look"
            self.writes.append(f"{request.method} {request.path}")
            self._pass("before write", len(self.writes))

    def note_sent(self, request: Request) -> None:
        if request.is_write:
            self._pass("after write", len(self.writes))

    def _pass(self, when: str, n: int) -> None:
        if self.ended or self.end == (n, when):
            self.ended = True
            raise Killed


class FakeTime:
    """Waiting moves this clock and takes no time."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self.clock = Clock(now=self._get_now, wall=lambda: time.time() + self._ahead, sleep=self._sleep)

    def _get_now(self) -> float:
        return time.monotonic() + self._ahead

    def _sleep(self, seconds: float) -> None:
        self._ahead += seconds


class KillableTransport(Transport):
    """The product's own transport, with all its repetitions, in a process that may be killed."""

    def __init__(self, *args: Any, life: RunLifetime, **kwargs: Any) -> None:
        # The rate that we allow ourselves at a site is no business of these tests.
        super().__init__(*args, **{**kwargs, "budget": Budget(1e6, 10**6, clock=kwargs["clock"])})
        self._life = life

    def send(self, request: Request) -> Response:
        self._life.send(request)
        try:
            return super().send(request)
        finally:
            # A write whose reply was lost counts as well: it may have been carried out.
            self._life.note_sent(request)
