"""A run as one page that needs nothing else: no network, no script of others, nothing secret."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import NamedTuple

from stacks.reports.model import FleetRun, Row, Verdict
from stacks.reports.timeline import draw_timeline, list_waves

FOLDER = Path(__file__).with_name("page")
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "failed": ("✗", "could not be told or done"),
    "stopped": ("■", "not begun any more"),
    "waiting": ("…", "a step waits for a person"),
    "drift": ("≠", "not as wanted"),
    "clean": ("✓", "as wanted"),
}
"""Those that need somebody first; each with its sign and its meaning."""
_GOOD = ("this key", "held", "holds it")
_NOTHING = ("none", "empty", "not said", "not yet")
_SOON = 80
"""Percent of its limit from which a key is about to be due."""
_FEW = 3
"""Orders that are unfolded; of more, each is opened by whoever wants it."""


class Age(NamedTuple):
    """A key's age: how full its bar is in percent, None without a limit; `words`: empty where it is not known;
    `state`: "", "soon" or "due"."""

    filled: int | None
    words: str
    state: str


def format_html(run: FleetRun) -> str:
    """Format a run as a page; what needs somebody stands first."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    from stacks.reports.orders import format_order

    # Everything that a template prints is escaped: names and sentences come from sites. Only our own files are not.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    style, script = (Markup(_read(name)) for name in ("page.css", "page.js"))  # noqa: S704
    order = list(VERDICTS)
    rows = sorted(run.rows, key=lambda row: (order.index(row.verdict), row.tenant))
    return environment.from_string(_read("page.html.j2")).render(
        run=run,
        rows=rows,
        verdicts=VERDICTS,
        described=any(row.sink or row.vault for row in rows),
        vaults=any(row.vault not in ("", "none") for row in rows),
        keys=_describe_keys(rows),
        age_of=describe_age,
        mark_of=_mark,
        format_order=format_order,
        few_orders=sum(len(row.orders) for row in rows) <= _FEW,
        span=max((row.begun + row.seconds for row in rows), default=0.0),
        slowest=sorted(rows, key=lambda row: -row.seconds)[:3],
        chart=draw_timeline(rows),
        waves=list_waves(rows),
        style=style,
        style_hash=_digest(style),
        script=script,
        script_hash=_digest(script),
    )


def describe_age(row: Row) -> Age:
    """Say how old a tenant's key is, against its limit where it has one."""
    if row.key_age_days is None:
        return Age(None, "no key" if row.sink else "", "")
    days = f"{row.key_age_days} {'day' if row.key_age_days == 1 else 'days'}"
    if not row.max_age_days:
        return Age(None, days, "")
    filled = min(100, round(100 * row.key_age_days / row.max_age_days))
    if row.key_age_days >= row.max_age_days:
        return Age(filled, f"{row.key_age_days} of {row.max_age_days} days, due", "due")
    return Age(filled, f"{row.key_age_days} of {row.max_age_days} days", "soon" if filled >= _SOON else "")


def _describe_keys(rows: list[Row]) -> str:
    """Say which key is the oldest, and how many have come to their limit; empty where nothing is known of keys."""
    known = [row for row in rows if row.key_age_days is not None]
    if not known:
        return ""
    oldest, due = max(known, key=lambda row: row.key_age_days or 0), [describe_age(row).state for row in known]
    old = oldest.key_age_days
    limits = f"; {due.count('due')} due, {due.count('soon')} soon" if any(row.max_age_days for row in known) else ""
    return f"Oldest key: {old} {'day' if old == 1 else 'days'}, of {oldest.tenant}{limits}."


def _mark(words: str) -> tuple[str, str]:
    """Choose the sign and the class for what sink or vault hold."""
    return ("✓", "good") if words in _GOOD else ("·", "soft") if words in _NOTHING else ("!", "bad")


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Make what allows a browser exactly this style or script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
