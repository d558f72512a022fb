"""What really happened in all histories together: a random test that never meets a fault proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.histories.faults import KINDS
from tests.histories.site import EXTERNAL_CHANGES
from tests.histories.tenant_model import PLAIN, REFUSED

PROPERTY = "histories"  # of a test's report

SETTINGS = (
    "roleName",
    "memberId",
    "memberName",
    "memberDefaults",
    "permissions",
    "tableAccess",
    "customize",
    "rotate",
    "keyDescription",
    "maxAgeDays",
    "adopt",
)
EVENTS = {
    "histories",
    "runs",
    "runs without an error",
    "steps",
    "writes",
    "killed before write",
    "killed after write",
    "killed before step",
    "ended by an error",
    "second machine",
    "older state",
    "target",
    "tainted",
    "told to replace",
    "destroyed",
    "days passed",
    *(f"refused {verb}" for verb in REFUSED),
    *(f"set back, {verb}" for verb in PLAIN),
    *(f"set {name}" for name in SETTINGS),
    *(f"somebody: {deed}" for deed in EXTERNAL_CHANGES),
    *(f"weather: {kind}" for kind in KINDS),
}


class Counts(Counter[str]):
    """How often each event happened."""

    def count(self, *events: str) -> None:
        self.update(events)

    def find_missing(self) -> set[str]:
        """The events that these histories never met."""
        return EVENTS - {event for event, times in self.items() if times}

    def format_lines(self) -> Iterable[str]:
        kills = sum(times for event, times in self.items() if event.startswith("killed"))
        weather = sum(times for event, times in self.items() if event.startswith("weather"))
        deeds = sum(times for event, times in self.items() if event.startswith("somebody"))
        yield (
            f"{self['histories']} histories, {self['runs']} runs, {self['steps']} steps, {self['writes']} writes, "
            f"{weather} faults, {kills} kills, {deeds} deeds of somebody"
        )
        yield ", ".join(f"{event} {self[event]}" for event in sorted(EVENTS))
