"""Answers wider than the specification: nulls where it has none, other texts for a level, fields that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from simulator.services.connectwise.catalogue import VERBS
from simulator.services.connectwise.site_modes import SiteModes

_LEVELS = {f"{verb}Level" for verb in VERBS}


def widen_answer(body: Any, route: str, modes: SiteModes) -> Any:
    """Return what a site with these modes answers on a route instead of `body`."""
    nulls = [path for part, paths in modes.nulls.items() if re.search(part, route, re.IGNORECASE) for path in paths]
    return _widen(body, "", nulls, modes) if nulls or modes.level_texts or modes.unknown_fields else body


def _widen(value: Any, path: str, nulls: Iterable[str], modes: SiteModes) -> Any:
    if isinstance(value, list):
        return [_widen(item, path, nulls, modes) for item in value]
    if not isinstance(value, dict):
        return value
    widened: dict[str, Any] = {"newField": {"of": ["a", None]}} if modes.unknown_fields else {}
    for name, part in value.items():
        below = f"{path}/{name}" if path else name
        if any(fnmatchcase(below, pattern) for pattern in nulls):
            widened[name] = None
        elif name in _LEVELS:
            widened[name] = modes.level_texts.get(part, part)
        else:
            widened[name] = _widen(part, below, nulls, modes)
    return widened
