"""How slow and how strict the simulated services are: latency and request limits, for all, one company or one route."""

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

    def wait(self, company: str | None, now: datetime) -> float:
        window = self.taken.setdefault(company, deque())
        while window and now - window[0] >= timedelta(seconds=self.seconds):
            window.popleft()
        if len(window) < self.requests:
            window.append(now)
            return 0.0
        return self.seconds - (now - window[0]).total_seconds()


@dataclass
class Weather:
    latencies: list[Latency] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def set_latency(self, latency: Latency) -> None:
        same = (latency.company, latency.path)
        self.latencies = [old for old in self.latencies if (old.company, old.path) != same]
        if latency.ms > 0:
            self.latencies.append(latency)

    def latency(self, company: str | None, path: str) -> float:
        """Give seconds: the narrowest setting that fits wins (route, then company, then all)."""
        fitting = [one for one in self.latencies if _fits(one.company, one.path, company, path)]
        return max(fitting, key=_narrowness).ms / 1000 if fitting else 0.0

    def set_limit(self, limit: Limit) -> None:
        same = (limit.company, limit.path)
        self.limits = [old for old in self.limits if (old.company, old.path) != same]
        if limit.requests > 0:
            self.limits.append(limit)

    def clear(self, company: str) -> None:
        self.latencies = [one for one in self.latencies if one.company != company]
        self.limits = [one for one in self.limits if one.company != company]

    def wait(self, company: str | None, path: str, now: datetime) -> float:
        """Give the seconds until this request would be let in; zero lets it in and counts it."""
        fitting = (limit for limit in self.limits if _fits(limit.company, limit.path, company, path))
        return max((limit.wait(company, now) for limit in fitting), default=0.0)


def _narrowness(one: Latency) -> tuple[bool, bool]:
    return one.path is not None, one.company is not None


def _fits(wanted_company: str | None, wanted_path: str | None, company: str | None, path: str) -> bool:
    return wanted_company in (None, company) and (wanted_path is None or re.search(wanted_path, path) is not None)
