"""ConnectWise's screens: which route shows what, which act changes what."""

from typing import Any

from simulator.console import keys_screens, role_screens
from simulator.console.markup import element
from simulator.console.parts import link
from simulator.console.parts import view as page
from simulator.console.visit import Visit


def view(at: Visit, route: list[str]) -> str | None:
    match route:
        case ["System"]:
            return page(at.words("System"), element("p", "Choose a screen from the menu."))
        case ["System", "SecurityRoles"]:
            return role_screens.listed(at)
        case ["System", "SecurityRoles", number]:
            return role_screens.role(at, number)
        case ["System", "SecurityRoles", number, "module", module]:
            return role_screens.module(at, number, int(module))
        case ["System", "SecurityRoles", number, "customize"]:
            return role_screens.customize(at, number)
        case ["System", "Members"]:
            return keys_screens.people(at)
        case ["System", "Members", "ApiMembers"]:
            return keys_screens.api_members(at)
        case ["System", "Members", "ApiMembers", member, *rest]:
            return keys_screens.api_member(at, member, rest)
        case ["System", name]:
            back = link(at.words("Security Roles"), "/System/SecurityRoles")
            return page(name, element("p", "This screen is not simulated. ", back))
    return None


def act(at: Visit, route: list[str], body: dict[str, Any]) -> dict[str, Any]:
    match route:
        case ["System", "SecurityRoles", number, "levels"]:
            return role_screens.save(at, number, body)
        case ["System", "SecurityRoles", number, "customize"]:
            return role_screens.save_tables(at, number, body)
        case ["System", "Members", "ApiMembers", member, "ApiKeys", *rest]:
            return keys_screens.save(at, member, rest, body)
    raise KeyError("no such act")
