"""Latency and request limits of the simulated services: for all of them, one company or one route."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from simulator.faults.fault import Expression


class TrafficRule(BaseModel):
    """A rule for the requests of one company and to one route, or of all and to all."""

    model_config = ConfigDict(extra="forbid")

    company: str | None = None
    path: Expression | None = None

    def applies_to(self, company: str | None, path: str) -> bool:
        return self.company in (None, company) and (self.path is None or re.search(self.path, path) is not None)

    def has_same_scope(self, other: TrafficRule) -> bool:
        return (self.company, self.path) == (other.company, other.path)


class Latency(TrafficRule):
    ms: float = Field(ge=0)

    def rank_narrowness(self) -> tuple[bool, bool]:
        return self.path is not None, self.company is not None


class Limit(TrafficRule):
    """Allow `requests` in any `seconds`, for each company or all together; beyond it 429. 0 removes the limit."""

    requests: int = Field(ge=0)
    seconds: float = Field(60, gt=0)
    per: Literal["company", "site"] = "company"
    _taken: dict[str | None, deque[datetime]] = PrivateAttr(default_factory=dict)

    def count_request(self, company: str | None, now: datetime) -> float:
        """Count a request and return 0, or return the seconds until one would be let in."""
        window = self._taken.setdefault(company if self.per == "company" else None, deque())
        while window and now - window[0] >= timedelta(seconds=self.seconds):
            window.popleft()
        if len(window) < self.requests:
            window.append(now)
            return 0.0
        return self.seconds - (now - window[0]).total_seconds()


@dataclass
class TrafficSettings:
    latencies: list[Latency] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def set_latency(self, latency: Latency) -> None:
        self.latencies = [old for old in self.latencies if not old.has_same_scope(latency)]
        if latency.ms > 0:
            self.latencies.append(latency)

    def get_latency(self, company: str | None, path: str) -> float:
        """Return seconds: the narrowest setting that applies wins (route, then company, then all)."""
        applicable = [latency for latency in self.latencies if latency.applies_to(company, path)]
        return max(applicable, key=Latency.rank_narrowness).ms / 1000 if applicable else 0.0

    def set_limit(self, limit: Limit) -> None:
        self.limits = [old for old in self.limits if not old.has_same_scope(limit)]
        if limit.requests > 0:
            self.limits.append(limit)

    def clear(self, company: str) -> None:
        self.latencies = [latency for latency in self.latencies if latency.company != company]
        self.limits = [limit for limit in self.limits if limit.company != company]

    def count_request(self, company: str | None, path: str, now: datetime) -> float:
        """Count a request at every limit that applies; return the seconds until it would be let in, 0 when it is."""
        applicable = (limit for limit in self.limits if limit.applies_to(company, path))
        return max((limit.count_request(company, now) for limit in applicable), default=0.0)
