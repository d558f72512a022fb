"""Whose turn it is: a token bucket as a schedule of numbered turns, and what a refusal teaches it.

A value without a clock, a lock or a wait of its own, so that it can be kept anywhere: a store hands it the time.
"""

from __future__ import annotations

import math
import struct
from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

SHARE_AFTER_REFUSAL = 0.8
"""Of the rate that drew a 429: what is gone on with."""
LEAST_SHARE = 0.25
"""Of it, whatever else is known: the site's patience may have been used up by others, and a rate is kept for long."""
SLOWEST = 1.0
"""Requests a second. Below it the pauses that a site asks for do better than a rate."""
_SLOT = 0.1  # seconds, of which one is counted together
_SLOTS = 600  # a minute: the only span that the vendor's guide names
_PACKED = struct.Struct("<8d3q")
_CLOSER = 0.5  # of a turn's time: how much closer than that two may follow each other
_AT_ONCE = 1e-4  # seconds; nobody sleeps for less


class Booking(NamedTuple):
    """A turn's number, the seconds until it may be used (0: now, and it is), and the time that it is now."""

    turn: int
    wait: float
    at: float


@dataclass
class Turns:
    """Turn `first` is due at `first_at`, each further one a `1 / rate` later; up to `burst` of the unused are kept."""

    rate: float
    burst: float
    first_at: float
    resumes_at: float
    """When the last pause ends; before it nobody has a turn."""
    free_at: float = 0.0
    """When the turns that were used would have been used up, had each taken its time."""
    refused_until: float = 0.0
    """When the pause ends that the last 429 asked for."""
    drawn_rate: float = 0.0
    drawn_at: float = 0.0
    """The rate at which the site began to refuse, the last time that it did, and when the first refused one left."""
    first: int = 0
    next: int = 0
    _slot: int = 0
    _counts: array[int] = field(default_factory=lambda: array("H", bytes(2 * _SLOTS)))
    """Requests that were let through, as far as is known: by slot of the last minute, up to `_slot`."""

    @classmethod
    def begin(cls, rate: float, burst: float, now: float) -> Turns:
        """Begin with a whole burst."""
        return cls(rate, burst, first_at=now - (burst - 1) / rate, resumes_at=now, _slot=int(now / _SLOT))

    def book(self, now: float, patience: float) -> Booking | None:
        """Take the next turn; None, and nothing is taken, when it comes in more than `patience` seconds."""
        kept_since = now - (self.burst - 1) / self.rate
        if self._get_due(self.next) < kept_since:
            self.first, self.first_at = self.next, kept_since
        if self._get_wait(self.next, now) > patience:
            return None
        self.next += 1
        return self.claim(self.next - 1, now, patience)

    def claim(self, turn: int, now: float, patience: float) -> Booking | None:
        """Use a turn, if it is due by now: there may have been a pause since it was booked."""
        if turn >= self.next:  # of another schedule, which was lost, and its queue with it
            return self.book(now, patience)
        wait = self._get_wait(turn, now)
        if wait > patience:
            return None
        if wait > _AT_ONCE:
            return Booking(turn, wait, now)
        self.free_at = max(now, self.free_at) + 1 / self.rate
        self._count(now, 1)
        return Booking(turn, 0.0, now)

    def limit(self, rate: float, burst: float, now: float) -> None:
        """Keep to this rate and burst from here on, if they are lower."""
        self.burst = min(self.burst, burst)
        if rate < self.rate:
            self._reschedule(now, self._get_due(self._find_first_waiting(now)))
            self.rate = rate

    def pause(self, now: float, seconds: float) -> bool:
        """Move all turns that are not due yet behind a pause, in their order; those kept are lost.

        Returns:
            Whether it is news: there was no pause of about that length already.
        """
        longer = now + seconds - max(now, self.resumes_at)
        self.resumes_at = max(self.resumes_at, now + seconds)
        self.free_at = min(self.free_at, self.resumes_at)
        self._reschedule(now, self.resumes_at)
        return longer > seconds / 2

    def is_paused(self, now: float) -> bool:
        """Tell whether a pause lasts that the site asked for."""
        return self.resumes_at > now

    def refuse(self, now: float, seconds: float, sent_at: float) -> bool:
        """Note a 429 of a request, pause, and go on more slowly, without bursts.

        Its whole burst is answered for once, however many there are: those sent before the pause only tell better
        what the site has let through. Returns as `pause` does.
        """
        if sent_at >= self.refused_until:
            self.drawn_rate, self.drawn_at = self.rate, sent_at
        self.refused_until = max(self.refused_until, now + seconds)
        self._count(sent_at, -1)
        known = self._estimate_allowed_rate(self.drawn_at, seconds) or self.drawn_rate
        rate = SHARE_AFTER_REFUSAL * min(self.drawn_rate, known)
        self.limit(max(rate, LEAST_SHARE * self.drawn_rate, SLOWEST), 1, now)
        return self.pause(now, seconds)

    def shift(self, by: float) -> None:
        """Move all of it in time: the clock that it goes by was put back."""
        self.first_at += by
        self.resumes_at += by
        self.free_at += by
        self.refused_until += by
        self.drawn_at += by
        self._slot += round(by / _SLOT)

    def pack(self) -> bytes:
        """Write all of it down."""
        return _PACKED.pack(*self._list_numbers(), self.first, self.next, self._slot) + self._counts.tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> Turns:
        """Read what `pack` wrote. Raises ValueError when it is something else."""
        if len(packed) != _PACKED.size + 2 * _SLOTS:
            raise ValueError(f"{len(packed)} bytes are no turns")
        turns = cls(*_PACKED.unpack_from(packed))
        turns._counts = array("H", packed[_PACKED.size :])
        if not all(map(math.isfinite, turns._list_numbers())) or turns.rate <= 0 or turns.burst < 1:
            raise ValueError("they are no numbers of turns")
        return turns

    def _list_numbers(self) -> tuple[float, ...]:
        times = (self.first_at, self.resumes_at, self.free_at, self.refused_until)
        return (self.rate, self.burst, *times, self.drawn_rate, self.drawn_at)

    def _get_due(self, turn: int) -> float:
        return self.first_at + max(0, turn - self.first) / self.rate

    def _get_wait(self, turn: int, now: float) -> float:
        # Those who come late, from a machine that has too much to do, must not go together with those who are in time.
        return max(0.0, self._get_due(turn) - now, self.free_at - (self.burst - _CLOSER) / self.rate - now)

    def _find_first_waiting(self, now: float) -> int:
        """Find the first turn that is not due yet, or the next one to be booked."""
        due = 0 if now < self.first_at else int((now - self.first_at) * self.rate) + 1
        return min(self.next, self.first + due)

    def _reschedule(self, now: float, first_at: float) -> None:
        self.first, self.first_at = self._find_first_waiting(now), first_at

    def _count(self, at: float, by: int) -> None:
        """Count a request in the slot of its time; what is older than a minute is forgotten."""
        passed = min(max(0, int(at / _SLOT) - self._slot), _SLOTS)
        if passed:
            self._counts = self._counts[passed:] + array("H", bytes(2 * passed))
            self._slot = int(at / _SLOT)
        place = _SLOTS - 1 - (self._slot - int(at / _SLOT))
        if place >= 0:
            self._counts[place] = min(max(0, self._counts[place] + by), 0xFFFF)

    def _estimate_allowed_rate(self, at: float, told: float) -> float:
        """Estimate the rate that a site allows by when requests left: those let through, and one that it told a wait.

        Who allows N requests in any W seconds refuses when N have been let through, and tells the wait until the oldest
        of them is W old: so W is the time since then and that wait, which is in whole seconds, rounded up. When "then"
        was isn't known; it is what the largest rate comes of.
        """
        best, total = 0.0, 0
        for age, count in enumerate(reversed(self._counts)):
            total += count
            if count:
                since = (self._slot - age) * _SLOT
                best = max(best, total / max(1.0, at - since + max(0.0, told - 1.0)))
        return best
