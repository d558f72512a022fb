"""Which route needs which level of which module function.

We found no page that documents the rights per route. Member Maintenance and Table Setup follow the least rights that
integrators list (Rewst, N-able, Team GPS: "Member Maintenance: Inquire" to list members); Security Roles is inferred
from the name of the function. Lookups need no more than an active key (assumed). See docs/coverage.md.
"""

from __future__ import annotations

from typing import Final

from simulator.services.connectwise.models import PsaCompany, PsaMember

ROLES: Final = "System / Security Roles"
MEMBERS: Final = "System / Member Maintenance"
TABLES: Final = "System / Table Setup"

_READS: Final = {
    "/system/securityroles": (ROLES, ("", "/count", "/info", "/info/count", "/{id}", "/{id}/info")),
    "/system/securityroles/{id}/settings": (ROLES, ("", "/count", "/{row}")),
    "/system/apimembers": (MEMBERS, ("", "/count", "/default", "/{id}")),
    "/system/members": (MEMBERS, ("", "/count", "/{id}", "/{identifier}")),
    "/system/setupscreens": (TABLES, ("", "/count", "/{id}")),
}
# (method, route template) -> (module function, verb); what is not here needs no right.
REQUIRED_RIGHTS: Final = {
    **{("GET", path + end): (label, "inquire") for path, (label, ends) in _READS.items() for end in ends},
    ("POST", "/system/securityroles"): (ROLES, "add"),
    ("DELETE", "/system/securityroles/{id}"): (ROLES, "delete"),
    ("POST", "/system/apimembers"): (MEMBERS, "add"),
    ("PATCH", "/system/apimembers/{id}"): (MEMBERS, "edit"),
    ("PUT", "/system/apimembers/{id}"): (MEMBERS, "edit"),
}

# What the provisioning key of a new company may do: as much as the product's own calls need, and no more.
PROVISIONING_RIGHTS: Final = {
    ROLES: {"add": "All", "delete": "All", "inquire": "All"},
    MEMBERS: {"add": "All", "edit": "All", "inquire": "All"},
    TABLES: {"inquire": "All"},
}


def find_missing_right(company: PsaCompany, member: PsaMember, method: str, route: str) -> str | None:
    """Say which right a caller lacks for a route; null when it has it."""
    right = REQUIRED_RIGHTS.get((method, route))
    if right is None:
        return None
    label, verb = right
    role = company.find_role(member)
    if role is not None and (role.admin or verb in role.levels.get(label, {})):
        return None
    return f"{label}: {verb}"
