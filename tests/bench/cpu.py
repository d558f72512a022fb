"""Processor time of this process and of all that it started and waited for."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

RUNS = 5


def measure_cpu(run: Callable[[], object], *, runs: int = RUNS, warm_up: bool = True) -> float:
    """Measure the median of seconds of processor time."""
    if warm_up:
        run()
    times = []
    for _ in range(runs):
        before = _sum_cpu()
        run()
        times.append(_sum_cpu() - before)
    return statistics.median(times)


def _sum_cpu() -> float:
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
