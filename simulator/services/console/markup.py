"""HTML from Python: elements whose text and attributes are always escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

_EMPTY: Final = ("input", "meta", "link", "br")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | Iterable[str] | None


def element(tag: str, /, *children: Child, **attributes: str | bool | int | None) -> Markup:
    """Build an element. `class_` and `for_` lose the underscore, others get hyphens: `aria_label` is aria-label."""
    written = "".join(_render_attribute(key, value) for key, value in attributes.items() if value not in (None, False))
    if tag in _EMPTY:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{join_markup(*children)}</{tag}>")


def join_markup(*children: Child) -> Markup:
    """Join texts and elements, in their order."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, str):
            parts.append(child if isinstance(child, Markup) else escape(child))
        elif child is not None:
            parts.append(join_markup(*child))
    return Markup("".join(parts))


def render_document(title: str, body: Markup, *, assets: str, script: bool = False, **attributes: str | int) -> str:
    """Render a whole page; nothing on it comes from another host."""
    head = join_markup(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("link", rel="stylesheet", href=f"{assets}/console.css"),
        element("link", rel="icon", href="data:,"),
        element("script", "", src=f"{assets}/console.js", defer=True) if script else None,
    )
    page = element("html", element("head", head), element("body", body, **attributes), lang="en")
    return f"<!DOCTYPE html>{page}"


def _render_attribute(key: str, value: str | bool | int | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
