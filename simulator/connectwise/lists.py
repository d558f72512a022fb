"""What every list route shares: conditions, order, projection, and paging in its two ways.

Documented in public clients: page from 1, pageSize 25 by default and 1000 at most, `Link` with first/prev/next/last,
and "forward-only" (header `pagination-type`, query `pageId` meaning id > pageId), which not every route offers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from simulator.connectwise.conditions import Row, Shape, compiled, kind_of, read
from simulator.connectwise.errors import bad_query, out_of_range

DEFAULT_SIZE: Final = 25
LARGEST_SIZE: Final = 1000


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    headers: dict[str, str] = field(default_factory=dict)


def matching(rows: list[Row], shape: Shape, query: Mapping[str, str]) -> list[Row]:
    conditions = query.get("conditions", "").strip()
    if not conditions:
        return rows
    test = compiled(conditions, shape)
    return [row for row in rows if test(row)]


def page_of(
    rows: list[Row], shape: Shape, query: Mapping[str, str], url: str, *, forward_only: bool, offers_forward: bool
) -> Page:
    """Cut one page out of all rows; `url` is the request's own, for the links."""
    size = _number(query, "pageSize", DEFAULT_SIZE, 1, LARGEST_SIZE)
    found = matching(rows, shape, query)
    if forward_only and offers_forward:
        shown, headers = _forward(found, query, url, size)
    else:
        shown, headers = _classic(_ordered(found, shape, query), query, url, size)
        if forward_only:
            headers = {}  # Asked for what this route does not offer: it answers pages by number and no Link.
    return Page(projected(shown, query), headers)


def _forward(rows: list[Row], query: Mapping[str, str], url: str, size: int) -> tuple[list[Row], dict[str, str]]:
    after = _number(query, "pageId", 0, 0, 2**31 - 1)
    rest = sorted((row for row in rows if row["id"] > after), key=lambda row: int(row["id"]))
    shown = rest[:size]
    if len(rest) <= size:
        return shown, {}
    return shown, {"Link": _link(url, {**query, "pageId": str(shown[-1]["id"]), "pageSize": str(size)}, "next")}


def _classic(rows: list[Row], query: Mapping[str, str], url: str, size: int) -> tuple[list[Row], dict[str, str]]:
    page = _number(query, "page", 1, 1, 2**31 - 1)
    last = max(1, -(-len(rows) // size))
    targets: dict[str, int] = {}
    if page > 1:
        targets |= {"first": 1, "prev": min(page - 1, last)}
    if page < last:
        targets |= {"next": page + 1, "last": last}
    # `page` comes last: pyconnectwise, which is used at real sites, finds it nowhere else.
    kept = {name: value for name, value in query.items() if name != "page"} | {"pageSize": str(size)}
    links = [_link(url, {**kept, "page": str(target)}, rel) for rel, target in targets.items()]
    return rows[(page - 1) * size : page * size], {"Link": ", ".join(links)} if links else {}


def _link(url: str, query: Mapping[str, str], rel: str) -> str:
    return f'<{url}?{urlencode(query)}>; rel="{rel}"'


def _number(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise bad_query(f"{name} must be an integer") from None
    if not least <= number <= most:
        raise out_of_range(name, f"{name} must be between {least} and {most}")
    return number


def _ordered(rows: list[Row], shape: Shape, query: Mapping[str, str]) -> list[Row]:
    ordered = sorted(rows, key=lambda row: int(row["id"]))
    for term in reversed([part.split() for part in query.get("orderBy", "").split(",") if part.strip()]):
        name, direction = term[0], term[1].lower() if len(term) > 1 else "asc"
        if len(term) > 2 or direction not in ("asc", "desc"):
            raise bad_query(f"'{' '.join(term)}' is not an order; write 'field asc' or 'field desc'")
        kind_of(name, shape)
        ordered.sort(key=partial(_rank, name), reverse=direction == "desc")
    return ordered


def _rank(path: str, row: Row) -> tuple[bool, Any]:
    found = read(row, path)
    return found is not None, found.casefold() if isinstance(found, str) else found or 0


def projected(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """Keep only the `fields` asked for; `a/b` keeps one part of a reference."""
    paths = [part.strip() for part in query.get("fields", "").split(",") if part.strip()]
    return rows if not paths else [_projection(row, paths) for row in rows]


def _projection(row: Row, paths: list[str]) -> Row:
    kept: Row = {}
    for path in paths:
        name, _, part = path.partition("/")
        if name not in row:
            continue
        if part and isinstance(row[name], dict):
            kept.setdefault(name, {})[part] = row[name].get(part)
        else:
            kept[name] = row[name]
    return kept
