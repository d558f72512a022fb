"""A machine's process: `python -m tests.fleet.sharing SKEW RATE SECONDS THREADS`; the environment names the database.

Takes turns as fast as it gets them, by a clock that is SKEW seconds ahead, and prints the database's time of each.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from providers.http.budget import ADDRESS, Budget
from providers.http.budget_database import BudgetDatabase
from providers.http.clock import Clock

SITE = "site https://psa.example"


def open_budget(database: BudgetDatabase, rate: float, skew: float = 0.0) -> Budget:
    """A burst of a second's worth, so that a test need not wait for its end."""
    clock = Clock(now=lambda: time.monotonic() + skew, wall=lambda: time.time() + skew)
    return Budget(rate, round(rate), name=SITE, host="psa.example", clock=clock, store=database)


def main() -> None:
    """Take turns for that long."""
    skew, rate, seconds, threads = map(float, sys.argv[1:])
    database = BudgetDatabase(os.environ[ADDRESS], ADDRESS)
    budget = open_budget(database, rate, skew)
    ends = time.monotonic() + seconds

    def take(_: int) -> list[float]:
        moments = []
        while time.monotonic() < ends:
            moments.append(budget.acquire(time.monotonic() + skew + 60))
        return moments

    with ThreadPoolExecutor(int(threads)) as pool:
        for moments in pool.map(take, range(int(threads))):
            sys.stdout.writelines(f"{moment}\n" for moment in moments)
    database.close()


if __name__ == "__main__":
    main()
