"""System / Members: the people, the API members, and a member's Details, API Keys and API Logs.

The key's page is Cisco's (225008): the success line, the pair, and the note that the private half is shown once.
"""

from typing import Any, Final

from simulator.connectwise import keys, members
from simulator.connectwise.models import ApiKey, Member
from simulator.console.markup import Child, Markup, element
from simulator.console.parts import button, field, grid, link, status, tabs, toolbar, view
from simulator.console.role_screens import SAVED
from simulator.console.visit import ScreenRefusal, Visit

PEOPLE: Final = "/System/Members"
ROUTE: Final = "/System/Members/ApiMembers"
NOTE: Final = "Note: The private key is only available at the time the key is created. Please make a note of it."


def people(at: Visit) -> str:
    say = at.words
    rows = (
        (member.identifier, member.name, _yes(member.inactive))
        for member in at.company.members.values()
        if member.license_class == "F"
    )
    heads = (say("Member ID"), say("Member Name"), say("Inactive"))
    return view(say("Members"), _kinds(at, "Members"), grid(say("Members"), heads, rows), crumbs=say("System"))


def api_members(at: Visit) -> str:
    say = at.words
    rows = (
        (link(one.identifier, f"{ROUTE}/{one.id}"), one.name, _role_name(at, one), _yes(one.inactive))
        for one in at.company.members.values()
        if one.license_class == "A"
    )
    heads = (say("Member ID"), say("Member Name"), say("Role ID"), say("Inactive"))
    table = grid(say("API Members"), heads, rows)
    return view(say("API Members"), _kinds(at, "API Members"), table, crumbs=say("System"))


def _kinds(at: Visit, chosen: str) -> Markup:
    say = at.words
    return tabs(say(chosen), ((say("Members"), PEOPLE), (say("API Members"), ROUTE)))


def api_member(at: Visit, number: str, rest: list[str]) -> str | None:
    member = _member(at, number)
    if member is None:
        return None
    match rest:
        case []:
            return _details(at, member)
        case ["ApiKeys"]:
            return _keys(at, member)
        case ["ApiKeys", "new"]:
            return _new_key(at, member)
        case ["ApiKeys", key_id]:
            key = at.company.keys.get(key_id)
            return _key(at, member, key) if key is not None and key.member_id == member.id else None
        case ["ApiLogs"]:
            none = element("p", "No entries.")
            return _member_view(at, member, "API Logs", none)
    return None


def _details(at: Visit, member: Member) -> str:
    say = at.words
    return _member_view(
        at,
        member,
        "Details",
        field(say("Member ID"), "identifier", member.identifier, readonly=True),
        field(say("Member Name"), "name", member.name, readonly=True),
        field(say("Role ID"), "role", _role_name(at, member), readonly=True),
    )


def _keys(at: Visit, member: Member) -> str:
    say, route = at.words, f"{ROUTE}/{member.id}/ApiKeys"
    rows = (
        (link(key.description, f"{route}/{key.id}"), key.public, say(_yes(key.inactive)))
        for key in at.company.keys.values()
        if key.member_id == member.id
    )
    new = toolbar(link("+", f"{route}/new", role="button", title="New Item"))
    heads = (say("Description"), say("Public Key"), say("Inactive"))
    return _member_view(at, member, "API Keys", new, grid(say("API Keys"), heads, rows))


def _new_key(at: Visit, member: Member) -> str:
    say, route = at.words, f"{ROUTE}/{member.id}/ApiKeys"
    return _key_view(
        at,
        member,
        route,
        toolbar(button(say("Save"), "save"), link(say("Close"), route, role="button")),
        field(say("Description"), "description", required=True, maxlength="100"),
    )


def _key(at: Visit, member: Member, key: ApiKey, *, fresh: bool = False) -> str:
    """A key's page; the private half is on it only in the answer to the Save that made it."""
    say, route = at.words, f"{ROUTE}/{member.id}/ApiKeys"
    inactive = element("input", id="inactive", name="inactive", type="checkbox", checked=key.inactive)
    secret = (
        (
            field(say("Private Key"), "private", key.private, required=True, readonly=True),
            element("p", say(NOTE), class_="note"),
        )
        if fresh
        else None
    )
    return _key_view(
        at,
        member,
        f"{route}/{key.id}",
        toolbar(
            button(say("Save"), "save"),
            button(
                say("Delete"), "delete", data_ask=say("Delete this record?"), data_yes=say("OK"), data_no=say("Cancel")
            ),
            link(say("Close"), route, role="button"),
        ),
        status(say(SAVED)) if fresh else None,
        field(say("Description"), "description", key.description, required=True, readonly=True),
        field(say("Public Key"), "public", key.public, required=True, readonly=True),
        secret,
        element("p", inactive, element("label", " " + say("Inactive"), for_="inactive")),
    )


def _key_view(at: Visit, member: Member, save_to: str, *children: Child) -> str:
    say = at.words
    trail = f"{say('Members')} - {say('API Members')} > {say('Public API Keys')} > {say('API Keys')}"
    body = element("section", element("h2", say("Public API Key")), *children)
    return _member_view(at, member, "API Keys", body, crumbs=trail, save=save_to)


def _member_view(
    at: Visit, member: Member, chosen: str, *children: Child, crumbs: str | None = None, save: str = ""
) -> str:
    say, route = at.words, f"{ROUTE}/{member.id}"
    ways = ((say("Details"), route), (say("API Keys"), f"{route}/ApiKeys"), (say("API Logs"), f"{route}/ApiLogs"))
    title = f"{member.name} ({member.identifier})"
    trail = crumbs or f"{say('Members')} - {say('API Members')}"
    return view(title, tabs(say(chosen), ways), *children, crumbs=trail, data_save=save)


def save(at: Visit, number: str, rest: list[str], body: dict[str, Any]) -> dict[str, Any]:
    member = members.get(at.company, int(number))
    route = f"{ROUTE}/{member.id}/ApiKeys"
    if not rest:
        description = str(body["fields"]["description"])
        if not description.strip():
            raise ScreenRefusal("Description is required.")
        made = keys.mint(at.company, at.actor, at.world.random, member, description)
        return {"goto": f"{route}/{made.id}", "html": _key(at, member, made, fresh=True)}
    key = at.company.keys.get(rest[0])
    if key is None or key.member_id != member.id:
        raise ScreenRefusal("This record no longer exists.")
    if rest[1:] == ["delete"]:
        keys.delete(at.company, at.actor, key)
        at.world.idempotency.forget_key(at.company.id, key.id)
        return {"goto": route}
    keys.set_inactive(at.company, at.actor, key, bool(body["fields"]["inactive"]))
    return {"message": at.words(SAVED)}


def _member(at: Visit, number: str) -> Member | None:
    member = at.company.members.get(int(number))
    return member if member is not None and member.license_class == "A" else None


def _role_name(at: Visit, member: Member) -> str:
    role = at.company.roles.get(member.role_id) if member.role_id is not None else None
    return role.name if role else ""


def _yes(flag: bool) -> str:
    return "Yes" if flag else "No"
