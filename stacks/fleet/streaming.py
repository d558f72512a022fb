"""Several tenants at once, each one's answer as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def stream(tenants: Sequence[str], look: Callable[[str], T], at_once: int) -> Iterator[T]:
    """Look at tenants, `at_once` of them at a time.

    No more are begun than answers were taken, and a few: a fleet of any size is streamed.
    """
    waiting = iter(tenants)
    with ThreadPoolExecutor(at_once) as pool:
        running = {pool.submit(look, name) for name in islice(waiting, 2 * at_once)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            running |= {pool.submit(look, name) for name in islice(waiting, 1)}
            yield done.result()
