"""Whether two workers use the whole of a site's budget of requests, and never more.

A request is one that has arrived: the first of them a moment after its turn, which is what a share of 1.001 is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from providers.http.budget import DEFAULT_RATE
from simulator.remote import ControlPlane
from tests.bench.table import Row
from tests.bench.worker_pair import WorkerPair

_BURST = 4 * DEFAULT_RATE  # what a budget keeps of unused turns


def measure_budget(pair: WorkerPair, simulator: ControlPlane, tenants: Sequence[str]) -> Iterator[Row]:
    """Sweep tenants of one site, which is what they wait for: how many requests, of those that the time allowed."""
    since = max(row["n"] for row in simulator.ask("GET", "/requests"))
    pair.run("sweep", tenants, "--runner", "temporal")
    asked = [row for row in simulator.ask("GET", f"/requests?since={since}") if "/gateway/" not in row["path"]]
    moments = [datetime.fromisoformat(row["at"]).timestamp() for row in asked]
    lasted = moments[-1] - moments[0]
    allowed = _BURST + DEFAULT_RATE * lasted
    share = len(asked) / allowed
    yield (
        f"sweep of {len(tenants)} at one site, by two workers: share of the budget",
        f"{share:.3f}",
        "0.95 to 1",
        share >= 0.95 and len(asked) <= allowed + 1,
    )
    yield f"  requests in {lasted:.0f} s, where {allowed:.0f} were allowed", str(len(asked)), "", True
    # From any moment on: as many as were saved up, and the rate.
    most = max(_count_beyond(moments))
    yield "  the most above the rate, from any moment on", f"{most:.1f}", str(_BURST), most <= _BURST + 1


def _count_beyond(moments: Sequence[float]) -> Iterator[float]:
    """For each request, how many more than the rate came up to it, from the moment on that is worst."""
    lowest = float("inf")
    for number, moment in enumerate(moments):
        lowest = min(lowest, number - DEFAULT_RATE * moment)
        yield number + 1 - DEFAULT_RATE * moment - lowest
