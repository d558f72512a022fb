"""`/connectwise/{console}/…`: levels, table access and keys of a ConnectWise console."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.answers import REFUSALS, body_of, house_of
from gateway.consoles import roles, tables
from gateway.consoles.keys import KeyScreens
from gateway.consoles.roles import RoleScreen
from gateway.consoles.way import travel
from gateway.evidence import Picture
from gateway.idempotency import Record
from gateway.problems import GatewayProblem, unauthorized
from gateway.screens.marks import ConnectWiseScreens, Level
from gateway.seat import Seat, Visit
from gateway.writes import Body, Done, once
from providers.console.contract import ConnectWiseHealth, Customize, Key, RoleSetting, RoleSettings


class Row(Body):
    moduleName: str
    moduleFunctionName: str
    addLevel: Level | None
    editLevel: Level | None
    deleteLevel: Level | None
    inquireLevel: Level | None


class Settings(Body):
    settings: list[Row]


class Tables(Body):
    function: str
    allow: list[str]


class NewKey(Body):
    description: str


class KeyChange(Body):
    inactive: bool


class MadeKey(BaseModel):
    """The only answer that shows a private half; it is kept for the repeats of one operation, for ten minutes."""

    id: str
    description: str
    publicKey: str
    privateKey: str
    createdAt: None = None


routes = APIRouter(prefix="/connectwise/{console}", tags=["ConnectWise"], responses=REFUSALS)
Number = Annotated[int, Path(ge=0)]
# Read from the request itself; here for the description.
Once = Annotated[str | None, Header(alias="Idempotency-Key", description="128 random bits, fresh for each operation")]


async def _enter(request: Request, console: str) -> tuple[Seat, ConnectWiseScreens]:
    found = house_of(request).connectwise.get(console)
    if found is None:
        raise unauthorized()
    return found


Entered = Annotated[tuple[Seat, ConnectWiseScreens], Depends(_enter)]


@routes.get("/health", response_model=ConnectWiseHealth)
async def health(at: Entered) -> Response:
    seat, screens = at

    async def look(visit: Visit) -> None:
        await travel(visit, screens, screens.roles)

    reason = None
    try:
        await seat.run("health", look)
    except GatewayProblem as problem:
        if problem.status == 429:
            raise
        reason = str(problem)
    site = seat.console.site or urlsplit(seat.console.address).netloc
    told = {"console": "connectwise", "site": site, "companyId": seat.console.companyId}
    return JSONResponse({**told, "ready": reason is None, "reason": reason})


@routes.put("/securityRoles/{role_id}/settings", response_model=RoleSettings, openapi_extra=body_of(Settings))
async def put_settings(at: Entered, request: Request, role_id: Number, idempotency_key: Once = None) -> Response:
    seat, _ = at

    async def act(wanted: Settings, record: Record) -> Done:
        asked = [RoleSetting.model_validate(row.model_dump()) for row in wanted.settings]

        async def work(visit: Visit) -> list[RoleSetting]:
            return await roles.set_levels(_page(visit, at, role_id), visit, asked)

        rows = await seat.run("put-settings", work, record)
        return Done({"settings": [row.model_dump() for row in rows]})

    return await once(seat, request, Settings, act)


@routes.get("/securityRoles/{role_id}/customize", response_model=Customize)
async def get_customize(at: Entered, role_id: Number, function: str = "") -> Response:
    seat, screens = at
    tables.check_function(function)

    async def work(visit: Visit) -> Customize:
        return await tables.read(_page(visit, at, role_id), visit, screens)

    return JSONResponse((await seat.run("get-customize", work)).model_dump())


@routes.put("/securityRoles/{role_id}/customize", response_model=Customize, openapi_extra=body_of(Tables))
async def put_customize(at: Entered, request: Request, role_id: Number, idempotency_key: Once = None) -> Response:
    seat, screens = at

    async def act(wanted: Tables, record: Record) -> Done:
        tables.check_function(wanted.function)

        async def work(visit: Visit) -> Customize:
            return await tables.replace(_page(visit, at, role_id), visit, screens, wanted.allow)

        return Done((await seat.run("put-customize", work, record)).model_dump())

    return await once(seat, request, Tables, act)


@routes.get("/apiMembers/{member_id}/keys", response_model=list[Key])
async def list_keys(at: Entered, member_id: Number) -> Response:
    async def work(visit: Visit) -> list[Key]:
        return await _keys(visit, at, member_id).open()

    return JSONResponse([key.model_dump(mode="json") for key in await at[0].run("list-keys", work)])


@routes.post("/apiMembers/{member_id}/keys", status_code=201, response_model=MadeKey, openapi_extra=body_of(NewKey))
async def mint(at: Entered, request: Request, member_id: Number, idempotency_key: Once = None) -> Response:
    seat, _ = at

    async def act(wanted: NewKey, record: Record) -> Done:
        pair = await seat.run(
            "mint-key", lambda visit: _keys(visit, at, member_id).mint(wanted.description, record), record
        )
        made = MadeKey(id=pair.id, description=pair.description, publicKey=pair.public, privateKey=pair.private)
        return Done(made.model_dump(), 201, holds=pair.id)

    return await once(seat, request, NewKey, act)


@routes.patch("/apiMembers/{member_id}/keys/{key_id}", response_model=Key, openapi_extra=body_of(KeyChange))
async def change_key(
    at: Entered, request: Request, member_id: Number, key_id: str, idempotency_key: Once = None
) -> Response:
    seat, _ = at

    async def act(wanted: KeyChange, record: Record) -> Done:
        key = await seat.run(
            "patch-key", lambda visit: _keys(visit, at, member_id).set_inactive(key_id, wanted.inactive), record
        )
        seat.records.forget_key(key_id)
        return Done(key.model_dump(mode="json"))

    return await once(seat, request, KeyChange, act)


@routes.delete("/apiMembers/{member_id}/keys/{key_id}", status_code=204)
async def delete_key(at: Entered, member_id: Number, key_id: str) -> Response:
    await at[0].run("delete-key", lambda visit: _keys(visit, at, member_id).delete(key_id))
    at[0].records.forget_key(key_id)
    return Response(status_code=204)


@routes.get("/evidence")
async def evidence(at: Entered) -> list[Picture]:
    """The pictures that are kept, oldest first; the files are in the gateway's folder."""
    return at[0].evidence.pictures()


def _page(visit: Visit, at: tuple[Seat, ConnectWiseScreens], role_id: int) -> RoleScreen:
    return RoleScreen(visit, at[1], at[0].console.allow.roles, role_id)


def _keys(visit: Visit, at: tuple[Seat, ConnectWiseScreens], member_id: int) -> KeyScreens:
    return KeyScreens(visit, at[1], at[0].console.allow.members, member_id, at[0].records.forget_key)
