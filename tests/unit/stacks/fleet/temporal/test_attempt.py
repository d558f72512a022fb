"""How an attempt at a tenant is ended: by somebody's wish, or because the server has given it to another worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import pytest

from providers.core.errors import ProviderError
from stacks.fleet.deadline import Deadline
from stacks.fleet.engines import EnginePool
from stacks.fleet.stored import StoredStack
from stacks.fleet.temporal import attempt
from stacks.fleet.temporal.attempt import Attempt
from stacks.fleet.temporal.shared import Asked, Target, TenantOrder
from stacks.fleet.warm_process import WarmProcess

SOON = 0.2
ORDER = TenantOrder(
    asked=Asked(verb="preview", version="1", by="jane@host, process 1"), target=Target(tenant="acme", digest="")
)


class Hanging:
    """An engine whose step does not end before it is killed."""

    def __init__(self) -> None:
        self.mark: str | None = None
        self.begun, self.killed = Event(), Event()
        self.interruptions = 0
        self.unlocks: list[bool] = []

    def run(self, *arguments: Any, **options: Any) -> None:
        self.begun.set()
        assert self.killed.wait(30)
        raise ProviderError("it was killed")

    def interrupt(self) -> None:
        self.interruptions += 1

    def kill(self, *, unlocks: bool = True) -> None:
        self.unlocks.append(unlocks)
        self.killed.set()


def read_nothing(tenant: str) -> StoredStack:
    raise ProviderError("there is nothing to be read")


def end(*ways: Callable[[Attempt], None]) -> Hanging:
    """Begin an attempt, end it in these ways, and wait until the engine is killed."""
    engine = Hanging()
    begun = Attempt(ORDER, None, read_nothing, {})
    running = Thread(target=begun.run, args=(EnginePool([cast(WarmProcess, engine)]),))
    running.start()
    assert engine.begun.wait(10)
    for way in ways:
        way(begun)
    running.join(10)
    assert not running.is_alive()
    assert engine.interruptions
    return engine


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_somebody_has_ended_is_killed_after_the_longest_step_and_unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "LONGEST_STEP", SOON)
    assert end(Attempt.interrupt, Attempt.interrupt).unlocks == [True]


@pytest.mark.parametrize(
    "ways", [(Attempt.lose,), (Attempt.interrupt, Attempt.lose), (Attempt.lose, Attempt.interrupt)]
)
def test_what_others_take_up_is_killed_sooner_and_its_lock_is_left_to_them(
    ways: tuple[Callable[[Attempt], None], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deadline, "grace", SOON)
    assert end(*ways).unlocks == [False]
