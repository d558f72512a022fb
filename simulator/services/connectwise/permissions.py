"""Which route needs which level of which module function.

The table is data, and mostly assumed: route_rights.txt.
"""

from __future__ import annotations

from typing import Final

from simulator.services.connectwise.models import PsaCompany, PsaMember
from simulator.services.connectwise.row_files import read_sections

ROLES: Final = "System / Security Roles"
MEMBERS: Final = "System / Member Maintenance"
TABLES: Final = "System / Table Setup"

# (method, route template) -> (module function, verb); what is not here needs no right.
REQUIRED_RIGHTS: Final = {
    (method, route): (label, verb)
    for label, rows in read_sections("route_rights.txt").items()
    for verb, method, route in (row.split() for row in rows)
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
