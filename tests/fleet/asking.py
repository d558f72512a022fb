"""A process of a run: `python -m tests.fleet.asking FILE PROCESSES SITE SECONDS COMPANY…`, a thread for each company.

Each asks one request after the other, as fast as the shared budget lets it. Prints the worst that happened.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from providers.http.budget import Allowance, Sharing, join_budgets
from providers.http.message import Request
from providers.http.redact import Redactor
from providers.http.transport import Transport


def ask(site: str, seconds: float, company: str) -> int:
    """Ask for that long; the highest status among the answers."""
    worst, ends = 0, time.monotonic() + seconds
    with Transport(site, redactor=Redactor(), budget=Allowance(f"site {site}")) as transport:
        while time.monotonic() < ends:
            worst = max(worst, transport.send(Request("GET", f"/login/companyinfo/{company}")).status)
    return worst


def main() -> None:
    """Ask for all companies at once."""
    file, processes, site, seconds, *companies = sys.argv[1:]
    with join_budgets(Sharing(Path(file), int(processes))), ThreadPoolExecutor(len(companies)) as pool:
        sys.stdout.write(f"{max(pool.map(partial(ask, site, float(seconds)), companies))}\n")


if __name__ == "__main__":
    main()
