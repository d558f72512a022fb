"""A run as it goes: a line for each tenant as soon as it is known, and on a terminal what is at work below them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

from stacks.reports.model import Row
from stacks.reports.options import Reports


class Progress(Protocol):
    """Who watches a run. `begin` and `note` may be called by any thread."""

    def begin(self, tenant: str) -> None:
        """Note that a tenant is being worked on."""

    def note(self, tenant: str, change: str) -> None:
        """Note what the engine begins to change of it, such as "update umbrella"."""

    def end(self, row: Row) -> None:
        """Print a tenant's verdict."""


class Unshown:
    """For whoever prints a tenant's lines in another form."""

    def begin(self, tenant: str) -> None:
        """Print nothing: a log is about what was found."""

    def note(self, tenant: str, change: str) -> None:
        """Print nothing: the row has all changes."""

    def end(self, row: Row) -> None:
        """Print nothing."""


class LineProgress(Unshown):
    """For pipes, logs and `--quiet`: nothing but the lines."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def end(self, row: Row) -> None:
        """Print a tenant's lines; an error also for those who want no more."""
        say = self._reports.complain if row.verdict == "failed" else self._reports.tell
        say(format_row(row))


@contextmanager
def show_progress(
    reports: Reports, verb: str, waves: Sequence[int], ending: Callable[[], str] = lambda: ""
) -> Iterator[Progress]:
    """Show a run for as long as the block lasts.

    Args:
        reports: Tells whether there is somebody to show it to.
        verb: What is done.
        waves: How many tenants each wave has.
        ending: Says why no further tenant is begun; empty while there is no reason.
    """
    if reports.quiet or not is_live(reports.people):
        yield LineProgress(reports)
        return
    from stacks.reports.live import LiveProgress  # with rich, a tenth of a second that nobody else pays

    with LiveProgress(reports.people, verb, waves, ending) as progress:
        yield progress


def is_live(output: TextIO) -> bool:
    """Tell whether what was printed there can be taken back."""
    return output.isatty() and os.environ.get("TERM") not in (None, "", "dumb")


def format_row(row: Row) -> str:
    """Make a tenant's lines: its verdict, its sentences, and what a person is to do."""
    changes = f" ({', '.join(row.changes)})" if row.changes else ""
    lines = [f"{row.tenant}: {row.verdict}{changes}", *(f"  {sentence}" for sentence in row.sentences)]
    for order in row.orders:
        lines += ["", order.text, *([f"\nOnce it is done: {order.acknowledge}"] if order.acknowledge else []), ""]
    return "\n".join(lines)
