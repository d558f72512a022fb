"""How many requests a site gets from us: from this process, or from all the processes of a run.

A budget of turns and not a lock around requests: a limiter that lets one request through at a time costs far more
than the site ever asked for (integrations/terraform-provider-github #567, #845).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from providers.http.budget_store import BudgetStore, InProcessStore, NoStore, StoreUnavailable
from providers.http.clock import Clock
from providers.http.errors import BudgetExhausted, BudgetUnknown
from providers.http.turns import Booking, Turns

if TYPE_CHECKING:
    from providers.http.budget_database import BudgetDatabase

T = TypeVar("T")

ADDRESS = "UMBRELLA_PSA_REQUEST_BUDGET_URL"
"""The variable that names the database by which machines share their budgets (docs/fleet.md)."""
DEFAULT_RATE = 15
"""Requests a second: with the burst, the 1,000 a minute that the vendor's guide speaks of are never reached."""
_BURST_SECONDS = 4
"""What is kept of unused turns: so many seconds' worth."""
_ASKED_AGAIN = 1.0  # seconds after which a store that was lost is asked again

_local: dict[Clock, BudgetStore] = {}
_databases: dict[str, BudgetDatabase] = {}
_shared: BudgetStore | None = None
_stores = threading.Lock()


class Sharing(NamedTuple):
    """The file by which processes share their budgets, and how many they are."""

    file: Path
    processes: int


