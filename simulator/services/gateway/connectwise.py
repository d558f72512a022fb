"""The ConnectWise side of the console gateway: levels, customize lists and keys, which have no public API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.services.connectwise import api_keys, roles
from simulator.services.connectwise.catalogue import BY_LABEL, FUNCTIONS, VERBS
from simulator.services.connectwise.customize_lists import BY_NAME, CustomizeList
from simulator.services.connectwise.models import PsaCompany, PsaMember, Role
from simulator.services.connectwise.render import render_key, render_role_setting
from simulator.services.gateway import errors
from simulator.services.gateway.dependencies import (
    ContractBody,
    GatewayRequest,
    WriteResult,
    check_ready,
    check_token,
    render_health,
)
from simulator.world import TheWorld

Level = Literal["None", "My", "All"] | None


class LevelsRow(ContractBody):
    moduleName: str
    moduleFunctionName: str
    addLevel: Level
    editLevel: Level
    deleteLevel: Level
    inquireLevel: Level

    @property
    def label(self) -> str:
        return f"{self.moduleName} / {self.moduleFunctionName}"

    @property
    def levels(self) -> dict[str, str | None]:
        return {verb: getattr(self, f"{verb}Level") for verb in VERBS}


class LevelsBody(ContractBody):
    settings: list[LevelsRow]


class ListBody(ContractBody):
    function: str
    allow: list[str]


class NewKeyBody(ContractBody):
    description: str


class KeyChangeBody(ContractBody):
    inactive: bool


routes = APIRouter(prefix="/gateway/connectwise/{company_id}", include_in_schema=False)


@dataclass(frozen=True)
class CompanyRequest(GatewayRequest):
    company: PsaCompany


async def _authenticate(world: TheWorld, request: Request, company_id: str) -> CompanyRequest:
    company = world.companies.get(company_id)
    if company is None:
        raise errors.unauthorized()
    request.scope["sim"].route = f"{request.method} gateway{request.scope['route'].path.partition('}')[2]}"
    return CompanyRequest(world, request, check_token(request, company.gateway.token), company)


Authenticated = Annotated[CompanyRequest, Depends(_authenticate)]


@routes.get("/health")
async def get_health(request: Authenticated) -> Response:
    site = str(request.http.base_url).rstrip("/").partition("://")[2]
    company = request.company
    return render_health(company.gateway, console="connectwise", site=site, companyId=company.id)


@routes.put("/securityRoles/{role_id}/settings")
async def set_levels(request: Authenticated, role_id: int) -> Response:
    def act(wanted: LevelsBody) -> WriteResult:
        role = _get_role(request.company, role_id)
        levels = {row.label: row.levels for row in wanted.settings}
        roles.set_levels(request.company, request.actor, role, levels)
        return WriteResult({"settings": [_render_row(role, label) for label in levels]})

    return await request.write_once(LevelsBody, act)


@routes.get("/securityRoles/{role_id}/customize")
async def get_list(request: Authenticated, role_id: int, function: str = "") -> Response:
    role = _get_role(request.company, role_id)
    return JSONResponse({"function": function, "allow": _find_list(function).list_allowed(role)})


@routes.put("/securityRoles/{role_id}/customize")
async def set_list(request: Authenticated, role_id: int) -> Response:
    def act(wanted: ListBody) -> WriteResult:
        role, customized = _get_role(request.company, role_id), _find_list(wanted.function)
        roles.set_list(request.company, request.actor, role, customized, wanted.allow)
        return WriteResult({"function": wanted.function, "allow": customized.list_allowed(role)})

    return await request.write_once(ListBody, act)


@routes.get("/apiMembers/{member_id}/keys")
async def list_keys(request: Authenticated, member_id: int) -> Response:
    member = _get_member(request.company, member_id)
    return JSONResponse([render_key(key) for key in request.company.list_keys(member)])


@routes.post("/apiMembers/{member_id}/keys")
async def mint_key(request: Authenticated, member_id: int) -> Response:
    def act(wanted: NewKeyBody) -> WriteResult:
        member = _get_member(request.company, member_id)
        if not wanted.description.strip():
            raise errors.refused("Description is required.")  # marked with an asterisk on Cisco's page
        kept = request.world.screens.get(request.company).modes.keep_description(wanted.description)
        key = api_keys.mint(request.company, request.actor, request.world.random, member, kept)
        answer = render_key(key) | {"privateKey": key.private}
        del answer["inactive"]
        return WriteResult(answer, 201, holds_key=(request.company.id, key.id))

    return await request.write_once(NewKeyBody, act)


@routes.patch("/apiMembers/{member_id}/keys/{key_id}")
async def change_key(request: Authenticated, member_id: int, key_id: str) -> Response:
    def act(wanted: KeyChangeBody) -> WriteResult:
        key = request.company.find_member_key(_get_member(request.company, member_id), key_id)
        if key is None:
            raise errors.not_found(f"API key {key_id}")
        api_keys.set_inactive(request.company, request.actor, key, wanted.inactive)
        request.world.idempotency.forget_key(request.company.id, key.id)
        return WriteResult(render_key(key))

    return await request.write_once(KeyChangeBody, act)


@routes.delete("/apiMembers/{member_id}/keys/{key_id}")
async def delete_key(request: Authenticated, member_id: int, key_id: str) -> Response:
    key = request.company.find_member_key(_get_member(request.company, member_id), key_id)
    if key is not None:
        api_keys.delete(request.company, request.actor, key)
        request.world.idempotency.forget_key(request.company.id, key.id)
    return Response(status_code=204)


def _get_role(company: PsaCompany, role_id: int) -> Role:
    check_ready(company.gateway)
    if company.gateway.roles is not None and role_id not in company.gateway.roles:
        raise errors.outside_allow_list(f"security role {role_id}")
    role = company.roles.get(role_id)
    if role is None:
        raise errors.not_found(f"Security role {role_id}")
    return role


def _get_member(company: PsaCompany, member_id: int) -> PsaMember:
    check_ready(company.gateway)
    if company.gateway.members is not None and member_id not in company.gateway.members:
        raise errors.outside_allow_list(f"API member {member_id}")
    member = company.find_api_member(member_id)
    if member is None:
        raise errors.not_found(f"API member {member_id}")
    return member


def _find_list(name: str) -> CustomizeList:
    if name in BY_NAME:
        return BY_NAME[name]
    if any(name in (function.name, function.label) and function.has_customize for function in FUNCTIONS):
        raise errors.refused(f"The customize list of {name} is not simulated; {', '.join(BY_NAME)} are.")
    raise errors.refused(f"'{name}' has no customize list.")


def _render_row(role: Role, label: str) -> dict[str, Any]:
    function = BY_LABEL[label]
    row = render_role_setting(role, FUNCTIONS.index(function), function)
    return {name: row[name] for name in LevelsRow.model_fields}
