"""`/umbrella/{console}/…`: the PSA integration of an Umbrella console."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.api.openapi import ERROR_RESPONSES, describe_write
from gateway.api.writes import RequestBody, WriteResult, run_write
from gateway.browser.evidence import Picture
from gateway.consoles.integration import IntegrationPage
from gateway.consoles.session import ConsoleSession
from gateway.idempotency import IdempotencyRecord
from gateway.screens.schema import UmbrellaScreens
from providers.console.contract import PsaIntegration, UmbrellaHealth


class IntegrationBody(RequestBody):
    """The pair to be entered, and whether the integration is switched on."""

    kind: Literal["ConnectWise"]
    enabled: bool
    public_key: str
    private_key: SecretStr


async def _get_session(request: Request, console: str) -> ConsoleSession[UmbrellaScreens]:
    sessions: dict[str, ConsoleSession[UmbrellaScreens]] = request.app.state.consoles.umbrella
    return sessions[console]  # the middleware has found it already


router = APIRouter(prefix="/umbrella/{console}", tags=["Umbrella"], responses=ERROR_RESPONSES)
Session = Annotated[ConsoleSession[UmbrellaScreens], Depends(_get_session)]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='the public key to be replaced, in quotes; `""` for none; 409 for another'),
]


@router.get("/health", response_model=UmbrellaHealth)
async def get_health(session: Session) -> Response:
    """Say which console this is, and whether an operation could be carried out now."""
    console = session.console
    reason = await session.find_obstacle(lambda operation: IntegrationPage(operation).read())
    health = {"console": console.kind, "consoleId": console.console_id, "ready": reason is None, "reason": reason}
    return JSONResponse(health)


@router.get("/psaIntegration", response_model=PsaIntegration)
async def get_integration(session: Session) -> Response:
    """Answer what the console holds; the private half is never shown."""
    integration = await session.run("get-integration", lambda operation: IntegrationPage(operation).read())
    return JSONResponse(integration.model_dump(mode="json"))


@router.put("/psaIntegration", response_model=PsaIntegration, openapi_extra=describe_write(IntegrationBody))
async def put_integration(session: Session, request: Request, if_match: IfMatch = None) -> Response:
    """Enter a pair; answer the integration as it was read back."""
    replaces = None if if_match is None else if_match.strip('"')

    async def act(body: IntegrationBody, record: IdempotencyRecord) -> WriteResult:
        integration = await session.run(
            "put-integration",
            lambda operation: IntegrationPage(operation).write(
                body.public_key, body.private_key, body.enabled, replaces
            ),
            record,
        )
        return WriteResult(integration.model_dump(mode="json"))

    return await run_write(session.records, request, IntegrationBody, act)


@router.delete("/psaIntegration", status_code=204)
async def delete_integration(session: Session) -> Response:
    """Delete the integration; none being there is fine."""
    await session.run("delete-integration", lambda operation: IntegrationPage(operation).delete())
    return Response(status_code=204)


@router.get("/evidence")
async def list_evidence(session: Session) -> list[Picture]:
    """List the pictures that are kept, oldest first; the files are in the gateway's folder."""
    return session.evidence.list_pictures()
