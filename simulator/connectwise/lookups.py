"""The catalogues that an API member's references point to, as every new company starts with them (all invented)."""

from collections.abc import Mapping
from typing import Any, Final

from simulator.connectwise.models import Company

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


def seed(company: Company) -> None:
    """Give a company its locations, departments, structure levels, time zones and service boards."""
    info = {"lastUpdated": "2019-03-04T08:00:00Z", "updatedBy": "HumanAdmin"}

    def rows(kind: str, bodies: list[dict[str, Any]]) -> None:
        company.lookups[kind] = [{"id": company.next_id(kind), **body} for body in bodies]

    rows("levels", [{"name": name} for name in LEVELS])
    top = dict(company.lookups["levels"][0])
    rows(
        "locations",
        [
            {"structureLevel": top, "name": name, "locationFlag": True, "clientFlag": False, "_info": dict(info)}
            for name in LOCATIONS
        ],
    )
    rows("departments", [{"identifier": short, "name": name, "_info": dict(info)} for short, name in DEPARTMENTS])
    rows(
        "timeZones",
        [
            {
                "name": name,
                "timeZone": {"id": 100 + index, "name": name},
                "offset": offset,
                "defaultFlag": index == 0,
                "daylightSavingsFlag": True,
                "_info": dict(info),
            }
            for index, (name, offset) in enumerate(TIME_ZONES)
        ],
    )
    place, group = company.lookups["locations"][0], company.lookups["departments"][3]
    rows(
        "boards",
        [
            {
                "name": name,
                "location": {"id": place["id"], "name": place["name"]},
                "department": {"id": group["id"], "identifier": group["identifier"], "name": group["name"]},
                "inactiveFlag": False,
                "projectFlag": False,
                "_info": dict(info),
            }
            for name in BOARDS
        ],
    )


def find(company: Company, kind: str, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """Look a reference up by id, else by identifier or name, as the API accepts either."""
    rows = company.lookups[kind]
    if wanted.get("id") is not None:
        return next((row for row in rows if row["id"] == wanted["id"]), None)
    for part in ("identifier", "name"):
        if isinstance(wanted.get(part), str):
            text = wanted[part].casefold()
            return next((row for row in rows if str(row.get(part, "")).casefold() == text), None)
    return None


def by_id(company: Company, kind: str, row_id: int | None) -> dict[str, Any] | None:
    return next((row for row in company.lookups[kind] if row["id"] == row_id), None)
