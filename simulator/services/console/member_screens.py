"""System / Members: the people, the API members, and a member's Details, API Keys and API Logs.

The key's page is Cisco's (225008): the success line, the pair, and the note that the private half is shown once.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.services.connectwise import api_keys, members
from simulator.services.connectwise.models import MemberKey, PsaMember
from simulator.services.console.markup import Child, Markup, element
from simulator.services.console.role_screens import SAVED
from simulator.services.console.screen_request import ScreenRefusal, ScreenRequest
from simulator.services.console.widgets import button, field, format_flag, grid, link, status, tabs, toolbar, view

PEOPLE: Final = "/System/Members"
ROUTE: Final = "/System/Members/ApiMembers"
NOTE: Final = "Note: The private key is only available at the time the key is created. Please make a note of it."


def render_people(screen: ScreenRequest) -> str:
    label = screen.labels
    rows = ((member.identifier, member.name, format_flag(member.inactive)) for member in screen.company.list_people())
    heads = (label("Member ID"), label("Member Name"), label("Inactive"))
    return view(
        label("Members"), _render_tabs(screen, "Members"), grid(label("Members"), heads, rows), crumbs=label("System")
    )


def render_api_members(screen: ScreenRequest) -> str:
    label = screen.labels
    rows = (
        (_link_member(member), member.name, _get_role_name(screen, member), format_flag(member.inactive))
        for member in screen.company.list_api_members()
    )
    heads = (label("Member ID"), label("Member Name"), label("Role ID"), label("Inactive"))
    table = grid(label("API Members"), heads, rows)
    return view(label("API Members"), _render_tabs(screen, "API Members"), table, crumbs=label("System"))


def _link_member(member: PsaMember) -> Markup:
    return link(member.identifier, f"{ROUTE}/{member.id}")


def _render_tabs(screen: ScreenRequest, selected: str) -> Markup:
    label = screen.labels
    return tabs(label(selected), ((label("Members"), PEOPLE), (label("API Members"), ROUTE)))


def render_api_member(screen: ScreenRequest, number: str, rest: list[str]) -> str | None:
    member = screen.company.find_api_member(int(number))
    if member is None:
        return None
    match rest:
        case []:
            return _render_details(screen, member)
        case ["ApiKeys"]:
            return _render_keys(screen, member)
        case ["ApiKeys", "new"]:
            return _render_new_key(screen, member)
        case ["ApiKeys", key_id]:
            key = screen.company.find_member_key(member, key_id)
            return _render_key(screen, member, key) if key is not None else None
        case ["ApiLogs"]:
            return _render_member_view(screen, member, "API Logs", element("p", "No entries."))
    return None


def _render_details(screen: ScreenRequest, member: PsaMember) -> str:
    return _render_member_view(
        screen,
        member,
        "Details",
        screen.field("Member ID", "identifier", member.identifier, readonly=True),
        screen.field("Member Name", "name", member.name, readonly=True),
        screen.field("Role ID", "role", _get_role_name(screen, member), readonly=True),
    )


def _render_keys(screen: ScreenRequest, member: PsaMember) -> str:
    label, route = screen.labels, f"{ROUTE}/{member.id}/ApiKeys"
    rows = (
        (link(key.description, f"{route}/{key.id}"), key.public, label(format_flag(key.inactive)))
        for key in screen.company.list_keys(member)
    )
    new = toolbar(link("+", f"{route}/new", role="button", title="New Item"))
    heads = (label("Description"), label("Public Key"), label("Inactive"))
    return _render_member_view(screen, member, "API Keys", new, grid(label("API Keys"), heads, rows))


def _render_new_key(screen: ScreenRequest, member: PsaMember) -> str:
    label, route = screen.labels, f"{ROUTE}/{member.id}/ApiKeys"
    return _render_key_view(
        screen,
        member,
        route,
        toolbar(button(label("Save"), "save"), link(label("Close"), route, role="button")),
        screen.field("Description", "description", required=True, maxlength="100"),
    )


def _render_key(screen: ScreenRequest, member: PsaMember, key: MemberKey, *, is_new: bool = False) -> str:
    """Render a key's page; the private half is on it only in the answer to the Save that minted it."""
    label, route = screen.labels, f"{ROUTE}/{member.id}/ApiKeys"
    inactive = element("input", id="inactive", name="inactive", type="checkbox", checked=key.inactive)
    secret = None
    if is_new:
        private = field(label("Private Key"), "private", key.private, required=True, readonly=True)
        secret = (private, element("p", label(NOTE), class_="note"))
    question = {"data_ask": label("Delete this record?"), "data_yes": label("OK"), "data_no": label("Cancel")}
    return _render_key_view(
        screen,
        member,
        f"{route}/{key.id}",
        toolbar(
            button(label("Save"), "save"),
            button(label("Delete"), "delete", **question),
            link(label("Close"), route, role="button"),
        ),
        status(label(SAVED)) if is_new else None,
        screen.field("Description", "description", key.description, required=True, readonly=True),
        screen.field("Public Key", "public", key.public, required=True, readonly=True),
        secret,
        element("p", inactive, element("label", " " + label("Inactive"), for_="inactive")),
    )


def _render_key_view(screen: ScreenRequest, member: PsaMember, save_to: str, *children: Child) -> str:
    label = screen.labels
    trail = f"{label('Members')} - {label('API Members')} > {label('Public API Keys')} > {label('API Keys')}"
    body = element("section", element("h2", label("Public API Key")), *children)
    return _render_member_view(screen, member, "API Keys", body, crumbs=trail, save_to=save_to)


def _render_member_view(
    screen: ScreenRequest, member: PsaMember, selected: str, *children: Child, crumbs: str = "", save_to: str = ""
) -> str:
    label, route = screen.labels, f"{ROUTE}/{member.id}"
    tab_routes = (
        (label("Details"), route),
        (label("API Keys"), f"{route}/ApiKeys"),
        (label("API Logs"), f"{route}/ApiLogs"),
    )
    title = f"{member.name} ({member.identifier})"
    trail = crumbs or f"{label('Members')} - {label('API Members')}"
    return view(title, tabs(label(selected), tab_routes), *children, crumbs=trail, data_save=save_to)


def save_key(screen: ScreenRequest, number: str, rest: list[str], body: dict[str, Any]) -> dict[str, Any]:
    member = members.get(screen.company, int(number))
    route = f"{ROUTE}/{member.id}/ApiKeys"
    if not rest:
        description = str(body["fields"]["description"])
        if not description.strip():
            raise ScreenRefusal("Description is required.")
        kept = screen.modes.keep_description(description)
        new = api_keys.mint(screen.company, screen.actor, screen.world.random, member, kept)
        return {"goto": f"{route}/{new.id}", "html": _render_key(screen, member, new, is_new=True)}
    key = screen.company.find_member_key(member, rest[0])
    if key is None:
        raise ScreenRefusal("This record no longer exists.")
    if rest[1:] == ["delete"]:
        api_keys.delete(screen.company, screen.actor, key)
        screen.world.idempotency.forget_key(screen.company.id, key.id)
        return {"goto": route}
    api_keys.set_inactive(screen.company, screen.actor, key, bool(body["fields"]["inactive"]))
    return {"message": screen.labels(SAVED)}


def _get_role_name(screen: ScreenRequest, member: PsaMember) -> str:
    role = screen.company.find_role(member)
    return role.name if role else ""
