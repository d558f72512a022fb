"""Which stories run: one of each kind, or with STORIES=all (`make faults`) every one."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

ALL = os.environ.get("STORIES") == "all"


def choose(every: Iterable[str], telling: Collection[str]) -> list[str]:
    """The most telling ones, unless all are asked for; each must be one of them."""
    names = list(every)
    assert set(telling) <= set(names)
    return names if ALL else [name for name in names if name in telling]
