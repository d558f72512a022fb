"""What a verb found: printed for people, and as JSON for scripts to a file, or to standard output for `-`."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

import click

from providers.core.errors import ProviderError
from providers.http.text import clean_lines
from stacks.project import resolve_path


class Report:
    """`file` is what `--json` names, None without it."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self.takes_stdout = file == "-"

    @property
    def people(self) -> TextIO:
        """Give what people read: standard error when standard output is the report's."""
        return sys.stderr if self.takes_stdout else sys.stdout

    def tell(self, sentence: str) -> None:
        """Print a sentence for people."""
        print(clean_lines(sentence), file=self.people, flush=True)

    def write(self, content: Any) -> None:
        """Write the report; nothing without `--json`. Raises `ProviderError` when the file can't be written."""
        text = json.dumps(_clean(content), indent=2) + "\n"
        if self.takes_stdout:
            sys.stdout.write(text)
        elif self._file is not None:
            try:
                # Names of companies and keys: for its owner, who may change the mode, which then stays.
                with open(
                    os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
                ) as to:
                    to.write(text)
            except OSError as error:
                raise ProviderError(f"the report could not be written to {self._file}: {error.strerror}.") from None


def _clean(content: Any) -> Any:
    """Clean every text of a report: states of earlier versions may hold what a site once said."""
    if isinstance(content, dict):
        return {name: _clean(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_clean(value) for value in content]
    return clean_lines(content) if isinstance(content, str) else content


def _validate_writable(context: click.Context, option: click.Parameter, file: str | None) -> Report:
    """Refuse before anything is done: what was done and could not be reported is worse."""
    if file is None or file == "-":
        return Report(file)
    path = resolve_path(file)
    target = path if path.exists() else path.parent
    if path.is_dir() or not (target.exists() and os.access(target, os.W_OK)):
        raise click.BadParameter(f"{file} can't be written; name a file in a folder that exists and may be written.")
    return Report(str(path))


report_option = click.option(
    "--json",
    "report",
    metavar="FILE",
    callback=_validate_writable,
    help="write what was found as JSON; - for standard output",
)
