"""The warm engines of a process: one for each tenant at once, each in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from providers.http.budget import share_budgets
from stacks.fleet.warm_process import WarmProcess


class EnginePool:
    """Lends engines. They start when they are first used."""

    def __init__(self, engines: list[WarmProcess]) -> None:
        """Lend these."""
        self._engines = engines
        self._free: SimpleQueue[WarmProcess] = SimpleQueue()
        for engine in engines:
            self._free.put(engine)

    @contextmanager
    def take(self) -> Iterator[WarmProcess]:
        """Take one for as long as the block lasts, waiting for it if need be."""
        engine = self._free.get()
        try:
            yield engine
        finally:
            self._free.put(engine)

    def interrupt(self) -> None:
        """End every run that is under way, as Ctrl-C does."""
        for engine in self._engines:
            engine.interrupt()


@contextmanager
def open_engines(count: int, lock: int | None = None) -> Iterator[EnginePool]:
    """Have as many engines, which share their budgets of requests with this process; gone at the end.

    `lock`: a file descriptor that each of their processes holds as well, so that none outlives it unseen.
    """
    # This process looks at every tenant first, and asks the same sites.
    with share_budgets(count + 1) as sharing:
        engines = [WarmProcess(sharing, lock) for _ in range(count)]
        try:
            yield EnginePool(engines)
        finally:
            for engine in engines:
                engine.close()
