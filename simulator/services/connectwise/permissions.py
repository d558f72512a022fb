"""Which route needs which level of which module function.

Not documented per route anywhere that we found. Member Maintenance and Table Setup follow the least rights that
integrators list (Rewst, N-able, Team GPS: "Member Maintenance: Inquire" to list members); Security Roles is inferred
from the name of the function. Lookups need no more than an active key (assumed). See docs/coverage.md.
"""

from __future__ import annotations

from typing import Final

from simulator.services.connectwise.models import PsaMember, SimulatedCompany

ROLES: Final = "System / Security Roles"
MEMBERS: Final = "System / Member Maintenance"
TABLES: Final = "System / Table Setup"

# (method, route template) -> (module function, verb); what is not here needs no right.
REQUIRED_RIGHTS: Final = {
    ("GET", "/system/securityroles"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/count"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/info"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/info/count"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/{id}"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/{id}/info"): (ROLES, "inquire"),
    ("POST", "/system/securityroles"): (ROLES, "add"),
    ("DELETE", "/system/securityroles/{id}"): (ROLES, "delete"),
    ("GET", "/system/securityroles/{id}/settings"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/{id}/settings/count"): (ROLES, "inquire"),
    ("GET", "/system/securityroles/{id}/settings/{row}"): (ROLES, "inquire"),
    ("GET", "/system/apimembers"): (MEMBERS, "inquire"),
    ("GET", "/system/apimembers/count"): (MEMBERS, "inquire"),
    ("GET", "/system/apimembers/default"): (MEMBERS, "inquire"),
    ("GET", "/system/apimembers/{id}"): (MEMBERS, "inquire"),
    ("POST", "/system/apimembers"): (MEMBERS, "add"),
    ("PATCH", "/system/apimembers/{id}"): (MEMBERS, "edit"),
    ("PUT", "/system/apimembers/{id}"): (MEMBERS, "edit"),
    ("GET", "/system/members"): (MEMBERS, "inquire"),
    ("GET", "/system/members/count"): (MEMBERS, "inquire"),
    ("GET", "/system/members/{id}"): (MEMBERS, "inquire"),
    ("GET", "/system/setupscreens"): (TABLES, "inquire"),
    ("GET", "/system/setupscreens/count"): (TABLES, "inquire"),
    ("GET", "/system/setupscreens/{id}"): (TABLES, "inquire"),
}

# What the provisioning key of a new company may do: as much as the product's own calls need, and no more.
PROVISIONING_RIGHTS: Final = {
    ROLES: {"add": "All", "delete": "All", "inquire": "All"},
    MEMBERS: {"add": "All", "edit": "All", "inquire": "All"},
    TABLES: {"inquire": "All"},
}


def find_missing_right(company: SimulatedCompany, member: PsaMember, method: str, route: str) -> str | None:
    """Say which right a caller lacks for a route; null when it has it."""
    right = REQUIRED_RIGHTS.get((method, route))
    if right is None:
        return None
    label, verb = right
    role = company.find_role(member)
    if role is not None and (role.admin or verb in role.levels.get(label, {})):
        return None
    return f"{label}: {verb}"
