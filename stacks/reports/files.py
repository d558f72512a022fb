"""Where a report goes: a file of the caller's, or standard output for `-`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from providers.core.errors import ProviderError
from providers.http.text import clean_lines
from stacks.project import resolve_path
from stacks.reports.output import discard

STANDARD_OUTPUT = "-"


def validate_writable(context: click.Context, option: click.Parameter, file: str | None) -> str | None:
    """Refuse a file before anything is done: what was done and could not be reported is worse."""
    if file is None or file == STANDARD_OUTPUT:
        return file
    path = resolve_path(file)
    target = path if path.exists() else path.parent
    if path.is_dir() or not (target.exists() and os.access(target, os.W_OK)):
        raise click.BadParameter(f"{file} can't be written; name a file in a folder that exists and may be written.")
    return str(path)


def make_json_option(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the option `--json`, which gives a command the file by this name."""
    return click.option(
        "--json",
        name,
        metavar="[FILE]",
        is_flag=False,
        flag_value=STANDARD_OUTPUT,
        callback=validate_writable,
        help="write JSON; to standard output without FILE",
    )


def write_report(file: str, parts: Iterable[str]) -> None:
    """Write a report part by part. Raises `ProviderError` when the file can't be written."""
    try:
        if file == STANDARD_OUTPUT:
            sys.stdout.writelines(parts)
            sys.stdout.flush()
            return
        # Names of companies and keys: for its owner, who may change the mode, which then stays.
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as to:
            to.writelines(parts)
    except OSError as error:
        if file == STANDARD_OUTPUT:
            discard(sys.stdout)  # else the interpreter tries once more at its end
        where = "standard output" if file == STANDARD_OUTPUT else file
        raise ProviderError(f"the report could not be written to {where}: {error.strerror}.") from None


def clean_content(content: Any) -> Any:
    """Clean every text of a report: states of earlier versions may hold what a site once said."""
    if isinstance(content, dict):
        return {name: clean_content(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [clean_content(value) for value in content]
    return clean_lines(content) if isinstance(content, str) else content
