"""The product's verbs with budgets of requests that nobody waits for, where processor time is measured.

`python -m tests.bench.unbounded VERB …`. The processes of its engines keep to the usual budgets.
"""

from __future__ import annotations

import sys

from providers.http.budget import Allowance, Budget
from providers.http.clock import Clock


def open_endless(allowance: Allowance, host: str, clock: Clock) -> Budget:
    """Open a budget that is never used up, in this process alone."""
    return Budget(1e6, 10**6, name=allowance.name, host=host, clock=clock)


if __name__ == "__main__":
    from stacks.cli import main

    Allowance.open = open_endless  # type: ignore[assignment]
    sys.argv = ["umbrella-psa", *sys.argv[1:]]
    sys.exit(main())
