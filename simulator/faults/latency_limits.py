"""Latency and request limits of the simulated services: for all of them, one company or one route."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Latency:
    ms: float
    company: str | None = None
    path: str | None = None


@dataclass
class Limit:
    """At most `requests` in any `seconds` per company; beyond it 429 with the time until the next free place."""

    requests: int
    seconds: float
    company: str | None = None
    path: str | None = None
    taken: dict[str | None, deque[datetime]] = field(default_factory=dict)

    def count_request(self, company: str | None, now: datetime) -> float:
        """Count a request and return 0, or return the seconds until one would be let in."""
        window = self.taken.setdefault(company, deque())
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
        self.latencies = [old for old in self.latencies if not _has_same_scope(old, latency)]
        if latency.ms > 0:
            self.latencies.append(latency)

    def get_latency(self, company: str | None, path: str) -> float:
        """Return seconds: the narrowest setting that applies wins (route, then company, then all)."""
        applicable = [latency for latency in self.latencies if _applies(latency, company, path)]
        return max(applicable, key=_rank_narrowness).ms / 1000 if applicable else 0.0

    def set_limit(self, limit: Limit) -> None:
        self.limits = [old for old in self.limits if not _has_same_scope(old, limit)]
        if limit.requests > 0:
            self.limits.append(limit)

    def clear(self, company: str) -> None:
        self.latencies = [latency for latency in self.latencies if latency.company != company]
        self.limits = [limit for limit in self.limits if limit.company != company]

    def count_request(self, company: str | None, path: str, now: datetime) -> float:
        """Count a request at every limit that applies; return the seconds until it would be let in, 0 when it is."""
        applicable = (limit for limit in self.limits if _applies(limit, company, path))
        return max((limit.count_request(company, now) for limit in applicable), default=0.0)


def _rank_narrowness(latency: Latency) -> tuple[bool, bool]:
    return latency.path is not None, latency.company is not None


def _has_same_scope(one: Latency | Limit, other: Latency | Limit) -> bool:
    return (one.company, one.path) == (other.company, other.path)


def _applies(setting: Latency | Limit, company: str | None, path: str) -> bool:
    return setting.company in (None, company) and (setting.path is None or re.search(setting.path, path) is not None)
