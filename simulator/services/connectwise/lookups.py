"""The lookup tables that an API member's references point to, as every new company starts with them (all invented)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from simulator.services.connectwise.models import PsaCompany

_ROWS: Final = json.loads(Path(__file__).with_name("lookups.json").read_text(encoding="utf-8"))
_INFO: Final = {"lastUpdated": "2019-03-04T08:00:00Z", "updatedBy": "HumanAdmin"}


def seed_lookups(company: PsaCompany) -> None:
    """Fill a company's locations, departments, structure levels, time zones and service boards."""
    tables = company.lookups
    for kind, rows in _ROWS.items():
        info = {} if kind == "levels" else {"_info": _INFO}
        tables[kind] = [{"id": company.allocate_id(kind), **row, **info} for row in rows]
    for location in tables["locations"]:
        location["structureLevel"] = dict(tables["levels"][0])
    department = {part: tables["departments"][3][part] for part in ("id", "identifier", "name")}
    for board in tables["boards"]:
        board |= {"location": {part: tables["locations"][0][part] for part in ("id", "name")}, "department": department}


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
