"""Nearest matches: what somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def suggest_nearest(misspelt: str, names: Iterable[str], most: int = 3) -> str:
    """` Did you mean "A" or "B"?`, or an empty string when nothing is near."""
    from difflib import get_close_matches  # only when something is wrong already

    by_fold = {name.casefold(): name for name in names}
    matches = [by_fold[fold] for fold in get_close_matches(misspelt.casefold(), by_fold, n=most, cutoff=0.5)]
    quoted = " or ".join(f'"{name}"' for name in matches)
    return f" Did you mean {quoted}?" if matches else ""
