"""A run for people at a terminal or in a log: a line for each tenant as soon as it is known."""

from __future__ import annotations

from providers.http.text import clean_lines
from stacks.reports.model import Row
from stacks.reports.options import Reports


def print_row(reports: Reports, row: Row) -> None:
    """Print a tenant's verdict, its sentences and what is to be done; an error also for those who want no more."""
    lines = [f"{row.tenant}: {row.verdict}{_count(row)}", *(f"  {sentence}" for sentence in row.sentences)]
    for order in row.orders:
        lines += ["", order.text, ""]
    if row.verdict == "failed" and reports.quiet:
        print(clean_lines("\n".join(lines)), file=reports.people, flush=True)
    reports.tell("\n".join(lines))


def _count(row: Row) -> str:
    return f" ({', '.join(row.changes)})" if row.changes else ""
