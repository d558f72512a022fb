"""A work order for the page: it is Markdown, of which steps, points and lines to copy are shown as such.

Nothing else of Markdown is on, links and HTML least of all: a name that a site gave stays the text that it is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markupsafe import Markup

_HEAD = "## Work order: "


class Order(NamedTuple):
    """`title`: an imperative; `body`: HTML."""

    title: str
    body: Markup


def format_order(text: str) -> Order:
    """Format a work order. Where it has no head its first line is its title."""
    from markupsafe import Markup

    title, _, body = text.strip().partition("\n")
    title = title.removeprefix(_HEAD).lstrip("# ")
    body = body.replace("**Still open:** ", "Still open: ")
    return Order(title[:1].upper() + title[1:], Markup(_open_markdown().render(body)))  # noqa: S704  escaped there


@cache
def _open_markdown() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False}).enable(["list", "code", "backticks"])
