"""System / Security Roles: the list, a role's four levels by module, and the "customize" dialogue of two lists.

Laid out after the pictures on Cisco's page (225008). What they do not show is assumed and listed in docs/coverage.md.
"""

from typing import Any, Final

from simulator.connectwise import roles
from simulator.connectwise.catalogue import FUNCTIONS, VERBS, ModuleFunction
from simulator.connectwise.models import Role
from simulator.connectwise.setup_screens import SCREENS, canonical
from simulator.console.markup import Markup, element, together
from simulator.console.parts import alert, button, field, grid, link, toolbar, view
from simulator.console.visit import Visit

ROUTE: Final = "/System/SecurityRoles"
SAVED: Final = "You have successfully updated this record."
MODULES: Final = tuple(dict.fromkeys(function.module for function in FUNCTIONS))
COLUMNS: Final = {"add": "Add Level", "edit": "Edit Level", "delete": "Delete Level", "inquire": "Inquire Level"}
TABLE_SETUP: Final = "System / Table Setup"


def listed(at: Visit) -> str:
    say = at.words
    rows = (
        (link(role.name, f"{ROUTE}/{role.id}"), "Yes" if role.admin else "No", "Yes" if role.inactive else "No")
        for role in sorted(at.company.roles.values(), key=lambda role: role.name.casefold())
    )
    heads = (say("Role ID"), say("Admin"), say("Inactive"))
    return view(say("Security Roles"), grid(say("Security Roles"), heads, rows), crumbs=say("System"))


def role(at: Visit, number: str) -> str | None:
    found, say = at.company.roles.get(int(number)), at.words
    if found is None:
        return None
    heads = together(element("th", "", scope="col"), (element("th", say(COLUMNS[verb]), scope="col") for verb in VERBS))
    modules = (_module(at, found, place, name) for place, name in enumerate(MODULES))
    return view(
        say("Security Role"),
        toolbar(
            button(say("Save"), "save"),
            button(say("Save & Close"), "save-close"),
            link(say("Close"), ROUTE, role="button"),
        ),
        field(say("Role ID"), "name", found.name, readonly=True),
        element("h2", say("Security Modules")),
        element("table", element("thead", element("tr", heads)), class_="levels heads", aria_hidden="true"),
        modules,
        crumbs=f"{say('System')} > {say('Security Roles')}",
        data_save=f"{ROUTE}/{found.id}/levels",
        data_close=ROUTE,
    )


def _module(at: Visit, found: Role, place: int, name: str) -> Markup:
    """A module as a bar that opens; its rows are asked for when it does."""
    opener = element("button", at.words(name), type="button", aria_expanded="false", class_="module")
    source = f"{ROUTE}/{found.id}/module/{place}"
    body = element("div", "", role="group", aria_label=at.words(name), hidden=True, data_source=source)
    return element("div", opener, body, data_piece=True)


def module(at: Visit, number: str, place: int) -> str | None:
    found = at.company.roles.get(int(number))
    if found is None or not 0 <= place < len(MODULES):
        return None
    rows = (_row(at, found, one) for one in FUNCTIONS if one.module == MODULES[place])
    return element("table", element("tbody", rows), class_="levels", aria_label=at.words(MODULES[place]))


def _row(at: Visit, found: Role, function: ModuleFunction) -> Markup:
    say = at.words
    opener: Markup | None = None
    if function.has_customize:
        source = f"{ROUTE}/{found.id}/customize" if function.label == TABLE_SETUP else None
        customize = element("a", say("customize"), href="#", data_act="customize", data_source=source)
        opener = together(" ( ", customize, " )")
    name = element("th", say(function.name), opener, scope="row", aria_label=say(function.name))
    cells = (element("td", _level(at, found, function, verb)) for verb in VERBS)
    return element("tr", name, cells, data_function=function.label, data_my=function.has_my)


def _level(at: Visit, found: Role, function: ModuleFunction, verb: str) -> Markup | None:
    """A drop-down of the client's own making: a box, and a list that appears elsewhere in the page."""
    level = found.level(function, verb)
    if level is None:
        return None
    choices = [one for one in roles.LEVELS if one != "My" or function.has_my]
    return element(
        "button",
        at.words(level),
        type="button",
        role="combobox",
        aria_haspopup="listbox",
        aria_expanded="false",
        aria_label=at.words(COLUMNS[verb]),
        data_verb=verb,
        data_value=level,
        data_choices="|".join(choices),
        data_shown="|".join(at.words(one) for one in choices),
    )


def save(at: Visit, number: str, body: dict[str, Any]) -> dict[str, Any]:
    """Save what was changed on the page; nothing changed is a success too."""
    found = roles.get(at.company, int(number))
    levels = body["levels"]
    if levels:
        roles.set_levels(at.company, at.actor, found, levels)
    return {"message": at.words(SAVED)}


def customize(at: Visit, number: str) -> str | None:
    found, say = at.company.roles.get(int(number)), at.words
    if found is None:
        return None
    allowed = canonical(found.tables)
    denied = [screen.label for screen in SCREENS if screen.label not in found.tables]
    arrows = (
        button(sign, act) for sign, act in ((">", "deny"), ("<", "allow"), (">>", "deny-all"), ("<<", "allow-all"))
    )
    return element(
        "div",
        element("h2", say("Update Security"), id="dialogue"),
        element("div", alert(""), hidden=True, class_="trouble"),
        element(
            "div",
            _list(say("Allow Access to these"), "allowed", allowed),
            element("div", arrows, class_="arrows"),
            _list(say("Disallow Access to these"), "denied", denied),
            class_="lists",
        ),
        element("div", button(say("SAVE"), "save-tables"), button(say("CANCEL"), "cancel"), class_="toolbar"),
        role="dialog",
        aria_modal="true",
        aria_labelledby="dialogue",
        data_save=f"{ROUTE}/{found.id}/customize",
    )


def _list(name: str, which: str, labels: list[str]) -> Markup:
    options = (element("li", label, role="option", aria_selected="false", tabindex=-1) for label in labels)
    box = element("ul", options, role="listbox", aria_label=name, aria_multiselectable="true", data_list=which)
    return element("div", element("h3", name), box)


def save_tables(at: Visit, number: str, body: dict[str, Any]) -> dict[str, Any]:
    roles.set_tables(at.company, at.actor, roles.get(at.company, int(number)), [str(one) for one in body["allow"]])
    return {}
