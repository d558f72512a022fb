"""The options by which every verb over tenants reports: `--json`, `--junit`, `--html`, `--quiet`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from providers.core.errors import ProviderError
from stacks.reports.html import format_html
from stacks.reports.junit import format_junit
from stacks.reports.model import FleetRun

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Reports:
    """Where the reports go; None for one that nobody asked for."""

    json: str | None
    junit: str | None
    html: str | None
    quiet: bool

    @property
    def people(self) -> TextIO:
        """What people read: standard error when standard output is a report's."""
        return sys.stderr if STANDARD_OUTPUT in (self.json, self.junit, self.html) else sys.stdout

    def tell(self, sentence: str) -> None:
        """Print a line for people, unless they want none."""
        if not self.quiet:
            print(sentence, file=self.people, flush=True)

    def write(self, run: FleetRun) -> None:
        """Write what was asked for. Raises `ProviderError` for a file that can't be written."""
        formats: tuple[tuple[str | None, Callable[[FleetRun], str]], ...] = (
            (self.json, format_json),
            (self.junit, format_junit),
            (self.html, format_html),
        )
        for file, render in formats:
            if file == STANDARD_OUTPUT:
                sys.stdout.write(render(run))
            elif file is not None:
                try:
                    Path(file).write_text(render(run), encoding="utf-8")
                except OSError as error:
                    raise ProviderError(f"the report could not be written to {file}: {error.strerror}") from None


def format_json(run: FleetRun) -> str:
    """Format a run as JSON: what holds for all of it, its exit code, and a row for each tenant."""
    return json.dumps({**run.model_dump(mode="json"), "code": run.exit_code}, indent=2) + "\n"


def _validate_writable(context: click.Context, option: click.Parameter, file: str | None) -> str | None:
    """Refuse before anything is done: what was done and could not be reported is worse."""
    if file is None or file == STANDARD_OUTPUT:
        return file
    path = Path(file)
    target = path if path.exists() else path.parent
    if path.is_dir() or not (target.exists() and os.access(target, os.W_OK)):
        raise click.BadParameter(f"{file} can't be written; name a file in a folder that exists and may be written.")
    return file


def add_report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; it gets `reports`, a `Reports`."""

    @click.option(
        "--json",
        metavar="[FILE]",
        is_flag=False,
        flag_value=STANDARD_OUTPUT,
        callback=_validate_writable,
        help="write JSON; to standard output without FILE",
    )
    @click.option(
        "--junit", metavar="FILE", callback=_validate_writable, help="write JUnit XML, a test case for each tenant"
    )
    @click.option("--html", metavar="FILE", callback=_validate_writable, help="write a page to look at")
    @click.option("--quiet", is_flag=True, help="print errors only")
    @wraps(command)
    def collect(json: str | None, junit: str | None, html: str | None, quiet: bool, **others: Any) -> Any:
        return command(reports=Reports(json, junit, html, quiet), **others)

    return collect
