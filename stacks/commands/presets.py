"""presets: what vendors' integrations ask of their security role, as their own pages say it."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from providers.http.text import clean_lines
from stacks.exit_codes import CLEAN
from stacks.presets.catalogue import find_preset, list_names
from stacks.presets.model import Preset
from stacks.reports.files import make_json_option, write_report
from stacks.reports.output import print_line
from stacks.table import print_table


@click.command("presets")
@click.argument("name", required=False, metavar="[NAME|FILE]")
@make_json_option("file")
def command(name: str | None, file: str | None) -> int:
    """List the presets, or show one: a role as a vendor's page asks for it, for `check --preset`.

    A file of your own is read by its path, and everything that is wrong with it is said. Exits 2 then.
    """
    found = {one: find_preset(one, "presets") for one in ([name] if name else list_names())}
    if file:
        content = [describe_preset(one, preset) for one, preset in found.items()]
        write_report(file, [json.dumps(content[0] if name else {"presets": content}, indent=2), "\n"])
    elif name:
        _show(found[name])
    else:
        headings = ("name", "grants", "tables", "vendor")
        print_table(sys.stdout, headings, [_list(one, preset) for one, preset in found.items()], named=True)
    return CLEAN


def describe_preset(name: str, preset: Preset) -> dict[str, Any]:
    """Describe a preset for a program: as its file has it, tables None where the vendor's page names none."""
    levels = {function: levels.properties() for function, levels in preset.permissions.items()}
    tables = preset.tables if isinstance(preset.tables, list) else None
    return {"name": name, **preset.model_dump(mode="json", by_alias=True), "permissions": levels, "tables": tables}


def _list(name: str, preset: Preset) -> tuple[str, ...]:
    tables = str(len(preset.tables)) if isinstance(preset.tables, list) else "unnamed"
    return name, str(len(preset.permissions)), tables, preset.title


def _show(preset: Preset) -> None:
    source = preset.source
    lines = [preset.title, f"source: {source.page}" + (f', "{source.title}"' if source.title else "")]
    lines += [f"read: {source.read}", "", "permissions:"]
    for name, levels in preset.permissions.items():
        granted = ", ".join(f"{verb} {level}" for verb, level in levels.properties().items())
        meant = f" (the site's {preset.meant[name]})" if name in preset.meant else ""
        lines.append(f"  {name}{meant}: {granted}")
    named = isinstance(preset.tables, list)
    lines += ["", "tables:", *(f"  {table}" for table in preset.tables)] if named else ["", "tables: none are named"]
    for function, items in preset.get_lists().items():
        lines += ["", f"{function}, customize:", *(f"  {item}" for item in items)]
    if preset.screen:
        screen = preset.screen
        lines += ["", f"entered at: {screen.path} ({screen.page}, read {screen.read})"]
    if preset.notes:
        lines += ["", "notes:", *(f"  {note}" for note in preset.notes)]
    for line in lines:
        print_line(clean_lines(line), sys.stdout)
