"""System / Security Roles: the list, a role's four levels by module, and the "customize" dialogue of two lists.

Laid out after the pictures on Cisco's page (225008). What they do not show is assumed and listed in docs/coverage.md.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.services.connectwise import roles
from simulator.services.connectwise.catalogue import FUNCTIONS, VERBS, ModuleFunction
from simulator.services.connectwise.customize_lists import LISTS
from simulator.services.connectwise.models import Role
from simulator.services.console.markup import Markup, element, join_markup
from simulator.services.console.screen_request import ScreenRequest
from simulator.services.console.widgets import alert, button, format_flag, grid, link, native_list, toolbar, view

ROUTE: Final = "/System/SecurityRoles"
SAVED: Final = "You have successfully updated this record."
MODULES: Final = tuple(dict.fromkeys(function.module for function in FUNCTIONS))
COLUMNS: Final = {"add": "Add Level", "edit": "Edit Level", "delete": "Delete Level", "inquire": "Inquire Level"}


def render_roles(screen: ScreenRequest) -> str:
    label = screen.labels
    rows = (
        (link(role.name, f"{ROUTE}/{role.id}"), format_flag(role.admin), format_flag(role.inactive))
        for role in sorted(screen.company.roles.values(), key=lambda role: role.name.casefold())
    )
    heads = (label("Role ID"), label("Admin"), label("Inactive"))
    return view(label("Security Roles"), grid(label("Security Roles"), heads, rows), crumbs=label("System"))


def render_role(screen: ScreenRequest, number: str) -> str | None:
    role, label = screen.company.roles.get(int(number)), screen.labels
    if role is None:
        return None
    heads = join_markup(
        element("th", "", scope="col"), (element("th", label(COLUMNS[verb]), scope="col") for verb in VERBS)
    )
    modules = (_render_module_bar(screen, role, index, name) for index, name in enumerate(MODULES))
    return view(
        label("Security Role"),
        toolbar(
            button(label("Save"), "save"),
            button(label("Save & Close"), "save-close"),
            link(label("Close"), ROUTE, role="button"),
        ),
        screen.field("Role ID", "name", role.name, readonly=True),
        element("h2", label("Security Modules")),
        element("table", element("thead", element("tr", heads)), class_="levels heads", aria_hidden="true"),
        modules,
        crumbs=f"{label('System')} > {label('Security Roles')}",
        data_save=f"{ROUTE}/{role.id}/levels",
        data_close=ROUTE,
    )


def _render_module_bar(screen: ScreenRequest, role: Role, index: int, name: str) -> Markup:
    """Render a module as a bar that opens; its rows are requested when it does."""
    opener = element("button", screen.labels(name), type="button", aria_expanded="false", class_="module")
    source = f"{ROUTE}/{role.id}/module/{index}"
    body = element("div", "", role="group", aria_label=screen.labels(name), hidden=True, data_source=source)
    return element("div", opener, body, data_piece=True)


def render_module(screen: ScreenRequest, number: str, index: int) -> str | None:
    role = screen.company.roles.get(int(number))
    if role is None or not 0 <= index < len(MODULES):
        return None
    rows = (_render_row(screen, role, function) for function in FUNCTIONS if function.module == MODULES[index])
    return element("table", element("tbody", rows), class_="levels", aria_label=screen.labels(MODULES[index]))


def _render_row(screen: ScreenRequest, role: Role, function: ModuleFunction) -> Markup:
    label = screen.labels
    opener: Markup | None = None
    if function.has_customize:
        source = _locate_list(role, function.label)
        render_customize = element("a", label("customize"), href="#", data_act="customize", data_source=source)
        opener = join_markup(" ( ", render_customize, " )")
    name = element("th", label(function.name), opener, scope="row", aria_label=label(function.name))
    cells = (element("td", _render_level(screen, role, function, verb)) for verb in VERBS)
    return element("tr", name, cells, data_function=function.label, data_my=function.has_my)


def _render_level(screen: ScreenRequest, role: Role, function: ModuleFunction, verb: str) -> Markup | None:
    """Render a drop-down as the client builds it: a box, and a list that appears elsewhere in the page."""
    level = role.get_level(function, verb)
    if level is None:
        return None
    choices = {choice: screen.labels(choice) for choice in roles.LEVELS if choice != "My" or function.has_my}
    if screen.modes.native_lists:
        return native_list(choices, level, aria_label=screen.labels(COLUMNS[verb]), data_verb=verb)
    return element(
        "button",
        screen.labels(level),
        type="button",
        role="combobox",
        aria_haspopup="listbox",
        aria_expanded="false",
        aria_label=screen.labels(COLUMNS[verb]),
        data_verb=verb,
        data_value=level,
        data_choices="|".join(choices),
        data_shown="|".join(choices.values()),
    )


def save_levels(screen: ScreenRequest, number: str, body: dict[str, Any]) -> dict[str, Any]:
    """Save what was changed on the page; nothing changed is a success too."""
    role = roles.get(screen.company, int(number))
    levels = body["levels"]
    if levels:
        roles.set_levels(screen.company, screen.actor, role, levels)
    return {"message": screen.labels(SAVED)}


def _locate_list(role: Role, function: str) -> str | None:
    """Say where a row's list is; null where it is not simulated. Table Setup's, the first, needs no number."""
    if function not in LISTS:
        return None
    number = [*LISTS].index(function)
    return f"{ROUTE}/{role.id}/customize" + (f"/{number}" if number else "")


def render_customize(screen: ScreenRequest, number: str, place: int = 0) -> str | None:
    role, label = screen.company.roles.get(int(number)), screen.labels
    if role is None or not 0 <= place < len(LISTS):
        return None
    customized = [*LISTS.values()][place]
    arrows = (
        button(sign, act) for sign, act in ((">", "deny"), ("<", "allow"), (">>", "deny-all"), ("<<", "allow-all"))
    )
    return element(
        "div",
        element("h2", label("Update Security"), id="dialogue"),
        element("div", alert(""), hidden=True, class_="trouble"),
        element(
            "div",
            _render_listbox(label("Allow Access to these"), "allowed", customized.list_allowed(role)),
            element("div", arrows, class_="arrows"),
            _render_listbox(label("Disallow Access to these"), "denied", customized.list_denied(role)),
            class_="lists",
        ),
        element("div", button(label("SAVE"), "save-list"), button(label("CANCEL"), "cancel"), class_="toolbar"),
        role="dialog",
        aria_modal="true",
        aria_labelledby="dialogue",
        data_save=_locate_list(role, customized.function),
    )


def _render_listbox(name: str, list_name: str, labels: list[str]) -> Markup:
    options = (element("li", label, role="option", aria_selected="false", tabindex=-1) for label in labels)
    box = element("ul", options, role="listbox", aria_label=name, aria_multiselectable="true", data_list=list_name)
    return element("div", element("h3", name), box)


def save_list(screen: ScreenRequest, number: str, body: dict[str, Any], place: int = 0) -> dict[str, Any]:
    role, customized = roles.get(screen.company, int(number)), [*LISTS.values()][place]
    roles.set_list(screen.company, screen.actor, role, customized, [str(label) for label in body["allow"]])
    return {}
