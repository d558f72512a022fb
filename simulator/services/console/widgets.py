"""The widgets of the screens: fields, grids, buttons, tabs, each with its ARIA role and name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from simulator.services.console.markup import Child, Markup, element


class Labels:
    """The labels of a company's screens: as documented, unless a mode says otherwise."""

    def __init__(self, changed: Mapping[str, str]) -> None:
        self._changed = changed

    def __call__(self, label: str) -> str:
        return self._changed.get(label, label)


def field(label: str, name: str, value: str = "", **attributes: str | bool) -> Markup:
    """Build a line to type in, or to read from (`readonly`); one that is `required` has an asterisk."""
    required = element("span", " *", aria_hidden="true") if attributes.pop("required", False) else None
    defaults: dict[str, str | bool] = {"type": "text", "autocomplete": "off", **attributes}
    line = element("input", id=name, name=name, value=value, aria_label=label, **defaults)
    return element("p", element("label", label, required, for_=name), line, class_="field")


def native_list(choices: Mapping[str, str], value: str, **attributes: str | bool) -> Markup:
    """Build the browser's own drop-down: values and the texts that it shows for them."""
    options = (element("option", text, value=choice, selected=choice == value) for choice, text in choices.items())
    return element("select", options, **attributes)


def button(label: str, action: str | None = None, *, kind: str = "button", **attributes: str | bool) -> Markup:
    return element("button", label, type=kind, data_act=action, **attributes)


def status(message: str) -> Markup:
    return element("p", element("span", "✓ ", aria_hidden="true"), message, role="status", class_="status")


def alert(message: str) -> Markup:
    return element("p", message, role="alert", class_="alert")


def grid(name: str, headings: Sequence[str], rows: Iterable[Sequence[Child]]) -> Markup:
    """Build a table whose first column names the row."""
    head = element("tr", (element("th", heading, scope="col") for heading in headings))
    body = (
        element("tr", element("th", row[0], scope="row"), (element("td", cell) for cell in row[1:]), data_piece=True)
        for row in rows
    )
    return element("table", element("thead", head), element("tbody", body), aria_label=name)


def link(label: str, route: str, **attributes: str) -> Markup:
    return element("a", label, href=f"#{route}", **attributes)


def tabs(selected: str, routes: Sequence[tuple[str, str]]) -> Markup:
    parts = (
        element("a", label, href=f"#{route}", role="tab", aria_selected="true" if label == selected else "false")
        for label, route in routes
    )
    return element("div", parts, role="tablist", class_="tabs")


def format_flag(flag: bool) -> str:
    return "Yes" if flag else "No"


def toolbar(*children: Child) -> Markup:
    return element("div", *children, role="toolbar", class_="toolbar", data_piece=True)


def view(title: str, *children: Child, crumbs: str = "", **attributes: str) -> Markup:
    """Build the main part of the client for one route."""
    trail = element("p", crumbs, class_="crumbs") if crumbs else None
    return element("section", trail, element("h1", title), *children, class_="view", **attributes)
