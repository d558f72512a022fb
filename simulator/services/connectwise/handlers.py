"""What each route does: read the call, apply the rules, render the result."""

from __future__ import annotations

from collections.abc import Callable

from simulator.services.connectwise import errors, fields, members, paging, roles
from simulator.services.connectwise.conditions import Row
from simulator.services.connectwise.models import Role
from simulator.services.connectwise.render import (
    render_api_member,
    render_api_member_default,
    render_customize_items,
    render_member,
    render_my_security,
    render_role,
    render_role_settings,
    render_setup_screens,
)
from simulator.services.connectwise.rest_call import RestAnswer, RestCall

BUILD = 10675  # of a site that somebody printed (TOMIZONE in docs/coverage.md)
Handler = Callable[[RestCall], RestAnswer]
RowSource = Callable[[RestCall], list[Row]]

# Not every list offers forward-only paging (which ones do is unknown; these two are our choice).
WITHOUT_FORWARD = frozenset({"screens", "timeZones"})


def make_list(kind: str, list_rows: RowSource) -> Handler:
    return lambda call: paging.cut_page(list_rows(call), kind, call, offers_forward=kind not in WITHOUT_FORWARD)


def make_count(kind: str, list_rows: RowSource) -> Handler:
    return lambda call: RestAnswer({"count": len(paging.filter_rows(list_rows(call), kind, call))})


def make_get(resource: str, list_rows: RowSource, parameter: str = "id") -> Handler:
    def handle(call: RestCall) -> RestAnswer:
        row_id = int(call.path_parameters[parameter])
        for row in list_rows(call):
            if row["id"] == row_id:
                return RestAnswer(paging.project_rows([row], call.query)[0])
        raise errors.not_found(resource, row_id)

    return handle


def _answer_created(call: RestCall, row: Row) -> RestAnswer:
    """Answer 201 with the row and its address, which a cloud site writes with http: it stands behind a proxy."""
    address = call.url.rstrip("/").replace("https://", "http://", 1)
    return RestAnswer(row, 201, {"Location": f"{address}/{row['id']}"})


def get_info(call: RestCall) -> RestAnswer:
    cloud = not call.company.codebase.startswith("v4_6")
    return RestAnswer(
        {
            "version": f"v{call.company.newest_version[0]}.{call.company.newest_version[1]}.{BUILD}",
            "isCloud": cloud,
            "serverTimeZone": "Central European Standard Time",
            "licenseBits": [{"name": "ServiceDesk", "activeFlag": True}, {"name": "Project", "activeFlag": True}],
            "cloudRegion": "EU" if cloud else "",
        }
    )


# Security roles


def list_role_rows(call: RestCall) -> list[Row]:
    return [_render_role(call, role) for role in call.company.roles.values()]


def _render_role(call: RestCall, role: Role) -> Row:
    """Render a role as the version asked for knows it."""
    row, known_after = render_role(role, call.base), fields.SECURITY_ROLE["roleType"].after
    if known_after and call.version <= known_after:
        row.pop("roleType", None)
    return row


def list_role_info_rows(call: RestCall) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "adminFlag"} for row in list_role_rows(call)]


def create_role(call: RestCall) -> RestAnswer:
    body = fields.validate_body(call.parse_json(), fields.SECURITY_ROLE, "securityRole", "SecurityRole", call.version)
    role = roles.create(
        call.company,
        call.actor,
        body.get("name") or "",
        admin=bool(body.get("adminFlag")),
        inactive=bool(body.get("inactiveFlag")),
        role_type=body.get("roleType"),
    )
    return _answer_created(call, _render_role(call, role))


def delete_role(call: RestCall) -> RestAnswer:
    roles.delete(call.company, call.actor, call.id)
    return RestAnswer(None, 204)


def list_setting_rows(call: RestCall) -> list[Row]:
    return render_role_settings(roles.get(call.company, call.id))


def list_my_security_rows(call: RestCall) -> list[Row]:
    role = call.company.find_role(call.member)
    return render_my_security(role, call.member, call.base) if role else []


def list_my_customize_item_rows(call: RestCall) -> list[Row]:
    role = call.company.find_role(call.member)
    return render_customize_items(role, call.company.modes.customize_items) if role else []


# API members and members


def list_api_member_rows(call: RestCall) -> list[Row]:
    return [render_api_member(call.company, member, call.base) for member in call.company.list_api_members()]


def get_default_api_member(call: RestCall) -> RestAnswer:
    return RestAnswer(render_api_member_default(call.company, call.base))


def create_api_member(call: RestCall) -> RestAnswer:
    body = fields.validate_body(call.parse_json(), fields.API_MEMBER, members.RESOURCE, "ApiMember", call.version)
    member = members.create(call.company, call.actor, body)
    return _answer_created(call, render_api_member(call.company, member, call.base))


def patch_api_member(call: RestCall) -> RestAnswer:
    member = members.get(call.company, call.id)
    by_part = call.company.modes.patch_by_part
    changes = fields.read_patch(call.parse_json(), fields.API_MEMBER, "ApiMember", call.version, by_part)
    if changes:
        body = fields.validate_body(changes, fields.API_MEMBER, members.RESOURCE, "ApiMember", call.version)
        members.update(call.company, call.actor, member, body)
    return RestAnswer(render_api_member(call.company, member, call.base))


def put_api_member(call: RestCall) -> RestAnswer:
    member = members.get(call.company, call.id)
    body = fields.validate_body(call.parse_json(), fields.API_MEMBER, members.RESOURCE, "ApiMember", call.version)
    members.replace(call.company, call.actor, member, body)
    return RestAnswer(render_api_member(call.company, member, call.base))


def list_member_rows(call: RestCall) -> list[Row]:
    return [render_member(call.company, member, call.base) for member in call.company.members.values()]


def get_member_by_identifier(call: RestCall) -> RestAnswer:
    identifier = call.path_parameters["identifier"].casefold()
    for row in list_member_rows(call):
        if row["identifier"].casefold() == identifier:
            return RestAnswer(paging.project_rows([row], call.query)[0])
    raise errors.not_found("Member", call.path_parameters["identifier"])


# Setup screens and lookup tables


def list_screen_rows(call: RestCall) -> list[Row]:
    return render_setup_screens(call.company)


def make_lookup_source(kind: str) -> RowSource:
    return lambda call: call.company.lookups[kind]
