"""The two calls of the Umbrella API v2 that tell whether a key is a provider's key (token document 2.0.0, reports)."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.identify import basic, bearer
from simulator.umbrella.tokens import LIFETIME
from simulator.world import World

SCOPE = "reports.customers:read"


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)


async def token(world: World, request: Request) -> Response:
    """POST /auth/v2/token: HTTP Basic and a form body; the scopes are those of the key, never asked for."""
    pair = basic(request.headers.get("authorization"))
    console = next((one for one in world.consoles.values() if pair == (one.api_key, one.api_secret)), None)
    if console is None:
        return _refused(401, "Unauthorized")
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"]:
        return _refused(400, "grant_type must be client_credentials")
    issued = world.tokens.issue((console.kind, console.id))
    return JSONResponse({"token_type": "bearer", "access_token": issued, "expires_in": LIFETIME})


async def consoles(world: World, request: Request) -> Response:
    """GET /reports/v2/providers/consoles: one object, not a list; a key without the scope gets 403."""
    sent = bearer(request.headers.get("authorization"))
    where = world.tokens.console(sent) if sent else None
    console = world.consoles.get(where) if where else None
    if console is None:
        return _refused(401, "Unauthorized")
    if SCOPE not in console.scopes:
        return _refused(403, "Access Forbidden")
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
