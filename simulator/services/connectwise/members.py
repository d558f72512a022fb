"""The rules of API members: what a new one needs, what an update may change. No delete: they are made inactive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.services.connectwise import errors, lookups
from simulator.services.connectwise.models import Actor, ChangeStamp, PsaCompany, PsaMember, Role
from simulator.services.connectwise.row_files import read_sections

RESOURCE: Final = "apiMember"

_FIELDS: Final = read_sections("member_fields.txt")
# Wire field -> (attribute, lookup table).
REFERENCES: Final = {name: (attribute, table) for name, attribute, table in map(str.split, _FIELDS["references"])}
PLAIN: Final = dict(row.split() for row in _FIELDS["plain"])
REQUIRED: Final = tuple(_FIELDS["required"])


def get(company: PsaCompany, member_id: int) -> PsaMember:
    member = company.find_api_member(member_id)
    if member is None:
        raise errors.not_found("ApiMember", member_id)
    return member


def create(company: PsaCompany, actor: Actor, body: Mapping[str, Any]) -> PsaMember:
    _check_required(body)
    changes = _resolve_fields(company, body)
    _check_identifier(company, changes["identifier"], except_id=None)
    _check_role(company, changes["role_id"], inactive=bool(changes.get("inactive")))
    changes.setdefault("time_zone", company.lookups["timeZones"][0]["id"])
    member = PsaMember(
        company.allocate_id("member"),
        changes["identifier"],
        changes["name"],
        "A",
        ChangeStamp.create(actor),
        hired=actor.at,
    )
    _assign(member, actor, changes)
    company.members[member.id] = member
    company.log_change(actor, "member.created", memberId=member.id, identifier=member.identifier, roleId=member.role_id)
    return member


def replace(company: PsaCompany, actor: Actor, member: PsaMember, body: Mapping[str, Any]) -> None:
    """Carry out a PUT: what the body leaves out is removed."""
    _check_required(body)
    optional = {name: None for name in (*REFERENCES, *PLAIN, "inactiveFlag") if name not in REQUIRED}
    update(company, actor, member, {**optional, **body})


def update(company: PsaCompany, actor: Actor, member: PsaMember, body: Mapping[str, Any]) -> None:
    """Change the fields named; null removes a value, where that is allowed."""
    removed = {name: body[name] for name in body if name in REQUIRED and _is_blank(body[name])}
    if removed:
        raise errors.invalid(RESOURCE, [_describe_missing(name) for name in REQUIRED if name in removed])
    changes = _resolve_fields(company, body)
    if "identifier" in changes:
        _check_identifier(company, changes["identifier"], except_id=member.id)
    inactive = bool(changes.get("inactive", member.inactive))
    if "role_id" in changes or (member.inactive and not inactive):
        _check_role(company, changes.get("role_id", member.role_id), inactive=inactive)
    was_inactive = member.inactive
    _assign(member, actor, changes)
    member.stamp.touch(actor)
    company.log_change(actor, "member.changed", memberId=member.id, fields=sorted(changes), roleId=member.role_id)
    if was_inactive != member.inactive:
        company.log_change(actor, "member.inactive" if member.inactive else "member.active", memberId=member.id)


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _describe_missing(name: str) -> dict[str, Any]:
    return errors.build_detail("MissingRequiredField", f"The {name} field is required.", RESOURCE, name)


def _check_required(body: Mapping[str, Any]) -> None:
    problems = [_describe_missing(name) for name in REQUIRED if _is_blank(body.get(name))]
    if problems:
        raise errors.invalid(RESOURCE, problems)


def _check_identifier(company: PsaCompany, identifier: str, except_id: int | None) -> None:
    if "." in identifier:  # spinen/connectwise-php-client, README: no dots
        raise errors.invalid_field(RESOURCE, "identifier", "InvalidValue", "The identifier may not hold a dot.")
    taken = (member for member in company.members.values() if member.id != except_id)
    if any(member.identifier.casefold() == identifier.casefold() for member in taken):
        raise errors.exists(RESOURCE, "identifier", identifier)


def _check_role(company: PsaCompany, role_id: int | None, *, inactive: bool) -> None:
    role = company.roles.get(role_id) if role_id is not None else None
    if role is None:
        if inactive:
            return
        raise errors.invalid_field(RESOURCE, "securityRole", "InvalidReference", "The security role does not exist.")
    if role.inactive:
        raise errors.invalid_field(RESOURCE, "securityRole", "InvalidReference", "The security role is inactive.")


def find_role(company: PsaCompany, wanted: Mapping[str, Any]) -> Role | None:
    if wanted.get("id") is not None:
        return next((role for role in company.roles.values() if role.id == wanted["id"]), None)
    name = str(wanted.get("name", "")).casefold()
    return next((role for role in company.roles.values() if role.name.casefold() == name), None)


def _resolve_fields(company: PsaCompany, body: Mapping[str, Any]) -> dict[str, Any]:
    """Turn wire fields into attributes; refuse references to nothing by their names."""
    changes: dict[str, Any] = {attribute: body[name] for name, attribute in PLAIN.items() if name in body}
    problems = []
    for name, (attribute, kind) in REFERENCES.items():
        if name in body:
            row = None if body[name] is None else lookups.find_row(company, kind, body[name])
            if row is None and body[name] is not None:
                problems.append(_describe_unknown(name))
            changes[attribute] = row and row["id"]
    if "securityRole" in body:
        role = find_role(company, body["securityRole"])
        if role is None:
            problems.append(_describe_unknown("securityRole"))
        changes["role_id"] = role and role.id
    if problems:
        raise errors.invalid(RESOURCE, problems)
    if "inactiveFlag" in body:
        changes["inactive"] = bool(body["inactiveFlag"])
    if body.get("inactiveDate") is not None:
        changes["inactive_date"] = body["inactiveDate"]
    return changes


def _describe_unknown(name: str) -> dict[str, Any]:
    return errors.build_detail("InvalidReference", f"The {name} that was given does not exist.", RESOURCE, name)


def _assign(member: PsaMember, actor: Actor, changes: Mapping[str, Any]) -> None:
    for attribute, value in changes.items():
        if attribute == "excluded_boards":
            value = value or []
        elif attribute in ("block_price", "block_cost"):
            value = bool(value)
        setattr(member, attribute, value)
    if not member.inactive:
        member.inactive_date = None
    elif member.inactive_date is None:
        member.inactive_date = actor.at
