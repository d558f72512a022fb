"""The table that the benchmarks print."""

from __future__ import annotations

from collections.abc import Iterable

Row = tuple[str, str, str, bool]
"""What was measured, how much it was, its limit, and whether that is kept."""


def print_rows(rows: Iterable[Row]) -> bool:
    """Print each as soon as it is known, and tell whether all limits are kept."""
    print(f"{'what':<76}{'measured':>22}{'limit':>10}")
    missed = 0
    for what, measured, limit, kept in rows:
        print(f"{what:<76}{measured:>22}{limit:>10}{'' if kept else '  MISSED'}", flush=True)
        missed += not kept
    return not missed
