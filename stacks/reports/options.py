"""How every verb over tenants reports: lines for people, and `--json`, `--junit`, `--html` for whoever asks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from textwrap import indent
from typing import Any, TextIO

import click

from providers.core.errors import ProviderError, raise_first
from stacks.reports.files import STANDARD_OUTPUT, clean_content, make_json_option, validate_writable, write_report
from stacks.reports.html import format_html
from stacks.reports.junit import format_junit
from stacks.reports.model import FleetRun, Rotation, Row
from stacks.reports.output import print_line


@dataclass(frozen=True)
class Reports:
    """Where the reports go; None for one that nobody asked for."""

    json: str | None = None
    junit: str | None = None
    html: str | None = None
    quiet: bool = False

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output is a report's, and so nobody else's."""
        return STANDARD_OUTPUT in (self.json, self.junit, self.html)

    @property
    def people(self) -> TextIO:
        """What people read: standard error when standard output is a report's."""
        return sys.stderr if self.takes_stdout else sys.stdout

    def tell(self, sentence: str) -> None:
        """Print a line for people, unless they want none."""
        if not self.quiet:
            self.complain(sentence)

    def complain(self, sentence: str) -> None:
        """Print a line also for those who want errors only."""
        print_line(sentence, self.people)

    def write(self, run: FleetRun, content: Any = None) -> None:
        """Write what was asked for. Raises `ProviderError` for a file that can't be written, once the others are.

        Args:
            run: What JUnit XML and the page are made of, and JSON, too, where it has no shape of its own.
            content: The verb's own shape of JSON.
        """
        if not (self.json or self.junit or self.html):
            return
        shown = _clean(run)
        formats: tuple[tuple[str | None, Callable[[FleetRun], Iterable[str]]], ...] = (
            (
                self.json,
                format_json if content is None else lambda _: [json.dumps(clean_content(content), indent=2), "\n"],
            ),
            (self.junit, lambda shown: [format_junit(shown)]),
            (self.html, lambda shown: [format_html(shown)]),
        )
        failures = []
        for file, render in formats:
            try:
                if file is not None:
                    write_report(file, render(shown))
            except ProviderError as error:
                failures.append(error)
        raise_first(failures)


def format_json(run: FleetRun) -> Iterator[str]:
    """Format a run as JSON: what holds for all of it, its exit code, a row for each tenant; `rotations` of `rotate`.

    Row by row, since there may be ten thousand of them.
    """
    head = {**run.model_dump(mode="json", exclude={"rows"}), "code": run.exit_code}
    if run.verb == "rotate":
        head["rotations"] = [_describe_rotation(row) for row in run.rows]
    yield json.dumps(head, indent=2).removesuffix("\n}") + ',\n  "rows": ['
    for number, row in enumerate(run.rows):
        yield (",\n" if number else "\n") + indent(json.dumps(row.model_dump(mode="json"), indent=2), " " * 4)
    yield "\n  ]\n}\n"


def _clean(run: FleetRun) -> FleetRun:
    """Give the same with clean texts; a row that has nothing else is not copied."""
    return run.model_copy(update={"remarks": clean_content(run.remarks), "rows": [_clean_row(row) for row in run.rows]})


def _clean_row(row: Row) -> Row:
    said = row.model_dump(mode="json")
    clean = clean_content(said)
    return row if clean == said else Row.model_validate(clean)


def _describe_rotation(row: Row) -> dict[str, Any]:
    told = " ".join(row.sentences) if row.verdict == "failed" else ""
    orders = "\n\n".join(order.text for order in row.orders)
    return {"tenant": row.tenant, **(row.rotation or Rotation()).model_dump(), "waiting": orders, "problem": told}


def add_report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; it gets `reports`, a `Reports`."""

    @make_json_option("json")
    @click.option(
        "--junit", metavar="FILE", callback=validate_writable, help="write JUnit XML, a test case for each tenant"
    )
    @click.option("--html", metavar="FILE", callback=_validate_page, help="write a page to look at")
    @click.option("--quiet", is_flag=True, help="print errors only")
    @wraps(command)
    def collect(json: str | None, junit: str | None, html: str | None, quiet: bool, **others: Any) -> Any:
        if (json, junit, html).count(STANDARD_OUTPUT) > 1:
            raise click.UsageError("standard output holds one report only; name a file for the others.")
        return command(reports=Reports(json, junit, html, quiet), **others)

    return collect


def _validate_page(context: click.Context, option: click.Parameter, file: str | None) -> str | None:
    """Refuse a page that can't be made before anything is done."""
    if file is not None and not find_spec("jinja2"):
        raise click.UsageError("--html needs the Python package Jinja2; install it: `uv sync --extra fleet`.")
    return validate_writable(context, option, file)
