"""What each route does: read the call, ask the rules, show the result."""

from collections.abc import Callable

from simulator.connectwise import errors, fields, lists, members, render, roles
from simulator.connectwise.call import Answer, Call
from simulator.connectwise.conditions import Row
from simulator.connectwise.shapes import SHAPES

# Not every list offers forward-only paging (which ones do is unknown; these two are our choice).
WITHOUT_FORWARD = frozenset({"screens", "timeZones"})


def _list(call: Call, kind: str, rows: list[Row]) -> Answer:
    page = lists.page_of(
        rows,
        SHAPES[kind],
        call.query,
        call.url,
        forward_only=call.forward_only,
        offers_forward=kind not in WITHOUT_FORWARD,
    )
    return Answer(page.rows, headers=page.headers)


def _count(call: Call, kind: str, rows: list[Row]) -> Answer:
    return Answer({"count": len(lists.matching(rows, SHAPES[kind], call.query))})


def _one(call: Call, row: Row) -> Answer:
    return Answer(lists.projected([row], call.query)[0])


def info(call: Call) -> Answer:
    cloud = not call.company.codebase.startswith("v4_6")
    return Answer(
        {
            "version": f"v{call.version[0]}.{call.version[1]}.0",
            "isCloud": cloud,
            "serverTimeZone": "Central European Standard Time",
            "licenseBits": [{"name": "ServiceDesk", "activeFlag": True}, {"name": "Project", "activeFlag": True}],
            "cloudRegion": "EU" if cloud else "",
        }
    )


# Security roles


def _roles(call: Call) -> list[Row]:
    shown = [render.role(role, call.base) for role in call.company.roles.values()]
    return [_for_version(row, call) for row in shown]


def _for_version(row: Row, call: Call) -> Row:
    known = fields.SECURITY_ROLE["roleType"].after
    return {k: v for k, v in row.items() if k != "roleType"} if known and call.version <= known else row


def list_roles(call: Call) -> Answer:
    return _list(call, "roles", _roles(call))


def count_roles(call: Call) -> Answer:
    return _count(call, "roles", _roles(call))


def list_role_infos(call: Call) -> Answer:
    return _list(call, "roles", [_without_admin(row) for row in _roles(call)])


def _without_admin(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "adminFlag"}


def get_role(call: Call) -> Answer:
    return _one(call, _for_version(render.role(roles.get(call.company, call.id), call.base), call))


def get_role_info(call: Call) -> Answer:
    return _one(call, _without_admin(_for_version(render.role(roles.get(call.company, call.id), call.base), call)))


def create_role(call: Call) -> Answer:
    body = fields.checked(call.json(), fields.SECURITY_ROLE, "securityRole", "SecurityRole", call.version)
    role = roles.create(
        call.company,
        call.actor,
        body.get("name") or "",
        admin=bool(body.get("adminFlag")),
        inactive=bool(body.get("inactiveFlag")),
        role_type=body.get("roleType"),
    )
    return Answer(_for_version(render.role(role, call.base), call), 201)


def delete_role(call: Call) -> Answer:
    roles.delete(call.company, call.actor, call.id)
    return Answer(None, 204)


def list_settings(call: Call) -> Answer:
    return _list(call, "settings", render.settings(roles.get(call.company, call.id)))


def count_settings(call: Call) -> Answer:
    return _count(call, "settings", render.settings(roles.get(call.company, call.id)))


def get_setting(call: Call) -> Answer:
    wanted = int(call.parts["row"])
    for row in render.settings(roles.get(call.company, call.id)):
        if row["id"] == wanted:
            return _one(call, row)
    raise errors.not_found("SecurityRoleSetting", wanted)


def my_security(call: Call) -> Answer:
    role = call.company.roles.get(call.member.role_id or 0)
    return _list(call, "settings", render.my_security(role, call.member, call.base) if role else [])


def my_customize_items(call: Call) -> Answer:
    role = call.company.roles.get(call.member.role_id or 0)
    return _list(call, "customizeItems", render.customize_items(role) if role else [])


# API members and members


def _api_members(call: Call) -> list[Row]:
    company = call.company
    return [render.api_member(company, m, call.base) for m in company.members.values() if m.license_class == "A"]


def list_api_members(call: Call) -> Answer:
    return _list(call, "apiMembers", _api_members(call))


def count_api_members(call: Call) -> Answer:
    return _count(call, "apiMembers", _api_members(call))


def default_api_member(call: Call) -> Answer:
    return Answer(render.api_member_default(call.company, call.base))


def get_api_member(call: Call) -> Answer:
    return _one(call, render.api_member(call.company, members.get(call.company, call.id), call.base))


def create_api_member(call: Call) -> Answer:
    body = fields.checked(call.json(), fields.API_MEMBER, members.RESOURCE, "ApiMember", call.version)
    member = members.create(call.company, call.actor, body)
    return Answer(render.api_member(call.company, member, call.base), 201)


def patch_api_member(call: Call) -> Answer:
    member = members.get(call.company, call.id)
    changes = fields.patched(call.json(), fields.API_MEMBER, "ApiMember", call.version)
    body = fields.checked(changes, fields.API_MEMBER, members.RESOURCE, "ApiMember", call.version)
    members.update(call.company, call.actor, member, body)
    return Answer(render.api_member(call.company, member, call.base))


def put_api_member(call: Call) -> Answer:
    member = members.get(call.company, call.id)
    body = fields.checked(call.json(), fields.API_MEMBER, members.RESOURCE, "ApiMember", call.version)
    members.replace(call.company, call.actor, member, body)
    return Answer(render.api_member(call.company, member, call.base))


def _members(call: Call) -> list[Row]:
    return [render.member(call.company, member, call.base) for member in call.company.members.values()]


def list_members(call: Call) -> Answer:
    return _list(call, "members", _members(call))


def count_members(call: Call) -> Answer:
    return _count(call, "members", _members(call))


def get_member(call: Call) -> Answer:
    member = call.company.members.get(call.id)
    if member is None:
        raise errors.not_found("Member", call.id)
    return _one(call, render.member(call.company, member, call.base))


# Catalogues


def list_screens(call: Call) -> Answer:
    return _list(call, "screens", render.setup_screens(call.company))


def count_screens(call: Call) -> Answer:
    return _count(call, "screens", render.setup_screens(call.company))


def get_screen(call: Call) -> Answer:
    for row in render.setup_screens(call.company):
        if row["id"] == call.id:
            return _one(call, row)
    raise errors.not_found("SetupScreen", call.id)


def lookup_list(kind: str) -> Callable[[Call], Answer]:
    return lambda call: _list(call, kind, call.company.lookups[kind])


def lookup_count(kind: str) -> Callable[[Call], Answer]:
    return lambda call: _count(call, kind, call.company.lookups[kind])


def lookup_one(kind: str, resource: str) -> Callable[[Call], Answer]:
    def one(call: Call) -> Answer:
        for row in call.company.lookups[kind]:
            if row["id"] == call.id:
                return _one(call, row)
        raise errors.not_found(resource, call.id)

    return one