@contextmanager
def share_budgets(processes: int) -> Iterator[Sharing]:
    """Share budgets among as many processes; the others join by what this gives them.

    The file is in a folder for temporary files, which is on this machine's own disk: SQLite's log needs one.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="umbrella-psa-") as folder:
        sharing = Sharing(Path(folder) / "budgets.sqlite", processes)
        with join_budgets(sharing):
            yield sharing


@contextmanager
def join_budgets(sharing: Sharing) -> Iterator[None]:
    """Share the budgets that this process opens from here on with the others that have the file."""
    global _shared
    from providers.http.budget_file import BudgetFile  # a plain `pulumi up` has no use for a database

    file = BudgetFile(*sharing)
    before, _shared = _shared, file
    try:
        yield
    finally:
        _shared = before
        file.close()


def forget_budgets() -> None:
    """Forget the budgets that this process does not share, and what sites have taught them."""
    with _stores:
        _local.clear()


def check_shared_budgets() -> None:
    """Find out whether the database that the environment names can be used, if it names one.

    Raises `StoreUnavailable`.
    """
    if address := os.environ.get(ADDRESS):
        _open_database(address).check()


def _open_database(address: str) -> BudgetDatabase:
    with _stores:
        if address not in _databases:
            try:
                import psycopg  # noqa: F401

                from providers.http.budget_database import BudgetDatabase
            except ImportError:
                raise StoreUnavailable(
                    "needs psycopg, which is not installed",
                    next_step="install the extra `postgres`",
                    setting=ADDRESS,
                    passing=False,
                ) from None
            _databases[address] = BudgetDatabase(address, ADDRESS)
        return _databases[address]


class Allowance(NamedTuple):
    """Whose budget, and how large. Whoever names the same one shares it; the lowest rate that is named counts."""

    name: str
    rate: float = DEFAULT_RATE

    def open(self, host: str, clock: Clock) -> Budget:
        """Open it for requests to this host."""
        burst = max(1, round(self.rate * _BURST_SECONDS))
        return Budget(self.rate, burst, name=self.name, host=host, clock=clock, store=_find_store(clock))


def _find_store(clock: Clock) -> BudgetStore:
    if clock == Clock():
        # Whoever shares with other machines shares with the other processes of this one, too.
        if address := os.environ.get(ADDRESS):
            try:
                return _open_database(address)
            except StoreUnavailable as error:
                return NoStore(error)
        if _shared:
            return _shared
    with _stores:
        return _local.setdefault(clock, InProcessStore(clock))


class Budget:
    """A token bucket shared by threads: `burst` requests at once, `rate_per_second` in the long run.

    Shared by whoever else has the store and the name; for itself alone without a store.
    """

    def __init__(
        self,
        rate_per_second: float,
        burst: int,
        *,
        name: str = "",
        host: str = "the site",
        clock: Clock | None = None,
        store: BudgetStore | None = None,
    ) -> None:
        if rate_per_second <= 0 or burst < 1:
            raise ValueError("A budget needs a positive rate and a burst of at least one.")
        self._rate = rate_per_second
        self._burst = burst
        self._name = name
        self._host = host
        self._clock = clock or Clock()
        self._store = store or InProcessStore(self._clock)

    def acquire(self, deadline: float) -> float:
        """Wait for one request's turn.

        Args:
            deadline: The latest moment for it, on the clock's `now`.

        Returns:
            The moment of the turn, on the store's time, for `refuse`.

        Raises:
            BudgetExhausted: The turn would come later than that; said at once.
            BudgetUnknown: The store can't be used; said at once where waiting is of no use.
        """
        # The turn is booked before the wait, so that threads queue up instead of waking together; and looked at after
        # it, because the site may have asked for a pause meanwhile.
        booking = self._book(deadline)
        while booking and booking.wait > 0:
            self._clock.sleep(booking.wait)
            booking = self._claim(booking.turn, deadline)
        if not booking:
            paused = self._change(lambda turns, now: turns.is_paused(now), deadline)
            raise BudgetExhausted(
                f"{self._host} asks us to wait, and then has more requests waiting than can be sent in time"
                if paused
                else f"{self._host} has more requests waiting than its rate limit lets through in time",
                next_step="run again later or with fewer tenants at once",
                host=self._host,
                sent=False,
            )
        return booking.at

    def pause(self, seconds: float) -> bool:
        """Keep the pause that the site asked for: nobody's turn comes before it is over, nor are turns kept meanwhile.

        Returns:
            Whether it is news: there was no pause of about that length already.
        """
        return self._tell(Turns.pause, seconds)

    def refuse(self, seconds: float, sent_at: float) -> bool:
        """Keep the pause that a 429 asked for, and go on more slowly; `sent_at` is what `acquire` returned.

        Returns as `pause` does.
        """
        return self._tell(lambda turns, now, left: turns.refuse(now, left, sent_at), seconds)

    def _book(self, deadline: float) -> Booking | None:
        def step(turns: Turns, now: float) -> Booking | None:
            turns.limit(self._rate, self._burst, now)
            return turns.book(now, deadline - self._clock.now())

        return self._change(step, deadline)

    def _claim(self, turn: int, deadline: float) -> Booking | None:
        return self._change(lambda turns, now: turns.claim(turn, now, deadline - self._clock.now()), deadline)

    def _tell(self, step: Callable[[Turns, float, float], bool], seconds: float) -> bool:
        end = self._clock.now() + seconds
        try:
            # What was waited for the store is a part of the pause.
            return self._change(lambda turns, now: step(turns, now, max(0.0, end - self._clock.now())), end)
        except BudgetUnknown:
            return True  # to us it is; and it is over, so there is nothing to tell the others any more

    def _change(self, step: Callable[[Turns, float], T], deadline: float) -> T:
        while True:
            try:
                return self._store.change(self._name, lambda now: Turns.begin(self._rate, self._burst, now), step)
            except StoreUnavailable as lost:
                if not lost.passing or self._clock.now() + _ASKED_AGAIN > deadline:
                    why = f"{lost.setting}: {lost.summary}"
                    raise BudgetUnknown(
                        f"{self._host} was not asked, because whose turn it is is not known: {why}",
                        next_step=lost.next_step,
                        host=self._host,
                        setting=lost.setting,
                        transient=lost.passing,
                    ) from None
            self._clock.sleep(_ASKED_AGAIN)
