"""Records as the wire shows them, after the schemas of the OpenAPI extract."""

from typing import Any, Final

from simulator.connectwise import lookups
from simulator.connectwise.catalogue import FUNCTIONS, ModuleFunction
from simulator.connectwise.members import REFERENCES
from simulator.connectwise.models import ApiKey, Company, Member, Role
from simulator.connectwise.setup_screens import BY_LABEL, SCREENS, canonical

_PATHS: Final = {
    "timeZones": "system/timeZoneSetups",
    "levels": "system/myCompany/corporateStructureLevels",
    "locations": "system/locations",
    "departments": "system/departments",
    "boards": "service/boards",
}


def bare(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def role(record: Role, base: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": record.id,
        "name": record.name,
        "adminFlag": record.admin,
        "inactiveFlag": record.inactive,
        "_info": {**record.stamp.shown(), "settings_href": f"{base}/system/securityRoles/{record.id}/settings"},
    }
    return shown if record.role_type is None else {**shown, "roleType": record.role_type}


def setting(record: Role, index: int, function: ModuleFunction) -> dict[str, Any]:
    stamp = record.row_stamps.get(function.label)
    return {
        "id": record.first_row + index,
        "addLevel": record.level(function, "add"),
        "editLevel": record.level(function, "edit"),
        "deleteLevel": record.level(function, "delete"),
        "inquireLevel": record.level(function, "inquire"),
        "moduleFunctionName": function.name,
        "moduleFunctionDescription": function.name,
        "myAllFlag": function.has_my,
        "moduleFunctionIdentifier": bare(function.name),
        "reportFlag": function.is_report,
        "restrictFlag": False,
        "customFlag": function.has_customize,
        "moduleDescription": function.module,
        "moduleIdentifier": bare(function.module),
        "moduleName": function.module,
        "sortOrder": index + 1,
        "_info": {
            "lastUpdated": stamp.updated_at if stamp else record.stamp.entered_at,
            "updatedBy": stamp.updated_by if stamp else record.stamp.entered_by,
        },
    }


def settings(record: Role) -> list[dict[str, Any]]:
    return [setting(record, index, function) for index, function in enumerate(FUNCTIONS)]


def member_reference(member: Member, base: str) -> dict[str, Any]:
    return {
        "id": member.id,
        "identifier": member.identifier,
        "name": member.name,
        "_info": {"member_href": f"{base}/system/members/{member.id}"},
    }


def my_security(record: Role, member: Member, base: str) -> list[dict[str, Any]]:
    reference = member_reference(member, base)
    return [{**row, "member": reference} for row in settings(record)]


def customize_items(record: Role) -> list[dict[str, Any]]:
    """List what is allowed (assumed): whether the real list holds the allowed or the denied items is unknown."""
    labels = canonical(record.tables)
    ids = {screen.label: number for number, screen in enumerate(SCREENS, start=1)}
    return [
        {
            "id": record.first_row + ids[label],
            "customizeIdentifier": "SystemTableSetup",
            "itemIdentifier": BY_LABEL[label].identifier,
        }
        for label in labels
    ]


def _reference(company: Company, kind: str, row_id: int | None, base: str) -> dict[str, Any] | None:
    row = lookups.by_id(company, kind, row_id)
    if row is None:
        return None
    shown: dict[str, Any] = {part: row[part] for part in ("id", "identifier", "name") if part in row}
    shown["_info"] = {"href": f"{base}/{_PATHS[kind]}/{row['id']}"}
    return shown


def _role_reference(company: Company, member: Member, base: str) -> dict[str, Any] | None:
    held = company.roles.get(member.role_id) if member.role_id is not None else None
    if held is None:
        return None
    return {"id": held.id, "name": held.name, "_info": {"href": f"{base}/system/securityroles/{held.id}"}}


def _common(company: Company, member: Member, base: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": member.id,
        "identifier": member.identifier,
        "inactiveFlag": member.inactive,
        "excludedServiceBoardIds": list(member.excluded_boards),
    }
    if member.inactive_date is not None:
        shown["inactiveDate"] = member.inactive_date
    if member.notes is not None:
        shown["notes"] = member.notes
    # A reference to what is gone is left out (assumed; the specification's references are not nullable).
    references = {"securityRole": _role_reference(company, member, base)}
    references |= {
        name: _reference(company, kind, getattr(member, attribute), base)
        for name, (attribute, kind) in REFERENCES.items()
    }
    return shown | {name: reference for name, reference in references.items() if reference is not None}


def api_member(company: Company, member: Member, base: str) -> dict[str, Any]:
    shown = _common(company, member, base)
    shown["name"] = member.name
    if member.email is not None:
        shown["emailAddress"] = member.email
    shown["blockPriceFlag"] = member.block_price
    shown["blockCostFlag"] = member.block_cost
    shown["_info"] = member.stamp.shown()
    return shown


def api_member_default(company: Company, base: str) -> dict[str, Any]:
    """What the screen fills in for a new one: the first of each catalogue, no role (assumed)."""
    blank: dict[str, Any] = {"id": 0, "identifier": "", "name": "", "inactiveFlag": False}
    for name, (_, kind) in REFERENCES.items():
        # The fourth department is the one that works on tickets; the others take the first row.
        row = company.lookups[kind][3 if kind == "departments" else 0]
        blank[name] = _reference(company, kind, row["id"], base)
    return {**blank, "excludedServiceBoardIds": [], "blockPriceFlag": False, "blockCostFlag": False}


def member(company: Company, record: Member, base: str) -> dict[str, Any]:
    """A row of /system/members; an API member has no last name there (pyconnectwise issue 26)."""
    first, _, last = record.name.partition(" ")
    shown = _common(company, record, base)
    shown["firstName"] = record.name if record.license_class == "A" else first
    if record.license_class != "A":
        shown["lastName"] = last
    shown |= {"licenseClass": record.license_class, "defaultEmail": "Office", "defaultPhone": "Office"}
    if record.email is not None:
        shown["officeEmail"] = record.email
    if record.hired is not None:
        shown["hireDate"] = record.hired
    held = company.roles.get(record.role_id) if record.role_id is not None else None
    shown["adminFlag"] = held is not None and held.admin
    shown["_info"] = record.stamp.shown()
    return shown


def setup_screens(company: Company) -> list[dict[str, Any]]:
    return [
        {
            "id": company.first_ids["screen"] + index,
            "category": screen.category,
            "name": screen.name,
            "description": screen.label,
            "moduleDescription": screen.module,
            "moduleIdentifier": bare(screen.module),
            "moduleName": screen.module,
            "_info": {"lastUpdated": "2019-03-04T08:00:00Z"},
        }
        for index, screen in enumerate(SCREENS)
    ]


def key(record: ApiKey) -> dict[str, Any]:
    """A key without its private half, as the gateway contract lists it."""
    return {
        "id": record.id,
        "description": record.description,
        "publicKey": record.public,
        "inactive": record.inactive,
        "createdAt": record.created_at,
    }
