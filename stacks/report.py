"""What `rotate` reports by until it reports rows, as every other verb does (stacks/reports/options.py); goes then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import click

from stacks.reports.files import STANDARD_OUTPUT, clean_content, validate_writable, write_report
from stacks.reports.options import Reports


@dataclass(frozen=True)
class Report:
    """A `Reports` of JSON only."""

    reports: Reports

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output is the report's."""
        return self.reports.takes_stdout

    def tell(self, sentence: str) -> None:
        """Print a sentence for people."""
        self.reports.tell(sentence)

    def write(self, content: Any) -> None:
        """Write the report; nothing without `--json`. Raises `ProviderError` when the file can't be written."""
        if self.reports.json is not None:
            write_report(self.reports.json, json.dumps(clean_content(content), indent=2) + "\n")


report_option = click.option(
    "--json",
    "report",
    metavar="[FILE]",
    is_flag=False,
    flag_value=STANDARD_OUTPUT,
    callback=lambda context, option, file: Report(Reports(json=validate_writable(context, option, file))),
    help="write what was found as JSON; to standard output without FILE",
)
