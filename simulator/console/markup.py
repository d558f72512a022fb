"""HTML from Python: elements whose text and attributes are always escaped."""

from collections.abc import Iterable
from html import escape
from typing import Final

_EMPTY: Final = ("input", "meta", "link", "br")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | Iterable[str] | None


def element(tag: str, /, *children: Child, **attributes: str | bool | int | None) -> Markup:
    """`class_` and `for_` lose the underscore, others get hyphens: `aria_label` is aria-label."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value not in (None, False))
    if tag in _EMPTY:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{together(*children)}</{tag}>")


def together(*children: Child) -> Markup:
    """Several things after each other."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, str):
            parts.append(child if isinstance(child, Markup) else escape(child))
        elif child is not None:
            parts.append(together(*child))
    return Markup("".join(parts))


def document(title: str, body: Markup, *, assets: str, script: bool = False, **attributes: str | int) -> str:
    """A whole page; no part of it comes from elsewhere."""
    head = together(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("link", rel="stylesheet", href=f"{assets}/console.css"),
        element("link", rel="icon", href="data:,"),
        element("script", "", src=f"{assets}/console.js", defer=True) if script else None,
    )
    page = element("html", element("head", head), element("body", body, **attributes), lang="en")
    return f"<!DOCTYPE html>{page}"


def _attribute(key: str, value: str | bool | int | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
