"""The ConnectWise side of the console gateway: levels, table access and keys, which have no public API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.connectwise import keys, render, roles
from simulator.connectwise.catalogue import BY_LABEL, FUNCTIONS
from simulator.connectwise.models import Actor, ApiKey, Company, Member, Role
from simulator.connectwise.setup_screens import canonical
from simulator.gateway import errors
from simulator.gateway.desk import Body, Done, check_token, once, parsed
from simulator.world import TheWorld, World

OPERATOR = "GatewayUser"  # the person's account with which the gateway is signed in to the console
TABLE_SETUP = "Table Setup"
Level = Literal["None", "My", "All"] | None


class Row(Body):
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
        return {
            "add": self.addLevel,
            "edit": self.editLevel,
            "delete": self.deleteLevel,
            "inquire": self.inquireLevel,
        }


class Settings(Body):
    settings: list[Row]


class Customize(Body):
    function: str
    allow: list[str]


class NewKey(Body):
    description: str


class KeyChange(Body):
    inactive: bool


routes = APIRouter(prefix="/gateway/connectwise/{company_id}", include_in_schema=False)


@dataclass(frozen=True)
class Visit:
    """One request that came in with the right token."""

    world: World
    request: Request
    company: Company
    token: str

    @property
    def actor(self) -> Actor:
        return self.world.actor(OPERATOR, self.request.scope["sim"])

    async def once(self, act: Callable[[bytes], Done]) -> Response:
        return await once(self.world, self.request, self.token, act)


async def _enter(world: TheWorld, request: Request, company_id: str) -> Visit:
    company = world.companies.get(company_id)
    if company is None:
        raise errors.unauthorized()
    request.scope["sim"].route = f"{request.method} gateway{request.scope['route'].path.partition('}')[2]}"
    return Visit(world, request, company, check_token(request, company.door.token))


Entered = Annotated[Visit, Depends(_enter)]


@routes.get("/health")
async def health(visit: Entered) -> Response:
    door = visit.company.door
    site = str(visit.request.base_url).rstrip("/").partition("://")[2]
    shown = {"console": "connectwise", "site": site, "companyId": visit.company.id}
    ready = door.ready and door.person is None
    return JSONResponse({**shown, "ready": ready, "reason": None if ready else door.person or door.reason})


@routes.put("/securityRoles/{role_id}/settings")
async def put_settings(visit: Entered, role_id: int) -> Response:
    def act(raw: bytes) -> Done:
        wanted = parsed(raw, Settings)
        role = _role(visit.company, role_id)
        named = {row.label: row.levels for row in wanted.settings}
        with _in_the_consoles_words():
            roles.set_levels(visit.company, visit.actor, role, named)
        return Done({"settings": [_row_now(role, label) for label in named]})

    return await visit.once(act)


@routes.get("/securityRoles/{role_id}/customize")
async def get_customize(visit: Entered, role_id: int, function: str = "") -> Response:
    role = _role(visit.company, role_id)
    _check_function(function)
    return JSONResponse({"function": function, "allow": canonical(role.tables)})


@routes.put("/securityRoles/{role_id}/customize")
async def put_customize(visit: Entered, role_id: int) -> Response:
    def act(raw: bytes) -> Done:
        wanted = parsed(raw, Customize)
        role = _role(visit.company, role_id)
        _check_function(wanted.function)
        with _in_the_consoles_words():
            roles.set_tables(visit.company, visit.actor, role, wanted.allow)
        return Done({"function": wanted.function, "allow": canonical(role.tables)})

    return await visit.once(act)


@routes.get("/apiMembers/{member_id}/keys")
async def list_keys(visit: Entered, member_id: int) -> Response:
    member = _member(visit.company, member_id)
    return JSONResponse([render.key(key) for key in visit.company.keys.values() if key.member_id == member.id])


@routes.post("/apiMembers/{member_id}/keys")
async def mint(visit: Entered, member_id: int) -> Response:
    def act(raw: bytes) -> Done:
        wanted = parsed(raw, NewKey)
        member = _member(visit.company, member_id)
        if not wanted.description.strip():
            raise errors.refused("Description is required.")  # marked with an asterisk on Cisco's page
        key = keys.mint(visit.company, visit.actor, visit.world.random, member, wanted.description)
        shown = render.key(key) | {"privateKey": key.private}
        del shown["inactive"]
        return Done(shown, 201, holds_key=(visit.company.id, key.id))

    return await visit.once(act)


@routes.patch("/apiMembers/{member_id}/keys/{key_id}")
async def change_key(visit: Entered, member_id: int, key_id: str) -> Response:
    def act(raw: bytes) -> Done:
        wanted = parsed(raw, KeyChange)
        key = _key(visit.company, _member(visit.company, member_id), key_id)
        if key is None:
            raise errors.not_found(f"API key {key_id}")
        keys.set_inactive(visit.company, visit.actor, key, wanted.inactive)
        visit.world.idempotency.forget_key(visit.company.id, key.id)
        return Done(render.key(key))

    return await visit.once(act)


@routes.delete("/apiMembers/{member_id}/keys/{key_id}")
async def delete_key(visit: Entered, member_id: int, key_id: str) -> Response:
    key = _key(visit.company, _member(visit.company, member_id), key_id)
    if key is not None:
        keys.delete(visit.company, visit.actor, key)
        visit.world.idempotency.forget_key(visit.company.id, key.id)
    return Response(status_code=204)


@contextmanager
def _in_the_consoles_words() -> Iterator[None]:
    try:
        yield
    except roles.ConsoleRefusal as refusal:
        raise errors.refused(str(refusal)) from None


def _check_open(company: Company) -> None:
    if company.door.person is not None:
        raise errors.person_needed(company.door.person)
    if not company.door.ready:
        raise errors.unreachable(company.door.reason)


def _role(company: Company, role_id: int) -> Role:
    _check_open(company)
    if company.door.roles is not None and role_id not in company.door.roles:
        raise errors.outside_allow_list(f"security role {role_id}")
    role = company.roles.get(role_id)
    if role is None:
        raise errors.not_found(f"Security role {role_id}")
    return role


def _member(company: Company, member_id: int) -> Member:
    _check_open(company)
    if company.door.members is not None and member_id not in company.door.members:
        raise errors.outside_allow_list(f"API member {member_id}")
    member = company.members.get(member_id)
    if member is None or member.license_class != "A":
        raise errors.not_found(f"API member {member_id}")
    return member


def _key(company: Company, member: Member, key_id: str) -> ApiKey | None:
    key = company.keys.get(key_id)
    return key if key is not None and key.member_id == member.id else None


def _check_function(name: str) -> None:
    if name == TABLE_SETUP:
        return
    if any(function.name == name and function.has_customize for function in FUNCTIONS):
        raise errors.refused(f"The customize list of {name} is not simulated; only {TABLE_SETUP} is.")
    raise errors.refused(f"'{name}' has no customize list.")


def _row_now(role: Role, label: str) -> dict[str, Any]:
    function = BY_LABEL[label]
    shown = render.setting(role, FUNCTIONS.index(function), function)
    return {name: shown[name] for name in Row.model_fields}
