"""The two calls of the Umbrella API v2 that tell whether a key is a provider's key (token document 2.0.0, reports)."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.callers import parse_basic, parse_bearer
from simulator.services.umbrella.tokens import LIFETIME
from simulator.world import World

SCOPE = "reports.customers:read"


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)


async def issue_token(world: World, request: Request) -> Response:
    """Answer POST /auth/v2/token: HTTP Basic and a form body; the scopes are those of the key, never asked for."""
    pair = parse_basic(request.headers.get("authorization"))
    matches = (console for console in world.consoles.values() if pair == (console.api_key, console.api_secret))
    console = next(matches, None)
    if console is None:
        return _refuse(401, "Unauthorized")
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"]:
        return _refuse(400, "grant_type must be client_credentials")
    issued = world.tokens.issue(console.key)
    return JSONResponse({"token_type": "bearer", "access_token": issued, "expires_in": LIFETIME})


async def show_console(world: World, request: Request) -> Response:
    """Answer GET /reports/v2/providers/consoles: one object, not a list; a key without the scope gets 403."""
    token = parse_bearer(request.headers.get("authorization"))
    console_key = world.tokens.find_console(token) if token else None
    console = world.consoles.get(console_key) if console_key else None
    if console is None:
        return _refuse(401, "Unauthorized")
    if SCOPE not in console.scopes:
        return _refuse(403, "Access Forbidden")
    return JSONResponse(
        {
            "packageName": "MSP" if console.kind == "msp" else "MSSP",
            "seatsTotal": console.customers * 25,
            "seatsUsed": console.customers * 18,
            "customerCount": console.customers,
            "status": "active",
            "rebillAt": None,
            "expiresAt": None,
        }
    )
