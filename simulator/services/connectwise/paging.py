"""What every list route shares: conditions, order, projection, and two kinds of paging.

Documented in public clients: page from 1, pageSize 25 by default and 1000 at most, `Link` with first/prev/next/last,
and "forward-only" (header `pagination-type`, query `pageId` meaning id > pageId), which not every route offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, cast
from urllib.parse import urlencode

from simulator.services.connectwise.conditions import (
    FieldType,
    FieldTypes,
    Row,
    compile_conditions,
    find_field,
    read_field,
)
from simulator.services.connectwise.errors import bad_query, out_of_range
from simulator.services.connectwise.rest_call import RestAnswer, RestCall
from simulator.services.connectwise.row_files import read_sections

DEFAULT_SIZE: Final = 25
FIELD_TYPES: Final[dict[str, FieldTypes]] = {
    kind: {name: cast(FieldType, row.split()[0]) for row in rows for name in row.split()[1:]}
    for kind, rows in read_sections("list_fields.txt").items()
}


def filter_rows(rows: list[Row], kind: str, call: RestCall) -> list[Row]:
    conditions = call.query.get("conditions", "").strip()
    if not conditions:
        return rows
    refused: FieldTypes = dict.fromkeys(call.company.modes.refused_conditions.get(kind, ()), "refused")
    test = compile_conditions(conditions, {**FIELD_TYPES[kind], **refused})
    return [row for row in rows if test(row)]


def cut_page(rows: list[Row], kind: str, call: RestCall, *, offers_forward: bool) -> RestAnswer:
    """Cut the page that a call asks for out of all rows."""
    query, modes = call.query, call.company.modes
    size = _read_number(query, "pageSize", min(DEFAULT_SIZE, modes.largest_page), 1, modes.largest_page)
    size = min(size, modes.short_page or size)
    matching = filter_rows(rows, kind, call)
    if call.forward_only and offers_forward:
        page = _cut_forward_only(matching, call, size)
    else:
        page = _cut_numbered(_sort_rows(matching, FIELD_TYPES[kind], query), query, modes.locate_link(call.url), size)
    # Asked for what this route does not offer, it answers pages by number and no Link.
    without = modes.link_origin == "none" or (call.forward_only and not offers_forward)
    return RestAnswer(project_rows(page.body, query), headers={} if without else page.headers)


def _cut_forward_only(rows: list[Row], call: RestCall, size: int) -> RestAnswer:
    after = _read_number(call.query, "pageId", 0, 0, 2**31 - 1)
    rest = sorted((row for row in rows if row["id"] > after), key=lambda row: int(row["id"]))
    rows, modes = rest[:size], call.company.modes
    if len(rest) <= size and modes.link_end != "always":
        return RestAnswer(rows, headers={"Link": ""} if modes.link_end == "empty" else {})
    target = {**call.query, "pageId": str(rows[-1]["id"] if rows else after), "pageSize": str(size)}
    return RestAnswer(rows, headers={"Link": _format_link(modes.locate_link(call.url), target, "next")})


def _cut_numbered(rows: list[Row], query: Mapping[str, str], url: str, size: int) -> RestAnswer:
    page = _read_number(query, "page", 1, 1, 2**31 - 1)
    last = max(1, -(-len(rows) // size))
    targets: dict[str, int] = {}
    if page > 1:
        targets |= {"first": 1, "prev": min(page - 1, last)}
    if page < last:
        targets |= {"next": page + 1, "last": last}
    # `page` comes last: pyconnectwise, which is used at real sites, finds it nowhere else.
    others = {name: value for name, value in query.items() if name != "page"} | {"pageSize": str(size)}
    links = [_format_link(url, {**others, "page": str(target)}, rel) for rel, target in targets.items()]
    return RestAnswer(rows[(page - 1) * size : page * size], headers={"Link": ", ".join(links)} if links else {})


def _format_link(url: str, query: Mapping[str, str], rel: str) -> str:
    return f'<{url}?{urlencode(query)}>; rel="{rel}"'


def _read_number(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise bad_query(f"{name} must be an integer") from None
    if not least <= number <= most:
        raise out_of_range(name, least, most)
    return number


def _sort_rows(rows: list[Row], types: FieldTypes, query: Mapping[str, str]) -> list[Row]:
    ordered = sorted(rows, key=lambda row: int(row["id"]))
    for term in reversed([part.split() for part in query.get("orderBy", "").split(",") if part.strip()]):
        name, direction = term[0], term[1].lower() if len(term) > 1 else "asc"
        if len(term) > 2 or direction not in ("asc", "desc"):
            raise bad_query(f"'{' '.join(term)}' is not an order; write 'field asc' or 'field desc'")
        path, _ = find_field(name, types)
        ordered.sort(key=partial(_compute_sort_key, path), reverse=direction == "desc")
    return ordered


def _compute_sort_key(path: str, row: Row) -> tuple[bool, Any]:
    value = read_field(row, path)
    return value is not None, value.casefold() if isinstance(value, str) else value or 0


def project_rows(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """Keep only the `fields` asked for; `a/b` keeps one part of a reference."""
    paths = [part.strip() for part in query.get("fields", "").split(",") if part.strip()]
    return rows if not paths else [_project_row(row, paths) for row in rows]


def _project_row(row: Row, paths: list[str]) -> Row:
    projected: Row = {}
    for path in paths:
        name, _, part = path.partition("/")
        if name not in row:
            continue
        if part and isinstance(row[name], dict):
            projected.setdefault(name, {})[part] = row[name].get(part)
        else:
            projected[name] = row[name]
    return projected
