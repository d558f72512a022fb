"""In what order many tenants are taken, and when no further one is begun: the same for every runner.

First one tenant, then a share, then the rest: what is wrong for all of them is wrong for the first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from stacks.reports.model import Row

T = TypeVar("T")
INTERRUPT = "interrupted"
NO_FURTHER = "no further tenant was begun"
SHARE = 0.1
"""Of the tenants, in the second wave."""


def plan_waves(tenants: Sequence[T]) -> list[Sequence[T]]:
    """Split tenants into a canary, a share and the rest; the waves that would be empty are left out."""
    share = 1 + math.ceil(SHARE * len(tenants))
    return [wave for wave in (tenants[:1], tenants[1:share], tenants[share:]) if wave]


def spread_by_site(tenants: Iterable[str], site_of: Callable[[str], str]) -> list[str]:
    """Order tenants so that neighbours are of different sites: no site gets a wave's requests at once."""
    by_site: dict[str, list[str]] = defaultdict(list)
    for tenant in tenants:
        by_site[site_of(tenant)].append(tenant)
    return [tenant for tenant in chain.from_iterable(zip_longest(*by_site.values())) if tenant is not None]


def judge_failure(row: Row, failures: int, max_failures: int) -> str:
    """Say why a failed row is a reason to begin no further tenant; empty when it is none. `failures`: with this one."""
    # The last step that the engine began is the one that failed.
    if row.changes and row.changes[-1] in ("create proof", "update proof"):
        return f"{row.tenant}: its new key did not prove itself, which is no matter of one tenant alone"
    if failures > max_failures:
        return f"{failures} failed, and --max-failures is {max_failures}"
    return ""
