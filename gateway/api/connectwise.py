"""`/connectwise/{console}/…`: levels, customize lists and keys of a ConnectWise console."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path
from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.api.openapi import ERROR_RESPONSES, describe_write
from gateway.api.writes import RequestBody, WriteResult, run_write
from gateway.browser.evidence import Picture
from gateway.consoles.customize import CustomizeDialogue, parse_function
from gateway.consoles.keys import ApiKeysPage, NewKey
from gateway.consoles.navigation import navigate
from gateway.consoles.roles import RolePage
from gateway.consoles.session import ConsoleSession
from gateway.idempotency import IdempotencyRecord
from gateway.screens.schema import ConnectWiseScreens, Level
from providers.console.contract import ConnectWiseHealth, Customize, Key, RoleSetting, RoleSettings


class RoleSettingBody(RoleSetting, RequestBody):
    """One row; a level that is to be left alone is null, never left out."""

    addLevel: Level | None
    editLevel: Level | None
    deleteLevel: Level | None
    inquireLevel: Level | None


class SettingsBody(RequestBody):
    """The rows to be set; every other row stays."""

    settings: list[RoleSettingBody]

    @field_validator("settings")
    @classmethod
    def _refuse_twins(cls, settings: list[RoleSettingBody]) -> list[RoleSettingBody]:
        if len({(row.moduleName, row.moduleFunctionName) for row in settings}) < len(settings):
            raise ValueError("must name each module function once")
        return settings


class CustomizeBody(RequestBody):
    """The whole list of what the role may use of a function."""

    function: str
    allow: list[str]


class NewKeyBody(RequestBody):
    """A key that is to be made."""

    description: str = Field(max_length=100)


class KeyChangeBody(RequestBody):
    """What may be changed of a key."""

    inactive: bool


async def _get_session(request: Request, console: str) -> ConsoleSession[ConnectWiseScreens]:
    sessions: dict[str, ConsoleSession[ConnectWiseScreens]] = request.app.state.consoles.connectwise
    return sessions[console]  # the middleware has found it already


router = APIRouter(prefix="/connectwise/{console}", tags=["ConnectWise"], responses=ERROR_RESPONSES)
Session = Annotated[ConsoleSession[ConnectWiseScreens], Depends(_get_session)]
Number = Annotated[int, Path(ge=0)]


@router.get("/health", response_model=ConnectWiseHealth)
async def get_health(session: Session) -> Response:
    """Say whose console this is, and whether an operation could be carried out now."""
    console = session.console
    reason = await session.find_obstacle(lambda operation: navigate(operation, operation.screens.roles))
    health = {
        "console": "connectwise",
        "site": console.site or urlsplit(console.address).netloc,
        "companyId": console.company_id,
        "ready": reason is None,
        "reason": reason,
    }
    return JSONResponse(health)


@router.put(
    "/securityRoles/{role_id}/settings", response_model=RoleSettings, openapi_extra=describe_write(SettingsBody)
)
async def put_settings(session: Session, request: Request, role_id: Number) -> Response:
    """Set the levels of the rows named; answer these rows as they were read back."""

    async def act(body: SettingsBody, record: IdempotencyRecord) -> WriteResult:
        settings = await session.run(
            "put-settings", lambda operation: RolePage(operation, role_id).set_levels(body.settings), record
        )
        return WriteResult({"settings": [setting.model_dump() for setting in settings]})

    return await run_write(session.records, request, SettingsBody, act)


@router.get("/securityRoles/{role_id}/customize", response_model=Customize)
async def get_customize(session: Session, role_id: Number, function: str = "") -> Response:
    """Answer what the role may use of a function."""
    wanted = parse_function(function)
    customize = await session.run(
        "get-customize", lambda operation: CustomizeDialogue(operation, role_id, wanted).read()
    )
    return JSONResponse(customize.model_dump())


@router.put("/securityRoles/{role_id}/customize", response_model=Customize, openapi_extra=describe_write(CustomizeBody))
async def put_customize(session: Session, request: Request, role_id: Number) -> Response:
    """Replace that list; answer it as it was read back."""

    async def act(body: CustomizeBody, record: IdempotencyRecord) -> WriteResult:
        wanted = parse_function(body.function)
        customize = await session.run(
            "put-customize", lambda operation: CustomizeDialogue(operation, role_id, wanted).replace(body.allow), record
        )
        return WriteResult(customize.model_dump())

    return await run_write(session.records, request, CustomizeBody, act)


@router.get("/apiMembers/{member_id}/keys", response_model=list[Key])
async def list_keys(session: Session, member_id: Number) -> Response:
    """Answer every key of the member, active or not, without private halves."""
    keys = await session.run("list-keys", lambda operation: ApiKeysPage(operation, member_id).open())
    return JSONResponse([key.model_dump(mode="json") for key in keys])


@router.post(
    "/apiMembers/{member_id}/keys", status_code=201, response_model=NewKey, openapi_extra=describe_write(NewKeyBody)
)
async def mint_key(session: Session, request: Request, member_id: Number) -> Response:
    """Make a key; answer it as the console keeps it, with the private half that is shown once."""

    async def act(body: NewKeyBody, record: IdempotencyRecord) -> WriteResult:
        key = await session.run(
            "mint-key", lambda operation: ApiKeysPage(operation, member_id).mint(body.description, record), record
        )
        return WriteResult(key.model_dump(by_alias=True), 201, key_id=key.id)

    return await run_write(session.records, request, NewKeyBody, act)


@router.patch("/apiMembers/{member_id}/keys/{key_id}", response_model=Key, openapi_extra=describe_write(KeyChangeBody))
async def change_key(session: Session, request: Request, member_id: Number, key_id: str) -> Response:
    """Switch a key off or on; answer it as it was read back."""

    async def act(body: KeyChangeBody, record: IdempotencyRecord) -> WriteResult:
        key = await session.run(
            "patch-key", lambda operation: ApiKeysPage(operation, member_id).set_inactive(key_id, body.inactive), record
        )
        return WriteResult(key.model_dump(mode="json"))

    return await run_write(session.records, request, KeyChangeBody, act)


@router.delete("/apiMembers/{member_id}/keys/{key_id}", status_code=204)
async def delete_key(session: Session, member_id: Number, key_id: str) -> Response:
    """Delete a key; one that is gone already is fine."""
    await session.run("delete-key", lambda operation: ApiKeysPage(operation, member_id).delete(key_id))
    return Response(status_code=204)


@router.get("/evidence")
async def list_evidence(session: Session) -> list[Picture]:
    """List the pictures that are kept, oldest first; the files are in the gateway's folder."""
    return session.evidence.list_pictures()
