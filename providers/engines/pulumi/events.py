"""What the engine did and said in one run, from its stream of events.

The stream comes over a loopback connection and never as a file: it holds the resources' outputs, secrets among them
(docs/security.md). Of these nothing is kept here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto.events_pb2_grpc import EventsServicer

_COLOURS = re.compile(r"<\{%.*?%\}>")
_CHANGING = ("create", "update", "replace", "delete")
_TOLD = {"info": "information", "info#err": "information", "warning": "information", "error": "errors"}


@dataclass
class EngineEvents(EventsServicer):
    """Takes the stream. `changes`: such as "update umbrella"; `information` and `errors`: sentences; each once."""

    changes: list[str] = field(default_factory=list)
    information: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def StreamEvents(self, requests: Iterable[Any], context: Any) -> Any:
        """Take the engine's events until its end."""
        for request in requests:
            self.add(json.loads(request.event))
        return empty_pb2.Empty()

    def add(self, event: Mapping[str, Any]) -> None:
        """Take one event, in the form of the engine's `apitype.EngineEvent`."""
        if step := event.get("resourcePreEvent"):
            operation, name = step["metadata"]["op"], step["metadata"]["urn"].rpartition("::")[2]
            if operation in _CHANGING:
                _add_once(self.changes, f"{operation} {name}")
        elif (told := event.get("diagnosticEvent")) and not told.get("ephemeral") and told["severity"] in _TOLD:
            _add_once(getattr(self, _TOLD[told["severity"]]), _COLOURS.sub("", told["message"]).strip())


def _add_once(told: list[str], text: str) -> None:
    if text and text not in told:
        told.append(text)
