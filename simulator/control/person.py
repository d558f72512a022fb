"""`/_sim/companies/{id}/…`: what a person does at the screens, each change in the name of HumanAdmin."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from simulator import founding
from simulator.clock import stamp
from simulator.connectwise import fields, keys, members, render, roles
from simulator.connectwise.models import ApiKey, Company
from simulator.connectwise.setup_screens import canonical
from simulator.control.desk import TheCompany, ThePerson
from simulator.world import TheWorld


class RoleWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    adminFlag: bool = False
    inactiveFlag: bool = False


class RoleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str | None = None
    adminFlag: bool | None = None
    inactiveFlag: bool | None = None


class Tables(BaseModel):
    model_config = ConfigDict(extra="forbid")
    allow: list[str]


class KeyWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    description: str
    createdAt: datetime | None = None


class KeyChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inactive: bool


Levels = Annotated[dict[str, dict[str, str]], Body()]
Fields = Annotated[dict[str, Any], Body()]

routes = APIRouter(prefix="/_sim/companies/{company_id}", tags=["a person at the screen"])


@routes.post("/roles", status_code=201)
async def make_role(company: TheCompany, actor: ThePerson, wanted: RoleWanted) -> dict[str, Any]:
    role = roles.create(company, actor, wanted.name, admin=wanted.adminFlag, inactive=wanted.inactiveFlag)
    return render.role(role, "")


@routes.patch("/roles/{role_id}")
async def change_role(company: TheCompany, actor: ThePerson, role_id: int, wanted: RoleChange) -> dict[str, Any]:
    role = roles.get(company, role_id)
    roles.change(company, actor, role, name=wanted.name, admin=wanted.adminFlag, inactive=wanted.inactiveFlag)
    return render.role(role, "")


@routes.delete("/roles/{role_id}", status_code=204)
async def delete_role(company: TheCompany, actor: ThePerson, role_id: int, force: bool = False) -> Response:
    """Delete a role; with `force` even one that an active member uses."""
    roles.delete(company, actor, role_id, force=force)
    return Response(status_code=204)


@routes.put("/roles/{role_id}/levels")
async def set_levels(company: TheCompany, actor: ThePerson, role_id: int, levels: Levels) -> dict[str, Any]:
    """Set the levels named, leave the others."""
    role = roles.get(company, role_id)
    roles.set_levels(company, actor, role, levels)
    return {"levels": {label: held for label, held in sorted(role.levels.items()) if held}}


@routes.put("/roles/{role_id}/tables")
async def set_tables(company: TheCompany, actor: ThePerson, role_id: int, wanted: Tables) -> dict[str, Any]:
    role = roles.get(company, role_id)
    roles.set_tables(company, actor, role, wanted.allow)
    return {"allow": canonical(role.tables)}


@routes.post("/apiMembers", status_code=201)
async def make_member(company: TheCompany, actor: ThePerson, body: Fields) -> dict[str, Any]:
    """Make an API member; what the body leaves out comes from the screen's defaults."""
    defaults = render.api_member_default(company, "")
    given = {name: {"id": row["id"]} for name, row in defaults.items() if name in members.REFERENCES}
    member = members.create(company, actor, {**given, **_checked(body)})
    return render.api_member(company, member, "")


@routes.patch("/apiMembers/{member_id}")
async def change_member(company: TheCompany, actor: ThePerson, member_id: int, body: Fields) -> dict[str, Any]:
    """Change any fields, by their names on the wire; `roleId` is short for a security role by its number."""
    member = members.get(company, member_id)
    members.update(company, actor, member, _checked(body))
    return render.api_member(company, member, "")


@routes.post("/apiMembers/{member_id}/keys", status_code=201)
async def mint(
    world: TheWorld, company: TheCompany, actor: ThePerson, member_id: int, wanted: KeyWanted
) -> dict[str, Any]:
    """Make a key; `createdAt` makes it look older than it is."""
    key = keys.mint(company, actor, world.random, members.get(company, member_id), wanted.description)
    if wanted.createdAt:
        key.created_at = stamp(wanted.createdAt)
    return render.key(key) | {"privateKey": key.private}


@routes.patch("/keys/{key_id}")
async def change_key(company: TheCompany, actor: ThePerson, key_id: str, wanted: KeyChange) -> dict[str, Any]:
    key = _key(company, key_id)
    keys.set_inactive(company, actor, key, wanted.inactive)
    return render.key(key)


@routes.delete("/keys/{key_id}", status_code=204)
async def delete_key(company: TheCompany, actor: ThePerson, key_id: str) -> Response:
    keys.delete(company, actor, _key(company, key_id))
    return Response(status_code=204)


@routes.post("/provisioningKey/rotate")
async def rotate(world: TheWorld, company: TheCompany, actor: ThePerson) -> dict[str, str]:
    fresh = founding.rotate(world, company, actor)
    return {"publicKey": fresh.public, "privateKey": fresh.private}


def _key(company: Company, key_id: str) -> ApiKey:
    key = company.keys.get(key_id)
    if key is None:
        raise HTTPException(404, f"There is no key '{key_id}'.")
    return key


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    body = dict(body)
    if "roleId" in body:
        body["securityRole"] = {"id": body.pop("roleId")}
    return fields.checked(body, fields.API_MEMBER, members.RESOURCE, "ApiMember", (9999, 1))
