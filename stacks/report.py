"""What a verb found, as JSON for scripts: to a file, or to standard output for `-`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from providers.core.problems import Problem


def _writable(context: click.Context, option: click.Parameter, file: str | None) -> str | None:
    """Refused before anything is done: what was done and could not be reported is worse."""
    if file in (None, "-"):
        return file
    path = Path(str(file))
    there = path if path.exists() else path.parent
    if path.is_dir() or not (there.exists() and os.access(there, os.W_OK)):
        raise click.BadParameter(f"{file} can't be written; name a file in a folder that exists and may be written.")
    return file


report_option = click.option(
    "--json",
    "report",
    metavar="FILE",
    callback=_writable,
    help="write what was found as JSON; - for standard output",
)


def write(report: str | None, found: Any) -> None:
    """Nothing without `--json`."""
    if report is None:
        return
    text = json.dumps(found, indent=2) + "\n"
    if report == "-":
        sys.stdout.write(text)
    else:
        try:
            Path(report).write_text(text, encoding="utf-8")
        except OSError as error:
            raise Problem(f"the report could not be written to {report}: {error.strerror}") from None


def tell(sentence: str, report: str | None) -> None:
    """For people: on standard error when standard output is the report's."""
    print(sentence, file=sys.stderr if report == "-" else sys.stdout, flush=True)
