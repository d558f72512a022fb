"""The lookup tables that an API member's references point to, as every new company starts with them (all invented)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.services.connectwise.models import PsaCompany

LOCATIONS: Final = ("Rome Office", "Rome Warehouse", "Milan Office", "Turin Office", "Remote")
DEPARTMENTS: Final = (
    ("Admin", "Administration"),
    ("Finance", "Finance"),
    ("Sales", "Sales"),
    ("Services", "Services"),
    ("ServDel", "Service Delivery"),
)
LEVELS: Final = ("Corporate (Level 1)", "Region (Level 2)", "Location (Level 3)", "Group (Level 4)")
TIME_ZONES: Final = (("CET", 1.0), ("GMT", 0.0), ("EET", 2.0), ("US Eastern", -5.0), ("US Pacific", -8.0))
BOARDS: Final = ("Alerts", "Help Desk", "Internal", "Managed Services", "Professional Services")
_INFO: Final = {"lastUpdated": "2019-03-04T08:00:00Z", "updatedBy": "HumanAdmin"}


def seed_lookups(company: PsaCompany) -> None:
    """Fill a company's locations, departments, structure levels, time zones and service boards."""
    levels = _add_rows(company, "levels", ({"name": name} for name in LEVELS), info=None)
    flags = {"locationFlag": True, "clientFlag": False}
    locations = _add_rows(
        company, "locations", ({"structureLevel": dict(levels[0]), "name": name, **flags} for name in LOCATIONS)
    )
    departments = _add_rows(
        company, "departments", ({"identifier": short, "name": name} for short, name in DEPARTMENTS)
    )
    _add_rows(
        company,
        "timeZones",
        (
            {
                "name": name,
                "timeZone": {"id": 100 + index, "name": name},
                "offset": offset,
                "defaultFlag": index == 0,
                "daylightSavingsFlag": True,
            }
            for index, (name, offset) in enumerate(TIME_ZONES)
        ),
    )
    location = {part: locations[0][part] for part in ("id", "name")}
    department = {part: departments[3][part] for part in ("id", "identifier", "name")}
    references = {"location": location, "department": department}
    _add_rows(
        company,
        "boards",
        ({"name": name, **references, "inactiveFlag": False, "projectFlag": False} for name in BOARDS),
    )


def _add_rows(
    company: PsaCompany, kind: str, bodies: Iterable[dict[str, Any]], info: dict[str, str] | None = _INFO
) -> list[dict[str, Any]]:
    common = {} if info is None else {"_info": info}
    rows = [{"id": company.allocate_id(kind), **body, **common} for body in bodies]
    company.lookups[kind] = rows
    return rows


def find_row(company: PsaCompany, kind: str, reference: Mapping[str, Any]) -> dict[str, Any] | None:
    """Find a row by id, else by identifier or name, as the API accepts either."""
    rows = company.lookups[kind]
    if reference.get("id") is not None:
        return next((row for row in rows if row["id"] == reference["id"]), None)
    for part in ("identifier", "name"):
        if isinstance(reference.get(part), str):
            text = reference[part].casefold()
            return next((row for row in rows if str(row.get(part, "")).casefold() == text), None)
    return None
