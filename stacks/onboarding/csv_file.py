"""Many tenants in one file: a column `tenant`, the others are settings; a secret's cells say where it is found."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from providers.core.configuration import PROJECT
from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.core.settings import SettingErrors
from stacks.onboarding.catalogue import SettingInfo
from stacks.onboarding.options import parse_plain_settings, parse_secret_sources
from stacks.settings import check_name
from stacks.tenant_files import EXAMPLE


class GivenTenant(NamedTuple):
    """One line: plain settings by key, and for each secret its source."""

    name: str
    values: dict[str, str]
    sources: dict[str, str]


def read_tenants(path: Path, known: Mapping[str, SettingInfo]) -> list[GivenTenant]:
    """Read the file whole. Raises `SettingErrors` with what is wrong, by line; nothing was made then."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            columns = table.fieldnames or []
            _refuse_columns(path, [column.strip() for column in columns], known)
            lines = [(table.line_num, line) for line in table]
            if not lines:
                raise _make_error(path, 1, "there is no tenant below it")
    except OSError as error:
        raise SettingErrors([SettingError("--from", f"{path} can't be read: {error.strerror}")]) from None
    except (csv.Error, UnicodeDecodeError):
        raise SettingErrors([SettingError("--from", f"{path} is no table of comma-separated values")]) from None
    found: dict[str, GivenTenant] = {}
    errors: list[SettingError] = []
    for number, line in lines:
        try:
            given = _read_line(path, number, line, known)
            if given.name in found:
                raise _make_error(path, number, f"the tenant {given.name} is there twice")
            found[given.name] = given
        except SettingErrors as wrong:
            errors += wrong.errors
    if errors:
        raise SettingErrors(errors)
    return list(found.values())


def _read_line(path: Path, number: int, line: Mapping[str, str], known: Mapping[str, SettingInfo]) -> GivenTenant:
    if None in line or None in line.values():
        raise _make_error(path, number, "it has another number of cells than the first line")
    name = line["tenant"].strip()
    if wrong := check_name(name):
        raise _make_error(path, number, wrong.summary)
    if name == EXAMPLE:
        raise _make_error(path, number, f"{EXAMPLE} is the name of the example's file", "choose another name")
    cells = [(key.strip(), cell.strip()) for key, cell in line.items() if key != "tenant" and cell.strip()]
    secret = {key for key, _ in cells if key in known and known[key].secret}
    values = parse_plain_settings([f"{key}={cell}" for key, cell in cells if key not in secret], known)
    for key, cell in cells:
        if key in secret and not (cell[:1] in ("@", "!") and cell[1:].strip()):
            raise _make_error(
                path,
                number,
                f"{key} is a secret, and what stands there says not where it is found",
                "write @FILE or !COMMAND, and consider a value that stood there as known to others",
            )
    return GivenTenant(
        name, values, parse_secret_sources([f"{key}={cell}" for key, cell in cells if key in secret], known, values)
    )


def _refuse_columns(path: Path, columns: list[str], known: Mapping[str, SettingInfo]) -> None:
    if "tenant" not in columns:
        raise _make_error(path, 1, "there is no column `tenant`")
    for place, column in enumerate(columns):
        if column in columns[:place]:
            raise _make_error(path, 1, f"the column {column!r} is there twice")
        if column != "tenant" and column.removeprefix(f"{PROJECT}:") not in known:
            meant = suggest_nearest(column, known, most=1)
            raise _make_error(path, 1, f"there is no setting {column!r}.{meant}".rstrip("."))


def _make_error(path: Path, line: int, problem: str, step: str = "correct the file") -> SettingErrors:
    return SettingErrors([SettingError("--from", f"{path}, line {line}: {problem}", next_step=step)])
