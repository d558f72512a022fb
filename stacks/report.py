"""What a verb found: printed for people, and as JSON for scripts to a file, or to standard output for `-`."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

import click

from providers.http.text import clean_lines
from stacks.reports.files import STANDARD_OUTPUT, clean_content, validate_writable, write_report


class Report:
    """`file` is what `--json` names, None without it."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self.takes_stdout = file == STANDARD_OUTPUT

    @property
    def people(self) -> TextIO:
        """Give what people read: standard error when standard output is the report's."""
        return sys.stderr if self.takes_stdout else sys.stdout

    def tell(self, sentence: str) -> None:
        """Print a sentence for people."""
        print(clean_lines(sentence), file=self.people, flush=True)

    def write(self, content: Any) -> None:
        """Write the report; nothing without `--json`. Raises `ProviderError` when the file can't be written."""
        if self._file is not None:
            write_report(self._file, json.dumps(clean_content(content), indent=2) + "\n")


def _open_report(context: click.Context, option: click.Parameter, file: str | None) -> Report:
    return Report(validate_writable(context, option, file))


report_option = click.option(
    "--json",
    "report",
    metavar="[FILE]",
    is_flag=False,
    flag_value=STANDARD_OUTPUT,
    callback=_open_report,
    help="write what was found as JSON; to standard output without FILE",
)
