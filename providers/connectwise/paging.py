"""Reading a list to its end, however a site offers the next page (docs/coverage.md, "Lists")."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from providers.connectwise.site import Site
from providers.core.errors import RemoteError
from providers.http.errors import TransportError
from providers.http.message import Response
from providers.http.urls import find_next_link

T = TypeVar("T")
Ask = Callable[[str, Mapping[str, str | int], Mapping[str, str]], Response]
"""Asks for a path or an absolute URL, with a query and with headers. Raises `RemoteError` for an error status."""

_MOST_PAGES = 100  # far above any list we read; ends a site that links in circles
_SMALLEST_LIMIT = 100  # what is tried where a site names page sizes in its refusal, but no number


def read_pages(
    site: Site,
    ask: Ask,
    parse: Callable[[Response], list[T]],
    path: str,
    query: Mapping[str, str | int],
    is_enough: Callable[[list[T]], bool] = lambda rows: False,
) -> list[T]:
    """Read all pages, or as many as are enough. Forward-only paging is asked for and, where it is not offered, pages
    are counted instead.

    The end is a `Link` without a next page, an empty page, or a short one that only repeats the page before it. Without
    a `Link` a first page that is shorter than asked may be all that the site gives at once, so the next is asked for;
    one that is shorter than the page before it is the last.

    Raises:
        RemoteError: A page could not be read, or there is no end.
    """
    rows: list[T] = []
    page: list[T] = []
    body = b""
    url, number, parameters, size = path, 1, query, site.page_size
    for _ in range(_MOST_PAGES):
        # A counted page is a classic one: asked for together, the two ways of paging contradict each other.
        headers = {"pagination-type": "forward-only"} if number == 1 else {}
        try:
            # A link says itself how large its page is.
            response = ask(url, parameters if url.startswith("http") else {**parameters, "pageSize": size}, headers)
        except RemoteError as error:
            largest = _find_largest_page(error, size)
            if rows or not largest:  # in the middle of a list another size would skip rows
                raise
            site.page_size = size = largest
            continue
        before, page = page, parse(response)
        if not page or (response.body == body and len(page) < size):
            return rows
        body = response.body
        rows += page
        if is_enough(rows):
            return rows
        try:
            link = find_next_link(response, site.origin)
        except TransportError as error:
            raise RemoteError.of(error) from None
        if link:
            url, parameters = link, {}
        elif "Link" not in response.headers and url == path and len(page) >= len(before):
            number += 1
            parameters = {**query, "page": number}
        else:
            return rows
    raise RemoteError(f"the site's list {path} does not end after {_MOST_PAGES} pages; the answer was ignored")


def _find_largest_page(error: RemoteError, asked: int) -> int:
    """Read the largest page that a site gives off its refusal of a larger one; 0 when it says nothing of it."""
    if error.status != 400 or not re.search("page ?size", error.detail, re.IGNORECASE):
        return 0
    smaller = [number for number in map(int, re.findall(r"\d+", error.detail)) if 1 < number < asked]
    return max(smaller, default=_SMALLEST_LIMIT if asked > _SMALLEST_LIMIT else 0)
