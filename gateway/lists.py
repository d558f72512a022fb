"""Reading tables and lists whole, in one look, by their headings and by roles and names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from playwright.async_api import Locator

from gateway.problems import unknown_screen
from gateway.screen import Screen
from gateway.screens.marks import Mark

# A table by its headings: a row's texts, and the address of the first link in it.
_TABLE = """(table) => {
  const cells = (row) => [...row.querySelectorAll('th, td, [role=cell], [role=gridcell], [role=rowheader]')];
  const heads = [...table.querySelectorAll('thead th, [role=columnheader]')].map((one) => one.innerText.trim());
  const isHead = (row) => row.querySelector('[scope=col], [role=columnheader]');
  const rows = [...table.querySelectorAll('tr, [role=row]')].filter((row) => !isHead(row));
  const told = rows.map((row) => ({
    link: row.querySelector('a[href]')?.getAttribute('href') ?? '',
    texts: Object.fromEntries(cells(row).map((cell, place) => [heads[place] ?? '', cell.innerText.trim()])),
  }));
  return { heads, rows: told };
}"""


# How many entries the page says there are, and how many are in it: a virtual list holds only what is in sight.
_COUNTED = """(place) => {
  const all = (what) => [...(place.matches(what) ? [place] : []), ...place.querySelectorAll(what)];
  const tables = all('[aria-rowcount]').map((table) => [
    Number(table.getAttribute('aria-rowcount')), table.querySelectorAll('tr, [role=row]').length,
  ]);
  const lists = all('[role=listbox]').flatMap((list) => {
    const held = list.querySelectorAll('[role=option]');
    return [...held].map((one) => [Number(one.getAttribute('aria-setsize') ?? held.length), held.length]);
  });
  return [...tables, ...lists];
}"""


Table = dict[str, dict[tuple[str, str], str]]  # row header -> (role, name) -> text
QUOTE = "'"
# A line of Playwright's accessibility snapshot: - role "name" [state]: text
_PART = re.compile(r'\s*- (\w+) ("(?:[^"\\]|\\.)*")(?: \[[^\]]*\])*(?::(?: (.*))?)?$')
# The same line as YAML quotes it, when the name holds something that YAML would misread.
_QUOTED = re.compile(r"\s*- '((?:[^']|'')*)'(.*)$")


async def whole(screen: Screen, place: Locator, more: Mark | None = None) -> None:
    """Refuse a list of which only a part is there: what is not on it would be taken for gone.

    A negative number is ARIA's word for not knowing. `more`: what, where it can be pressed, leads to further rows.
    """
    with screen.naming("its lists can't be counted"):
        counted: list[tuple[int, int]] = await place.evaluate(_COUNTED, timeout=1000 * screen.patience)
    on = await _usable(screen, more, place) if more else False
    if on or any(said < 0 or said > held for said, held in counted):
        raise unknown_screen(screen.name, "the list shows only some of its rows")


async def _usable(screen: Screen, mark: Mark, place: Locator) -> bool:
    """Whether one of them is there and can be pressed."""
    with screen.naming(f"the {mark} can't be looked at"):
        for one in await screen.find(mark, place).all():
            if await one.is_visible() and await one.is_enabled(timeout=1000 * screen.patience):
                return True
    return False


async def rows(screen: Screen, found: Locator, columns: Iterable[str], what: str) -> list[dict[str, Any]]:
    """A table's rows. Its headings are looked at also when it is empty: else a strange table would hold nothing."""
    with screen.naming(f"{what} can't be read"):
        told = await found.evaluate(_TABLE, timeout=1000 * screen.patience)
    missing = [name for name in columns if name not in told["heads"]]
    if missing:
        raise unknown_screen(screen.name, f"no column '{missing[0]}'")
    rows: list[dict[str, Any]] = told["rows"]
    return rows


async def links(screen: Screen, place: Locator) -> list[tuple[str, str]]:
    """Name and address of every link there."""
    with screen.naming("the links can't be read"):
        found: list[list[str]] = await place.get_by_role("link").evaluate_all(
            "(all) => all.map((one) => [one.innerText.trim(), one.getAttribute('href') ?? ''])"
        )
    return [(name, address) for name, address in found]


async def table_of(screen: Screen, found: Locator, what: str) -> Table:
    """Rows by the name of their header; in each, what has a role and a name, with the text that it shows."""
    await whole(screen, found)
    with screen.naming(f"{what} can't be read"):
        return table_in(await found.aria_snapshot(timeout=1000 * screen.patience))


def table_in(snapshot: str) -> Table:
    """The rows of an accessibility snapshot."""
    rows: Table = {}
    row: dict[tuple[str, str], str] = {}
    for line in snapshot.splitlines():
        quoted = _QUOTED.match(line)
        part = _PART.match(f"- {quoted[1].replace(2 * QUOTE, QUOTE)}{quoted[2]}" if quoted else line)
        if part is None:
            continue
        role, name, text = part[1], json.loads(part[2]), part[3] or ""
        if role == "row":
            row = {}
        elif role == "rowheader":
            rows[name] = row
        else:
            row[role, name] = json.loads(text) if text.startswith('"') else text
    return rows


async def options(screen: Screen, found: Locator, what: str) -> list[str]:
    """The labels in a list, as they stand."""
    await whole(screen, found)
    with screen.naming(f"the {what} can't be read"):
        return [text.strip() for text in await found.get_by_role("option").all_inner_texts()]
