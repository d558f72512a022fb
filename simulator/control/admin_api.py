"""`/_sim/companies/{id}/…`: what an administrator does at the screens, in the name of HumanAdmin."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException
from starlette.responses import Response

from simulator import company_factory
from simulator.clock import format_timestamp
from simulator.control.dependencies import RequestBody, TheAdmin, TheCompany
from simulator.services.connectwise import api_keys, fields, members, roles
from simulator.services.connectwise.customize_lists import LISTS, TABLE_SETUP, CustomizeList
from simulator.services.connectwise.models import Actor, MemberKey, PsaCompany
from simulator.services.connectwise.render import render_api_member, render_api_member_default, render_key, render_role
from simulator.world import TheWorld


class RoleCreate(RequestBody):
    name: str
    adminFlag: bool = False
    inactiveFlag: bool = False


class RoleUpdate(RequestBody):
    name: str | None = None
    adminFlag: bool | None = None
    inactiveFlag: bool | None = None


class TablesUpdate(RequestBody):
    allow: list[str]


class ListUpdate(RequestBody):
    function: str
    allow: list[str]


class KeyCreate(RequestBody):
    description: str
    createdAt: datetime | None = None


class KeyUpdate(RequestBody):
    inactive: bool


LevelsUpdate = Annotated[dict[str, dict[str, str]], Body()]
LookupKind = Literal["levels", "locations", "departments", "timeZones", "boards"]
MemberFields = Annotated[dict[str, Any], Body()]

routes = APIRouter(prefix="/_sim/companies/{company_id}", tags=["admin"])


@routes.post("/roles", status_code=201)
async def create_role(company: TheCompany, actor: TheAdmin, wanted: RoleCreate) -> dict[str, Any]:
    role = roles.create(company, actor, wanted.name, admin=wanted.adminFlag, inactive=wanted.inactiveFlag)
    return render_role(role, "")


@routes.patch("/roles/{role_id}")
async def update_role(company: TheCompany, actor: TheAdmin, role_id: int, wanted: RoleUpdate) -> dict[str, Any]:
    role = roles.get(company, role_id)
    roles.update(company, actor, role, name=wanted.name, admin=wanted.adminFlag, inactive=wanted.inactiveFlag)
    return render_role(role, "")


@routes.delete("/roles/{role_id}", status_code=204)
async def delete_role(company: TheCompany, actor: TheAdmin, role_id: int, force: bool = False) -> Response:
    """Delete a role; with `force` even one that an active member uses."""
    roles.delete(company, actor, role_id, force=force)
    return Response(status_code=204)


@routes.put("/roles/{role_id}/levels")
async def set_levels(company: TheCompany, actor: TheAdmin, role_id: int, levels: LevelsUpdate) -> dict[str, Any]:
    """Set the levels named, leave the others."""
    role = roles.get(company, role_id)
    roles.set_levels(company, actor, role, levels)
    return {"levels": {label: levels for label, levels in sorted(role.levels.items()) if levels}}


@routes.put("/roles/{role_id}/tables")
async def set_tables(company: TheCompany, actor: TheAdmin, role_id: int, wanted: TablesUpdate) -> dict[str, Any]:
    return _set_list(company, actor, role_id, LISTS[TABLE_SETUP], wanted.allow)


@routes.put("/roles/{role_id}/customize")
async def set_list(company: TheCompany, actor: TheAdmin, role_id: int, wanted: ListUpdate) -> dict[str, Any]:
    """Replace what a function's customize list allows; `function` as `<module> / <function>`."""
    customized = LISTS.get(wanted.function)
    if customized is None:
        raise HTTPException(404, f"There is no simulated customize list of '{wanted.function}'.")
    return _set_list(company, actor, role_id, customized, wanted.allow)


@routes.post("/apiMembers", status_code=201)
async def create_member(company: TheCompany, actor: TheAdmin, body: MemberFields) -> dict[str, Any]:
    """Create an API member; what the body leaves out comes from the screen's defaults."""
    defaults = render_api_member_default(company, "")
    references = {name: {"id": row["id"]} for name, row in defaults.items() if name in members.REFERENCES}
    member = members.create(company, actor, {**references, **_validate_member(body)})
    return render_api_member(company, member, "")


@routes.patch("/apiMembers/{member_id}")
async def update_member(company: TheCompany, actor: TheAdmin, member_id: int, body: MemberFields) -> dict[str, Any]:
    """Change any fields, by their names on the wire; `roleId` stands for the security role of that number."""
    member = members.get(company, member_id)
    members.update(company, actor, member, _validate_member(body))
    return render_api_member(company, member, "")


@routes.post("/lookups/{kind}", status_code=201)
async def add_lookup(company: TheCompany, kind: LookupKind, body: MemberFields) -> dict[str, Any]:
    """Add a row like the first of its table: another location or department, of the same name if a test wants it."""
    row = {**company.lookups[kind][0], **body, "id": company.allocate_id(kind)}
    company.lookups[kind].append(row)
    return row


@routes.post("/apiMembers/{member_id}/keys", status_code=201)
async def mint_key(
    world: TheWorld, company: TheCompany, actor: TheAdmin, member_id: int, wanted: KeyCreate
) -> dict[str, Any]:
    """Mint a key; `createdAt` makes it look older than it is."""
    key = api_keys.mint(company, actor, world.random, members.get(company, member_id), wanted.description)
    if wanted.createdAt:
        key.created_at = format_timestamp(wanted.createdAt)
    return render_key(key) | {"privateKey": key.private}


@routes.patch("/keys/{key_id}")
async def update_key(company: TheCompany, actor: TheAdmin, key_id: str, wanted: KeyUpdate) -> dict[str, Any]:
    key = _get_key(company, key_id)
    api_keys.set_inactive(company, actor, key, wanted.inactive)
    return render_key(key)


@routes.delete("/keys/{key_id}", status_code=204)
async def delete_key(company: TheCompany, actor: TheAdmin, key_id: str) -> Response:
    api_keys.delete(company, actor, _get_key(company, key_id))
    return Response(status_code=204)


@routes.post("/provisioningKey/rotate")
async def rotate_provisioning_key(world: TheWorld, company: TheCompany, actor: TheAdmin) -> dict[str, str]:
    key = company_factory.rotate_provisioning_key(world, company, actor)
    return {"publicKey": key.public, "privateKey": key.private}


def _set_list(
    company: PsaCompany, actor: Actor, role_id: int, customized: CustomizeList, allow: list[str]
) -> dict[str, Any]:
    role = roles.get(company, role_id)
    roles.set_list(company, actor, role, customized, allow)
    return {"allow": customized.list_allowed(role)}


def _get_key(company: PsaCompany, key_id: str) -> MemberKey:
    key = company.keys.get(key_id)
    if key is None:
        raise HTTPException(404, f"There is no key '{key_id}'.")
    return key


def _validate_member(body: dict[str, Any]) -> dict[str, Any]:
    body = dict(body)
    if "roleId" in body:
        body["securityRole"] = {"id": body.pop("roleId")}
    return fields.validate_body(body, fields.API_MEMBER, members.RESOURCE, "ApiMember", (9999, 1))
