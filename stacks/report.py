"""What a verb found, as JSON for scripts: to a file, or to standard output for `-`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

report_option = click.option(
    "--json", "report", metavar="FILE", help="write what was found as JSON; - for standard output"
)


def write(report: str | None, found: Any) -> None:
    """Nothing without `--json`."""
    if report is None:
        return
    text = json.dumps(found, indent=2) + "\n"
    if report == "-":
        sys.stdout.write(text)
    else:
        Path(report).write_text(text, encoding="utf-8")


def tell(sentence: str, report: str | None) -> None:
    """For people: on standard error when standard output is the report's."""
    print(sentence, file=sys.stderr if report == "-" else sys.stdout, flush=True)
