"""What one run under a fault came to, and the table of many: every column but the first two must be zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from subprocess import SubprocessError

_NO_REASON = ("Traceback", "defect of umbrella-psa", "unexpected ")
_HEADS = (
    ("", "", "", "", "lost", "early", "", ""),
    ("scenario", "runs", "converged", "orphans", "keys", "revocations", "leaks", "survivors"),
)


@dataclass
class Outcome:
    """One moment of one scenario. `moment` and `notes` are for people; the rest is counted."""

    moment: str
    converged: bool = False
    orphans: int = 0
    """Keys, roles or members of ours beyond the one of each."""
    lost_keys: int = 0
    """The key in the state is not the one that Umbrella holds, or does not sign in."""
    early_revocations: int = 0
    """Moments at which Umbrella held a key that did not work."""
    leaks: int = 0
    survivors: int = 0
    """Processes that outlived their engine, and writes that came after its end."""
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, ...]:
        return self.orphans, self.lost_keys, self.early_revocations, self.leaks, self.survivors

    @property
    def good(self) -> bool:
        return self.converged and not any(self.counts)


@dataclass
class Line:
    """A scenario's sum."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """A scenario that did nothing proves nothing."""
        return bool(self.outcomes) and all(outcome.good for outcome in self.outcomes)

    def to_cells(self) -> tuple[str, ...]:
        sums = (sum(column) for column in zip(*(outcome.counts for outcome in self.outcomes), strict=True))
        shown = [str(each) for each in sums] if self.outcomes else ["-"] * (len(_HEADS[0]) - 3)
        return self.name, str(len(self.outcomes)), str(sum(outcome.converged for outcome in self.outcomes)), *shown


def format_table(lines: Iterable[Line]) -> str:
    """At most 80 columns wide while no scenario's name is longer than 22 letters."""
    rows = [*_HEADS, *(line.to_cells() for line in lines)]
    first = max(len(row[0]) for row in rows)
    widths = [len(head) for head in _HEADS[1][1:]]
    return "\n".join(
        row[0].ljust(first) + "".join(cell.rjust(width + 1) for cell, width in zip(row[1:], widths, strict=True))
        for row in rows
    )


def guard(moment: str, judged: Callable[[str], Outcome]) -> Callable[[], Iterator[Outcome]]:
    """An attempt of one moment. What can't be prepared or judged counts as not converged; the others go on."""

    def attempt() -> Iterator[Outcome]:
        try:
            yield judged(moment)
        except (AssertionError, SubprocessError, RuntimeError) as error:
            yield Outcome(moment, notes=[" ".join(str(error).split())[-600:]])

    return attempt


def expect(outcome: Outcome, holds: bool, otherwise: str) -> None:
    if not holds:
        outcome.converged = False
        outcome.notes.append(" ".join(otherwise.split())[-600:])


def has_message(text: str) -> bool:
    """A refusal is a sentence of ours or of the engine's, not a crash."""
    return "error: " in text.lower() and not any(word in text for word in _NO_REASON)
