"""Faults that a test injects: which requests they hit, and when they are used up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

# What comes instead of the act; what changes its answer; what happens before or after it.
_Instead = Literal["status", "redirect", "rateLimit"]
_Answer = Literal["statusAfter", "body", "huge", "truncate", "drip", "link", "emptyList"]
FaultKind = _Instead | _Answer | Literal["reset", "delay", "hold"]

# Whole answers that come from something in front of the API: simulator/faults/effects.py has their words.
AnswerName = Literal["filter", "filterJson", "cannotRoute", "sslRequired"]


def _check_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as problem:
        raise ValueError(f"not a regular expression: {problem}") from None
    return text


# A regular expression that is searched in the path of a request.
Expression = Annotated[str, AfterValidator(_check_expression)]


class Fault(BaseModel):
    """One fault: the requests that it hits (company, method, path), what happens to them, how often."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    company: str | None = None
    method: str | None = Field(None, description="one, or several with | between them")
    path: Expression | None = None
    skip: int = Field(0, ge=0, description="this many matching requests pass first")
    times: int | None = Field(1, ge=1, description="how many are hit; null is without end")
    when: Literal["before", "after"] = Field("before", description="reset, delay, hold: before or after the act")
    status: int | None = Field(None, ge=100, le=599)
    body: Any = Field(None, description="status, statusAfter, body: text, or JSON")
    answer: AnswerName | None = Field(None, description="status, statusAfter: a whole answer by its name")
    raw: str | None = Field(None, description="body: the text, as an alternative to `body`")
    headers: dict[str, str] = Field(default_factory=dict)
    contentType: str | None = None
    ms: float = Field(0, ge=0)
    bytes: int = Field(0, ge=0)
    declared: bool = Field(False, description="huge: with Content-Length instead of chunks")
    location: str | None = None
    retryAfter: int | Literal["date"] | None = None
    seconds: int = Field(2, ge=0, description="rateLimit with a date: how far ahead it lies")

    @field_validator("method")
    @classmethod
    def _uppercase(cls, method: str | None) -> str | None:
        return method.upper() if method else method


@dataclass
class ArmedFault:
    id: str
    fault: Fault
    seen: int = 0
    hits: int = 0
    holding: int | None = None  # the held request, by its number in the log
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, company: str | None, method: str, path: str) -> bool:
        fault = self.fault
        return (
            fault.company in (None, company)
            and (fault.method is None or method in fault.method.split("|"))
            and (fault.path is None or re.search(fault.path, path) is not None)
        )

    def to_dict(self) -> dict[str, Any]:
        counts = {"id": self.id, "seen": self.seen, "hits": self.hits, "holding": self.holding}
        return {**counts, **self.fault.model_dump(exclude_defaults=True)}

    async def hold(self, number: int, hung_up: Awaitable[object]) -> bool:
        """Hold a request; return True once it is released, False when its client hangs up before."""
        self.holding = number
        self.reached.set()
        ends = [asyncio.ensure_future(self.released.wait()), asyncio.ensure_future(hung_up)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        self.holding = None
        return self.released.is_set()


@dataclass
class FaultRegistry:
    armed: list[ArmedFault] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def add(self, fault: Fault) -> ArmedFault:
        armed = ArmedFault(f"fault-{next(self._ids)}", fault)
        self.armed.append(armed)
        return armed

    def get(self, fault_id: str) -> ArmedFault | None:
        return next((armed for armed in self.armed if armed.id == fault_id), None)

    def clear(self, company: str | None = None) -> None:
        """Remove the faults of a company, or all; release what they hold, for nobody could any more."""
        removed = [armed for armed in self.armed if company is None or armed.fault.company == company]
        for armed in removed:
            armed.released.set()
        self.armed = [armed for armed in self.armed if armed not in removed]

    def draw(self, company: str | None, method: str, path: str) -> ArmedFault | None:
        """Take the first fault that is due for this request; those before it that still skip have seen it."""
        for armed in self.armed:
            used_up = armed.fault.times is not None and armed.hits >= armed.fault.times
            if used_up or not armed.matches(company, method, path):
                continue
            armed.seen += 1
            if armed.seen > armed.fault.skip:
                armed.hits += 1
                return armed
        return None
