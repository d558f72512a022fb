"""One run over tenants, as every report shows it. Nothing in it is secret."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from stacks.exit_codes import CLEAN, DRIFT, ERROR, INTERRUPTED, USAGE

Verdict = Literal["clean", "drift", "waiting", "failed", "stopped"]
"""As wanted; not as wanted; a step waits for a person; it could not be told or done; it was not begun any more."""

_CODES: dict[Verdict, int] = {"clean": CLEAN, "drift": DRIFT, "waiting": DRIFT, "failed": ERROR, "stopped": INTERRUPTED}
_GRAVITY = (CLEAN, DRIFT, USAGE, ERROR, INTERRUPTED)


class Part(BaseModel):
    """What reports are made of: never changed, and kept as JSON by the ledger."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def but(self, **changed: Any) -> Self:
        """Give the same with some fields changed."""
        return self.model_copy(update=changed)


class WorkOrder(Part):
    """A step that waits for a person. `acknowledge`: the command that says it was done."""

    text: str
    acknowledge: str = ""


class Rotation(Part):
    """A key that took another's place: public halves. `old_gone_at`: when the old one was seen to be gone."""

    generation: str = ""
    old: str = ""
    new: str = ""
    old_gone_at: str = ""


class Row(Part):
    """One tenant. `seconds`: how long it took; `begun`: seconds after the run's start; `wave`: from 1, 0 without."""

    tenant: str
    verdict: Verdict
    sentences: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """What would be, or was, done: such as "update umbrella"."""
    site: str = ""
    key_age_days: int | None = None
    max_age_days: int | None = None
    vault: str = ""
    sink: str = ""
    orders: tuple[WorkOrder, ...] = ()
    rotation: Rotation | None = None
    seconds: float = 0.0
    begun: float = 0.0
    wave: int = 0
    code: int | None = None
    """The exit code that it asks for, where the verdict does not say."""
    transient: bool = False
    """Of what failed: it may do well when the same is asked again."""

    @property
    def exit_code(self) -> int:
        """The exit code that this tenant asks for."""
        return _CODES[self.verdict] if self.code is None else self.code


class FleetRun(BaseModel):
    """All tenants of one command, in the order in which they ended."""

    verb: str
    begun_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    rows: list[Row] = Field(default_factory=list)
    interrupted: bool = False
    """Somebody wished it to end, also when there was nothing left to be done."""
    remarks: list[str] = Field(default_factory=list)
    """What is true of the run as a whole."""

    @property
    def exit_code(self) -> int:
        """The gravest that a tenant asks for."""
        return choose_exit_code(row.exit_code for row in self.rows)

    def count(self, verdict: Verdict) -> int:
        """Count the tenants with this verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    def summarize(self) -> str:
        """Say how the tenants are in one line, such as "48 clean, 2 drift"."""
        counted = ((self.count(verdict), verdict) for verdict in _CODES)
        return ", ".join(f"{count} {verdict}" for count, verdict in counted if count) or "no tenant"


def choose_exit_code(codes: Iterable[int]) -> int:
    """Choose the exit code of a run from those of its parts."""
    return max(codes, key=_GRAVITY.index, default=CLEAN)
