"""A run as one page that needs nothing else: no network, no script of others, nothing secret."""

from __future__ import annotations

from pathlib import Path

from providers.core.errors import ProviderError
from stacks.reports.model import FleetRun, Row

_TEMPLATE = Path(__file__).with_name("page.html.j2")
_ORDER = ("failed", "stopped", "waiting", "drift", "clean")


def format_html(run: FleetRun) -> str:
    """Format a run as a page; what needs somebody stands first. Raises `ProviderError` without Jinja2."""
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise ProviderError(
            "the page needs the Python package Jinja2", next_step="install it: `uv sync --extra fleet`"
        ) from None
    # Everything that a template prints is escaped: names and sentences come from sites.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    rows = sorted(run.rows, key=lambda row: (_ORDER.index(row.verdict), row.tenant))
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        run=run,
        rows=rows,
        age_of=describe_age,
        span=max((row.begun + row.seconds for row in rows), default=0.0),
        waves=sorted({row.wave for row in rows}),
    )


def describe_age(row: Row) -> tuple[int, str]:
    """How full the bar of a key's age is, in percent of its limit (a year without one), and its words."""
    if row.key_age_days is None:
        return 0, "no key"
    limit = row.max_age_days or 365
    words = f"{row.key_age_days} of {limit} days" if row.max_age_days else f"{row.key_age_days} days"
    return min(100, round(100 * row.key_age_days / limit)), words
