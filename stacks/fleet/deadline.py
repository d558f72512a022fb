"""How long one command of the engine may take: then it is interrupted, and when that doesn't help, killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer


@dataclass(frozen=True)
class Deadline:
    """`seconds` until it is interrupted, as by Ctrl-C: its step is finished. `grace`: the seconds that it then has."""

    seconds: float = 1800.0
    grace: float = 60.0

    @contextmanager
    def watch(self, interrupt: Callable[[], None], kill: Callable[[], None]) -> Iterator[Watch]:
        """Watch whatever the block waits for."""
        watch = Watch(interrupt, kill)
        timers = [Timer(self.seconds, watch.interrupt), Timer(self.seconds + self.grace, watch.kill)]
        for timer in timers:
            timer.daemon = True
            timer.start()
        try:
            yield watch
        finally:
            for timer in timers:
                timer.cancel()


class Watch:
    """What a deadline did so far."""

    def __init__(self, interrupt: Callable[[], None], kill: Callable[[], None]) -> None:
        self._interrupt, self._kill = interrupt, kill
        self.has_interrupted = False

    def interrupt(self) -> None:
        """Interrupt what is watched."""
        self.has_interrupted = True
        self._interrupt()

    def kill(self) -> None:
        """Kill what is watched."""
        self._kill()
