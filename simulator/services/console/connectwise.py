"""ConnectWise's screens: which route shows what, which action changes what."""

from __future__ import annotations

from typing import Any

from simulator.services.console import member_screens, role_screens
from simulator.services.console.markup import element
from simulator.services.console.screen_request import ScreenRequest
from simulator.services.console.widgets import link, view


def render_view(screen: ScreenRequest, route: list[str]) -> str | None:
    match route:
        case ["System"]:
            return view(screen.labels("System"), element("p", "Choose a screen from the menu."))
        case ["System", "SecurityRoles"]:
            return role_screens.render_roles(screen)
        case ["System", "SecurityRoles", number]:
            return role_screens.render_role(screen, number)
        case ["System", "SecurityRoles", number, "module", module]:
            return role_screens.render_module(screen, number, int(module))
        case ["System", "SecurityRoles", number, "customize", *place]:
            return role_screens.render_customize(screen, number, *map(int, place[:1]))
        case ["System", "Members"]:
            return member_screens.render_people(screen)
        case ["System", "Members", "ApiMembers"]:
            return member_screens.render_api_members(screen)
        case ["System", "Members", "ApiMembers", member, *rest]:
            return member_screens.render_api_member(screen, member, rest)
        case ["System", name]:
            back = link(screen.labels("Security Roles"), "/System/SecurityRoles")
            return view(name, element("p", "This screen is not simulated. ", back))
    return None


def perform_action(screen: ScreenRequest, route: list[str], body: dict[str, Any]) -> dict[str, Any]:
    match route:
        case ["System", "SecurityRoles", number, "levels"]:
            return role_screens.save_levels(screen, number, body)
        case ["System", "SecurityRoles", number, "customize", *place]:
            return role_screens.save_list(screen, number, body, *map(int, place[:1]))
        case ["System", "Members", "ApiMembers", member, "ApiKeys", *rest]:
            return member_screens.save_key(screen, member, rest, body)
    raise KeyError("no such action")
