"""A process that shares a budget: `python -m tests.unit.providers.http.taking FILE PROCESSES RATE TURNS`.

Takes turns by four threads and prints the moments of them, on the clock that all processes of a machine share.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from providers.http.budget import Allowance, Sharing, join_budgets
from providers.http.clock import Clock

THREADS = 4


def main() -> None:
    """Take the turns."""
    file, processes, rate, turns = sys.argv[1:]
    with join_budgets(Sharing(Path(file), int(processes))), ThreadPoolExecutor(THREADS) as pool:
        budget = Allowance("site https://psa.example", int(rate)).open("psa.example", Clock())
        for moment in pool.map(lambda _: budget.acquire(time.monotonic() + 60), range(int(turns))):
            sys.stdout.write(f"{moment}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
