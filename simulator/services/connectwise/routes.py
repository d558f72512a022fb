"""The routes of the REST API: a template, and what each method does there.

Paths are compared ignoring case and a trailing slash, as clients use `securityroles` and `securityRoles`, and the
specification itself writes `mySecurity/customizeItems/`. A `None` marks an operation that the real API has and this
simulator does not: it answers 501 and says so, not 405.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.services.connectwise import handlers as h
from simulator.services.connectwise.handlers import Handler, RowSource

Methods = Mapping[str, Handler | None]

_NO_CREATE: Final[Methods] = {"POST": None}
_NO_WRITES: Final[Methods] = {"PUT": None, "PATCH": None, "DELETE": None}
_NO_METHODS: Final[Methods] = {}


def _route_list(
    path: str,
    kind: str,
    resource: str,
    list_rows: RowSource,
    on_list: Methods = _NO_METHODS,
    on_item: Methods = _NO_METHODS,
    parameter: str = "id",
) -> dict[str, Methods]:
    """Route a list, its count and its items; `on_list` and `on_item` are methods besides GET."""
    return {
        path: {"GET": h.make_list(kind, list_rows), **on_list},
        f"{path}/count": {"GET": h.make_count(kind, list_rows)},
        f"{path}/{{{parameter}}}": {"GET": h.make_get(resource, list_rows, parameter), **on_item},
    }


def _route_lookup(
    path: str, kind: str, resource: str, on_list: Methods = _NO_CREATE, on_item: Methods = _NO_WRITES
) -> dict[str, Methods]:
    return _route_list(path, kind, resource, h.make_lookup_source(kind), on_list, on_item)


_ROLES: Final = "/system/securityroles"

ROUTES: Final[dict[str, Methods]] = {
    "/system/info": {"GET": h.get_info},
    **_route_list(
        _ROLES, "roles", "SecurityRole", h.list_role_rows, {"POST": h.create_role}, {"DELETE": h.delete_role}
    ),
    f"{_ROLES}/info": {"GET": h.make_list("roles", h.list_role_info_rows)},
    f"{_ROLES}/info/count": {"GET": h.make_count("roles", h.list_role_rows)},
    f"{_ROLES}/{{id}}/info": {"GET": h.make_get("SecurityRole", h.list_role_info_rows)},
    **_route_list(f"{_ROLES}/{{id}}/settings", "settings", "SecurityRoleSetting", h.list_setting_rows, parameter="row"),
    "/system/mysecurity": {"GET": h.make_list("settings", h.list_my_security_rows)},
    "/system/mysecurity/customizeitems": {"GET": h.make_list("customizeItems", h.list_my_customize_item_rows)},
    **_route_list(
        "/system/apimembers",
        "apiMembers",
        "ApiMember",
        h.list_api_member_rows,
        {"POST": h.create_api_member},
        {"PATCH": h.patch_api_member, "PUT": h.put_api_member},
    ),
    "/system/apimembers/default": {"GET": h.get_default_api_member},
    **_route_list("/system/members", "members", "Member", h.list_member_rows, _NO_CREATE, {"PUT": None, "PATCH": None}),
    "/system/members/{identifier}": {"GET": h.get_member_by_identifier},
    "/system/members/{id}/deactivate": {"POST": None},
    "/system/members/{identifier}/tokens": {"POST": None},
    **_route_list("/system/setupscreens", "screens", "SetupScreen", h.list_screen_rows),
    **_route_lookup(
        "/system/mycompany/corporatestructurelevels", "levels", "CorporateStructureLevel", _NO_METHODS, _NO_METHODS
    ),
    **_route_lookup("/system/locations", "locations", "Location"),
    **_route_lookup("/system/departments", "departments", "Department"),
    **_route_lookup("/system/timezonesetups", "timeZones", "TimeZoneSetup"),
    **_route_lookup("/service/boards", "boards", "Board"),
}


@dataclass(frozen=True)
class RouteMatch:
    template: str
    methods: Methods
    path_parameters: dict[str, str]


def _compile_template(template: str) -> re.Pattern[str]:
    # Numbers are numbers: `/securityroles/abc` is no route, as it would not be on the real server.
    wild = {"identifier": r"[^/]+"}
    return re.compile(
        re.sub(r"\{(\w+)\}", lambda part: f"(?P<{part[1]}>{wild.get(part[1], '[0-9]+')})", template), re.IGNORECASE
    )


_PATTERNS: Final = [(template, _compile_template(template)) for template in ROUTES]


def find_route(path: str) -> RouteMatch | None:
    path = path.rstrip("/")
    for template, pattern in _PATTERNS:
        match = pattern.fullmatch(path)
        if match is not None:
            return RouteMatch(template, ROUTES[template], match.groupdict())
    return None
