"""The product's verbs with a budget of requests that nobody waits for, where processor time is measured.

`python -m tests.bench.unbounded SITE VERB …`: `SITE` is the one whose budget is lifted, in this process.
"""

from __future__ import annotations

import sys

from providers.http.budget import Budget

if __name__ == "__main__":
    from stacks.cli import main

    site, *arguments = sys.argv[1:]
    Budget.for_site(site, 1e6, 10**6)
    sys.argv = ["umbrella-psa", *arguments]
    sys.exit(main())
