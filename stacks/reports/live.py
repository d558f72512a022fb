"""What is at work, below the lines of what is known: drawn over four times a second, and gone at the end.

Never higher than the screen, however many tenants there are. The cursor is not hidden: a killed run leaves a terminal
as it should be.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import accumulate, chain
from threading import Event, Lock, Thread
from time import monotonic
from typing import Self, TextIO

from rich.console import Console, ConsoleDimensions, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from providers.http.text import clean_lines
from stacks.reports.model import Row, Verdict
from stacks.reports.output import survive_closed
from stacks.reports.progress import format_row

STYLES: dict[Verdict, str] = {
    "clean": "green",
    "drift": "yellow",
    "waiting": "magenta",
    "failed": "bold red",
    "stopped": "dim",
}
_SECONDS = 0.25
_AT_WORK, _LOOK_AT = 8, 4
"""Lines at most: tenants at work, and the last ones that need somebody."""


class _SteadyConsole(Console):
    def show_cursor(self, show: bool = True) -> bool:
        """Leave the cursor alone."""
        return False


class LiveProgress:
    """A run on a terminal. Lines that are finished scroll away, what is at work stays below."""

    def __init__(self, output: TextIO, verb: str, waves: Sequence[int], ending: Callable[[], str]) -> None:
        """Prepare; nothing is shown before the block begins (`show_progress` says what is what)."""
        self._output, self._verb, self._waves, self._ending = output, verb, waves, ending
        self._console = _SteadyConsole(file=output, highlight=False, markup=False, emoji=False)
        self._live = Live(
            self,
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._begun = monotonic()
        self._lock = Lock()
        self._finished: list[str] = []
        self._counts = dict.fromkeys(STYLES, 0)
        self._at_work: dict[str, tuple[float, str]] = {}
        self._look_at: deque[Row] = deque(maxlen=_LOOK_AT)
        self._over = Event()
        self._ticker = Thread(target=self._tick, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._measure()
        with survive_closed(self._output):
            self._live.start()
        self._ticker.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._ticker.join()
        self._draw()
        with survive_closed(self._output):
            self._live.stop()

    def begin(self, tenant: str) -> None:
        """Show that a tenant is being worked on."""
        with self._lock:
            self._at_work[tenant] = monotonic(), "at work"

    def note(self, tenant: str, change: str) -> None:
        """Show what is being changed."""
        with self._lock:
            if tenant in self._at_work:
                self._at_work[tenant] = self._at_work[tenant][0], change

    def end(self, row: Row) -> None:
        """Print a tenant's lines at the next drawing, and count it."""
        with self._lock:
            self._at_work.pop(row.tenant, None)
            self._counts[row.verdict] += 1
            self._finished.append(clean_lines(format_row(row)))
            if row.verdict in ("drift", "waiting", "failed"):
                self._look_at.append(row)

    def _tick(self) -> None:
        while not self._over.wait(_SECONDS):
            self._draw()

    def _draw(self) -> None:
        with self._lock:
            finished, self._finished = self._finished, []
        self._measure()
        with survive_closed(self._output):
            if finished:
                # Not wrapped: as in a pipe, and whole when it is copied.
                self._console.print(Text("\n".join(finished)), soft_wrap=True)
            self._live.refresh()

    def _measure(self) -> None:
        """Look how large the screen is by now. Rich would ask standard input's, which need not be the same."""
        with suppress(OSError):  # it is gone
            self._console.size = ConsoleDimensions(*os.get_terminal_size(self._output.fileno()))

    def __rich__(self) -> RenderableType:
        """Make what stands below the lines."""
        with self._lock:
            done, counts = sum(self._counts.values()), dict(self._counts)
            at_work, look_at = list(self._at_work.items()), list(self._look_at)
        lines = chain(
            self._render_counts(counts),
            self._render_at_work(at_work),
            self._render_look_at(look_at),
        )
        # One line less than the screen has: the cursor stands below.
        return Group(self._render_head(done), *list(lines)[: max(0, self._console.height - 3)])

    def _render_head(self, done: int) -> RenderableType:
        total = sum(self._waves)
        head = Table.grid(padding=(0, 1), expand=True)
        head.add_column(no_wrap=True)
        head.add_column(ratio=1)
        head.add_column(no_wrap=True, justify="right")
        elapsed = timedelta(seconds=int(monotonic() - self._begun))
        wave = next((number for number, end in enumerate(accumulate(self._waves), 1) if done < end), len(self._waves))
        name = f"{self._verb}, wave {wave} of {len(self._waves)}" if len(self._waves) > 1 else self._verb
        bar = ProgressBar(total=max(1, total), completed=done)
        head.add_row(Text(name, "bold"), bar, Text(f"{done} of {total}  {elapsed}"))
        return head

    def _render_counts(self, counts: dict[Verdict, int]) -> Iterator[Text]:
        if any(counts.values()):
            yield _make_line(*((f"  {count} {verdict}", STYLES[verdict]) for verdict, count in counts.items() if count))
        if because := self._ending():
            yield _make_line(("  ending: those at work finish their step", "bold"), f" ({clean_lines(because)})")

    def _render_at_work(self, at_work: Sequence[tuple[str, tuple[float, str]]]) -> Iterator[Text]:
        now, most = monotonic(), max(1, min(_AT_WORK, self._console.height - 4 - _LOOK_AT))
        shown = at_work if len(at_work) <= most else at_work[: most - 1]
        width = max((len(tenant) for tenant, _ in shown), default=0)
        yield from (
            _make_line(f"  {tenant:<{width}}  {what} for {now - since:.0f} s") for tenant, (since, what) in shown
        )
        if len(shown) < len(at_work):
            yield _make_line(f"  and {len(at_work) - len(shown)} more at work")

    def _render_look_at(self, rows: Sequence[Row]) -> Iterator[Text]:
        width = max((len(row.tenant) for row in rows), default=0)
        for row in rows:
            yield _make_line(
                f"  {row.tenant:<{width}}  ", (f"{row.verdict:<7}", STYLES[row.verdict]), f"  {_sum_up(row)}"
            )


def _make_line(*parts: str | tuple[str, str]) -> Text:
    """Make one line, whatever the screen's width."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def _sum_up(row: Row) -> str:
    said = row.sentences or tuple(order.text.partition("\n")[0].lstrip("# ") for order in row.orders) or row.changes
    return clean_lines(said[0]).replace("\n", " ") if said else ""
