"""Reading tables and lists in one call, by their headings and by roles and names; a part of a list is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import yaml
from playwright.async_api import Locator

from gateway.browser.screen import Screen
from gateway.browser.scripts import COUNT_ENTRIES, READ_TABLE
from gateway.errors import UnknownScreenError
from gateway.screens.element import Element

Table = dict[str, dict[tuple[str, str], str]]  # row header -> (role, name) -> text
# A node of Playwright's accessibility snapshot: role "name" [state]
_NODE = re.compile(r'(\w+)(?: ("(?:[^"\\]|\\.)*"))?(?: \[.*\])?')


async def require_whole_list(screen: Screen, place: Locator, more: Element | None = None) -> None:
    """Refuse a list of which only a part is there: what is not on it would be taken for gone.

    A negative number is ARIA's word for not knowing. `more`: what leads to further rows, where it can be pressed.
    """
    with screen.translate_errors("its lists can't be counted"):
        counts: list[tuple[int, int]] = await place.evaluate(COUNT_ENTRIES, timeout=1000 * screen.timeout)
    has_more = await _can_be_pressed(screen, more, place) if more else False
    if has_more or any(total < 0 or total > present for total, present in counts):
        raise UnknownScreenError(screen.name, "the list shows only some of its rows")


async def _can_be_pressed(screen: Screen, element: Element, place: Locator) -> bool:
    with screen.translate_errors(f"the {element} can't be looked at"):
        for locator in await screen.find(element, place).all():
            if await locator.is_visible() and await locator.is_enabled(timeout=1000 * screen.timeout):
                return True
    return False


async def read_rows(screen: Screen, table: Locator, columns: Iterable[str], name: str) -> list[dict[str, Any]]:
    """Read a table's rows. Its headings are checked also when it is empty: else a strange table would hold nothing."""
    with screen.translate_errors(f"{name} can't be read"):
        content = await table.evaluate(READ_TABLE, timeout=1000 * screen.timeout)
    missing = [column for column in columns if column not in content["headings"]]
    if missing:
        raise UnknownScreenError(screen.name, f"no column '{missing[0]}'")
    rows: list[dict[str, Any]] = content["rows"]
    return rows


async def read_links(screen: Screen, place: Locator) -> list[tuple[str, str]]:
    """Read name and address of every link there."""
    with screen.translate_errors("the links can't be read"):
        links: list[list[str]] = await place.get_by_role("link").evaluate_all(
            "(links) => links.map((link) => [link.innerText.trim(), link.getAttribute('href') ?? ''])"
        )
    return [(name, address) for name, address in links]


async def read_table(screen: Screen, table: Locator, name: str) -> Table:
    """Read rows by the name of their header; in each, what has a role and a name, with the text that it shows."""
    await require_whole_list(screen, table)
    with screen.translate_errors(f"{name} can't be read"):
        return parse_snapshot(await table.aria_snapshot(timeout=1000 * screen.timeout))


def parse_snapshot(snapshot: str) -> Table:
    """Return the rows of an accessibility snapshot, which is YAML.

    A native drop-down shows its choices, of which the selected one counts; a field with a placeholder shows both.
    """
    rows: Table = {}

    def visit(nodes: list[Any], row: dict[tuple[str, str], str]) -> str:
        """Collect the rows below; return the text of these nodes."""
        texts = []
        for node in nodes:
            label, content = next(iter(node.items())) if isinstance(node, dict) else (node, "")
            match = _NODE.fullmatch(label)
            if match is None:  # a property, as /placeholder
                continue
            role, name = match[1], json.loads(match[2] or '""')
            if role == "row":
                row = {}
            elif role == "rowheader":
                rows[name] = row
            text = visit(content, row) if isinstance(content, list) else content
            if role == "option":
                text = name if "[selected]" in label else ""
            if role not in ("row", "rowheader") and name:
                row[role, name] = text
            texts.append(text)
        return "".join(texts)

    visit(yaml.load(snapshot, yaml.BaseLoader) or [], {})  # noqa: S506 - it makes texts, lists and mappings only
    return rows


async def read_options(screen: Screen, listbox: Locator, name: str) -> list[str]:
    """Read the labels in a list, in their order."""
    await require_whole_list(screen, listbox)
    with screen.translate_errors(f"the {name} can't be read"):
        return [text.strip() for text in await listbox.get_by_role("option").all_inner_texts()]
