"""What the engine did and said in one run, from its stream of events (`--event-log`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_COLOURS = re.compile(r"<\{%.*?%\}>")
_CHANGING = ("create", "update", "replace", "delete")


@dataclass(frozen=True)
class EngineEvents:
    """`changes`: such as "update umbrella", in order. `information` and `errors`: sentences, each once."""

    changes: tuple[str, ...]
    information: tuple[str, ...]
    errors: tuple[str, ...]


def read_events(lines: Iterable[str]) -> EngineEvents:
    """Read a stream that may have been cut off in the middle of a line."""
    changes: dict[str, None] = {}
    said: dict[str, dict[str, None]] = {"info": {}, "error": {}}
    for event in _parse(lines):
        if step := event.get("resourcePreEvent"):
            operation, name = step["metadata"]["op"], step["metadata"]["urn"].rpartition("::")[2]
            if operation in _CHANGING:
                changes[f"{operation} {name}"] = None
        elif (told := event.get("diagnosticEvent")) and not told.get("ephemeral"):
            severity = "error" if told["severity"] == "error" else "info"
            if told["severity"] in ("info", "info#err", "warning", "error") and (text := _clean(told["message"])):
                said[severity][text] = None
    return EngineEvents(tuple(changes), tuple(said["info"]), tuple(said["error"]))


def _parse(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _clean(message: str) -> str:
    return _COLOURS.sub("", message).strip()
