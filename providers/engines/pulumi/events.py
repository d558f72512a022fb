"""What the engine did and said in one run, from its stream of events.

The stream comes over a loopback connection and never as a file: it holds the resources' outputs, secrets among them
(docs/security.md). Of these nothing is kept here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto.events_pb2_grpc import EventsServicer

_COLOURS = re.compile(r"<\{%.*?%\}>")
_CHANGING = ("create", "update", "replace", "delete")
_BY_GRPC = "Exception calling application: "
"""gRPC puts it before an exception's text; before it the engine puts "Preview failed: ", for one."""
_CLOSING = re.compile(r"(preview|update|refresh|destroy) failed")
"""What the engine says of the whole run after its errors."""
_TOLD = {"info": "information", "info#err": "information", "warning": "information", "error": "errors"}


class EngineEvents(EventsServicer):
    """Takes the stream. `changes`: such as "update umbrella"; `information` and `errors`: sentences; each once.

    `transient`: all that went wrong may be gone when the same is asked again.
    """

    def __init__(self, tell: Callable[[str], None] = lambda change: None) -> None:
        """`tell` is called with each change as the engine begins it."""
        self._tell_change = tell
        self.changes: list[str] = []
        self.information: list[str] = []
        self.errors: list[str] = []
        self.transient = False

    def summarize(self) -> dict[str, Any]:
        """Give what was told, by its kind."""
        told = {"changes": self.changes, "information": self.information, "errors": self.errors}
        return {**told, "transient": self.transient}

    def StreamEvents(self, requests: Iterable[Any], context: Any) -> Any:
        """Take the engine's events until its end."""
        for request in requests:
            self.add(json.loads(request.event))
        return empty_pb2.Empty()

    def add(self, event: Mapping[str, Any]) -> None:
        """Take one event, in the form of the engine's `apitype.EngineEvent`."""
        if step := event.get("resourcePreEvent"):
            operation, name = step["metadata"]["op"], step["metadata"]["urn"].rpartition("::")[2]
            if operation in _CHANGING and _add_once(self.changes, f"{operation} {name}"):
                self._tell_change(self.changes[-1])
        elif (told := event.get("diagnosticEvent")) and not told.get("ephemeral") and told["severity"] in _TOLD:
            self._add(_TOLD[told["severity"]], _COLOURS.sub("", told["message"]).strip())

    def _add(self, kind: str, text: str) -> None:
        """Take a sentence as its author wrote it, so that what the engine says in two ways is one."""
        if not _CLOSING.fullmatch(text):
            _add_once(getattr(self, kind), text.rpartition(_BY_GRPC)[2].strip())


def _add_once(told: list[str], text: str) -> bool:
    """Add what was not told yet; tell whether it was."""
    if not text or text in told:
        return False
    told.append(text)
    return True
