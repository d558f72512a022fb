"""The routes of the REST API: a template, and what each method does there.

Paths are compared ignoring case and a trailing slash, as clients use `securityroles` and `securityRoles`, and the
specification itself writes `mySecurity/customizeItems/`. A `None` marks an operation that the real API has and this
simulator does not: it answers 501 and says so, not 405.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulator.connectwise import responses as r
from simulator.connectwise.call import Answer, Call

Handler = Callable[[Call], Answer]

_NOT_HERE: Final[dict[str, Handler | None]] = {"POST": None}
_NO_WRITES: Final[dict[str, Handler | None]] = {"PUT": None, "PATCH": None, "DELETE": None}

TABLE: Final[dict[str, dict[str, Handler | None]]] = {
    "/system/info": {"GET": r.info},
    "/system/securityroles": {"GET": r.list_roles, "POST": r.create_role},
    "/system/securityroles/count": {"GET": r.count_roles},
    "/system/securityroles/info": {"GET": r.list_role_infos},
    "/system/securityroles/info/count": {"GET": r.count_roles},
    "/system/securityroles/{id}": {"GET": r.get_role, "DELETE": r.delete_role},
    "/system/securityroles/{id}/info": {"GET": r.get_role_info},
    "/system/securityroles/{id}/settings": {"GET": r.list_settings},
    "/system/securityroles/{id}/settings/count": {"GET": r.count_settings},
    "/system/securityroles/{id}/settings/{row}": {"GET": r.get_setting},
    "/system/mysecurity": {"GET": r.my_security},
    "/system/mysecurity/customizeitems": {"GET": r.my_customize_items},
    "/system/apimembers": {"GET": r.list_api_members, "POST": r.create_api_member},
    "/system/apimembers/count": {"GET": r.count_api_members},
    "/system/apimembers/default": {"GET": r.default_api_member},
    "/system/apimembers/{id}": {"GET": r.get_api_member, "PATCH": r.patch_api_member, "PUT": r.put_api_member},
    "/system/members": {"GET": r.list_members, "POST": None},
    "/system/members/count": {"GET": r.count_members},
    "/system/members/{id}": {"GET": r.get_member, "PUT": None, "PATCH": None},
    "/system/members/{id}/deactivate": {"POST": None},
    "/system/members/{identifier}/tokens": {"POST": None},
    "/system/setupscreens": {"GET": r.list_screens},
    "/system/setupscreens/count": {"GET": r.count_screens},
    "/system/setupscreens/{id}": {"GET": r.get_screen},
    "/system/mycompany/corporatestructurelevels": {"GET": r.lookup_list("levels")},
    "/system/mycompany/corporatestructurelevels/count": {"GET": r.lookup_count("levels")},
    "/system/mycompany/corporatestructurelevels/{id}": {"GET": r.lookup_one("levels", "CorporateStructureLevel")},
    "/system/locations": {"GET": r.lookup_list("locations"), **_NOT_HERE},
    "/system/locations/count": {"GET": r.lookup_count("locations")},
    "/system/locations/{id}": {"GET": r.lookup_one("locations", "Location"), **_NO_WRITES},
    "/system/departments": {"GET": r.lookup_list("departments"), **_NOT_HERE},
    "/system/departments/count": {"GET": r.lookup_count("departments")},
    "/system/departments/{id}": {"GET": r.lookup_one("departments", "Department"), **_NO_WRITES},
    "/system/timezonesetups": {"GET": r.lookup_list("timeZones"), **_NOT_HERE},
    "/system/timezonesetups/count": {"GET": r.lookup_count("timeZones")},
    "/system/timezonesetups/{id}": {"GET": r.lookup_one("timeZones", "TimeZoneSetup"), **_NO_WRITES},
    "/service/boards": {"GET": r.lookup_list("boards"), **_NOT_HERE},
    "/service/boards/count": {"GET": r.lookup_count("boards")},
    "/service/boards/{id}": {"GET": r.lookup_one("boards", "Board"), **_NO_WRITES},
}


@dataclass(frozen=True)
class Match:
    template: str
    methods: dict[str, Handler | None]
    parts: dict[str, str]


def _compiled(template: str) -> re.Pattern[str]:
    # Numbers are numbers: `/securityroles/abc` is no route, as it would not be on the real server.
    wild = {"identifier": r"[^/]+"}
    return re.compile(
        re.sub(r"\{(\w+)\}", lambda part: f"(?P<{part[1]}>{wild.get(part[1], '[0-9]+')})", template), re.IGNORECASE
    )


_PATTERNS: Final = [(template, _compiled(template)) for template in TABLE]


def find(path: str) -> Match | None:
    path = path.rstrip("/")
    for template, pattern in _PATTERNS:
        match = pattern.fullmatch(path)
        if match is not None:
            return Match(template, TABLE[template], match.groupdict())
    return None
