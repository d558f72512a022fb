"""Objects as the REST API shows them, after the schemas of the OpenAPI extract."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

from simulator.services.connectwise import lookups
from simulator.services.connectwise.catalogue import FUNCTIONS, VERBS, ModuleFunction
from simulator.services.connectwise.customize_lists import LISTS
from simulator.services.connectwise.members import REFERENCES
from simulator.services.connectwise.models import MemberKey, PsaCompany, PsaMember, Role
from simulator.services.connectwise.setup_screens import SCREENS

_PATHS: Final = {
    "timeZones": "system/timeZoneSetups",
    "levels": "system/myCompany/corporateStructureLevels",
    "locations": "system/locations",
    "departments": "system/departments",
    "boards": "service/boards",
}


def strip_punctuation(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def render_role(role: Role, base: str) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "id": role.id,
        "name": role.name,
        "adminFlag": role.admin,
        "inactiveFlag": role.inactive,
        "_info": {**role.stamp.to_dict(), "settings_href": f"{base}/system/securityRoles/{role.id}/settings"},
    }
    return rendered if role.role_type is None else {**rendered, "roleType": role.role_type}


def render_role_setting(role: Role, index: int, function: ModuleFunction) -> dict[str, Any]:
    stamp = role.row_stamps.get(function.label)
    return {
        "id": role.first_row + index,
        **{f"{verb}Level": role.get_level(function, verb) for verb in VERBS},
        "moduleFunctionName": function.name,
        "moduleFunctionDescription": function.name,
        "myAllFlag": function.has_my,
        "moduleFunctionIdentifier": strip_punctuation(function.name),
        "reportFlag": function.is_report,
        "restrictFlag": False,
        "customFlag": function.has_customize,
        "moduleDescription": function.module,
        "moduleIdentifier": strip_punctuation(function.module),
        "moduleName": function.module,
        "sortOrder": index + 1,
        "_info": {
            "lastUpdated": stamp.updated_at if stamp else role.stamp.entered_at,
            "updatedBy": stamp.updated_by if stamp else role.stamp.entered_by,
        },
    }


def render_role_settings(role: Role) -> list[dict[str, Any]]:
    return [render_role_setting(role, index, function) for index, function in enumerate(FUNCTIONS)]


def render_member_reference(member: PsaMember, base: str) -> dict[str, Any]:
    return {
        "id": member.id,
        "identifier": member.identifier,
        "name": member.name,
        "_info": {"member_href": f"{base}/system/members/{member.id}"},
    }


def render_my_security(role: Role, member: PsaMember, base: str) -> list[dict[str, Any]]:
    reference = render_member_reference(member, base)
    return [{**row, "member": reference} for row in render_role_settings(role)]


def render_customize_items(role: Role, listed: str) -> list[dict[str, Any]]:
    """List the items that are allowed, or those that are denied: which of them the real list holds is unknown."""
    numbers = count(role.first_row + 1)
    ids = {(one.function, label): next(numbers) for one in LISTS.values() for label in one.items}
    return [
        {
            "id": ids[one.function, label],
            "customizeIdentifier": one.identifier,
            "itemIdentifier": one.items[label],
        }
        for one in LISTS.values()
        for label in (one.list_allowed(role) if listed == "allowed" else one.list_denied(role))
    ]


def _render_reference(company: PsaCompany, kind: str, row_id: int | None, base: str) -> dict[str, Any] | None:
    row = lookups.find_row(company, kind, {"id": row_id})
    if row is None:
        return None
    rendered: dict[str, Any] = {part: row[part] for part in ("id", "identifier", "name") if part in row}
    rendered["_info"] = {"href": f"{base}/{_PATHS[kind]}/{row['id']}"}
    return rendered


def _render_role_reference(company: PsaCompany, member: PsaMember, base: str) -> dict[str, Any] | None:
    role = company.find_role(member)
    if role is None:
        return None
    return {"id": role.id, "name": role.name, "_info": {"href": f"{base}/system/securityroles/{role.id}"}}


def _drop_nulls(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not there, a reference to what is gone too: the specification's are not nullable (assumed)."""
    return {name: value for name, value in row.items() if value is not None}


def _render_common_fields(company: PsaCompany, member: PsaMember, base: str) -> dict[str, Any]:
    references = {
        name: _render_reference(company, kind, getattr(member, attribute), base)
        for name, (attribute, kind) in REFERENCES.items()
    }
    return {
        "id": member.id,
        "identifier": member.identifier,
        "inactiveFlag": member.inactive,
        "excludedServiceBoardIds": list(member.excluded_boards),
        "inactiveDate": member.inactive_date,
        "notes": member.notes,
        "securityRole": _render_role_reference(company, member, base),
        **references,
        "_info": member.stamp.to_dict(),
    }


def render_api_member(company: PsaCompany, member: PsaMember, base: str) -> dict[str, Any]:
    flags = {"blockPriceFlag": member.block_price, "blockCostFlag": member.block_cost}
    named = {"name": member.name, "emailAddress": member.email}
    return _drop_nulls({**_render_common_fields(company, member, base), **named, **flags})


def render_api_member_default(company: PsaCompany, base: str) -> dict[str, Any]:
    """Render what the screen fills in for a new one: the first of each lookup table, no role (assumed)."""
    blank: dict[str, Any] = {"id": 0, "identifier": "", "name": "", "inactiveFlag": False}
    for name, (_, kind) in REFERENCES.items():
        # The fourth department is the one that works on tickets; the others take the first row.
        row = company.lookups[kind][3 if kind == "departments" else 0]
        blank[name] = _render_reference(company, kind, row["id"], base)
    return {**blank, "excludedServiceBoardIds": [], "blockPriceFlag": False, "blockCostFlag": False}


def render_member(company: PsaCompany, member: PsaMember, base: str) -> dict[str, Any]:
    """Render a row of /system/members; an API member has no last name there (pyconnectwise issue 26)."""
    first, _, last = member.name.partition(" ")
    by_api, role = member.license_class == "A", company.find_role(member)
    named = {"firstName": member.name if by_api else first, "lastName": None if by_api else last}
    fixed = {"licenseClass": member.license_class, "defaultEmail": "Office", "defaultPhone": "Office"}
    more = {"officeEmail": member.email, "hireDate": member.hired, "adminFlag": role is not None and role.admin}
    return _drop_nulls({**_render_common_fields(company, member, base), **named, **fixed, **more})


def render_setup_screens(company: PsaCompany) -> list[dict[str, Any]]:
    return [
        {
            "id": company.first_ids["screen"] + index,
            "category": screen.category,
            "name": screen.name,
            "description": screen.label,
            "moduleDescription": screen.module,
            "moduleIdentifier": strip_punctuation(screen.module),
            "moduleName": screen.module,
            "_info": {"lastUpdated": "2019-03-04T08:00:00Z"},
        }
        for index, screen in enumerate(SCREENS)
    ]


def render_key(key: MemberKey) -> dict[str, Any]:
    """Render a key without its private half, as the gateway contract lists it."""
    return {
        "id": key.id,
        "description": key.description,
        "publicKey": key.public,
        "inactive": key.inactive,
        "createdAt": key.created_at,
    }
