"""The way into the REST API: codebase, route, sign-in, version, right; then the handler."""

import json
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from simulator.connectwise import errors, keys, permissions, urls
from simulator.connectwise.call import Call
from simulator.connectwise.models import Company, Member
from simulator.identify import basic
from simulator.journal import Entry
from simulator.world import World

ANY_CODEBASE: Final = "v4_6_release/"  # the literal works on cloud too, in most clients
OLDEST: Final = (2019, 1)
LONGEST_URL: Final = 2048  # clients keep below "about 2,000 characters"; what the real server answers beyond is assumed
_VERSION: Final = re.compile(r"version=([\w.]+)")
_WEB_404: Final = "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head></html>"


async def company_info(world: World, request: Request) -> Response:
    """`/login/companyinfo/{id}`: an unknown company is `null` with 200 (django-connectwise)."""
    company = world.companies.get(request.path_params["company"])
    if company is None:
        return JSONResponse(None)
    return JSONResponse(
        {
            "CompanyName": company.id,
            "Codebase": company.codebase,
            "VersionCode": company.codebase.strip("/"),
            "VersionNumber": "v" + ".".join(map(str, newest(company))),
            "CompanyID": company.id,
            "IsCloud": not company.codebase.startswith("v4_6"),
            "SiteUrl": request.url.netloc,
        }
    )


def newest(company: Company) -> tuple[int, int]:
    """The API version of a codebase: `v2025_1/` speaks 2025.1."""
    match = re.fullmatch(r"v(20\d\d)_(\d+)/?", company.codebase)
    return (int(match[1]), int(match[2])) if match else (2025, 1)


async def enter(world: World, request: Request) -> Response:
    entry: Entry = request.scope["sim"]
    entry.route = None  # until it is known which one it is
    codebase, rest = request.path_params["codebase"], "/" + request.path_params["rest"]
    claimed = world.companies.get(entry.company or "")
    known = [claimed] if claimed is not None else list(world.companies.values())
    if f"{codebase}/" not in {ANY_CODEBASE, *(company.codebase for company in known)}:
        return HTMLResponse(_WEB_404, 404)
    try:
        response = _answer(world, request, entry, rest, await request.body())
    except errors.ConnectWiseError as refusal:
        response = JSONResponse(refusal.body, refusal.status, refusal.headers)
    if claimed is not None:
        response.headers["api-current-version"] = ".".join(map(str, newest(claimed)))
    return response


def _answer(world: World, request: Request, entry: Entry, rest: str, raw: bytes) -> Response:
    match = urls.find(rest)
    if match is None:
        raise errors.no_route(rest)
    entry.route = f"{request.method} {match.template}"
    if request.method not in match.methods:
        raise errors.not_allowed(sorted(match.methods))
    company, member = _signed_in(world, request)
    version = _version(company, request)
    url = str(request.url)
    if len(url) > LONGEST_URL:
        raise errors.ConnectWiseError(414, "UriTooLong", "The request URI is too long.")
    handler = match.methods[request.method]
    if handler is None:
        raise errors.not_simulated(f"{request.method} {match.template}")
    lacking = permissions.lacking(company, member, request.method, match.template)
    if lacking is not None:
        raise errors.forbidden(lacking)
    call = Call(
        company=company,
        member=member,
        actor=world.actor(member.identifier, entry),
        parts=match.parts,
        query=dict(request.query_params),
        url=url.partition("?")[0],
        base=f"{request.base_url}{request.path_params['codebase']}/apis/3.0",
        version=version,
        forward_only=request.headers.get("pagination-type", "").lower() == "forward-only",
        raw=raw,
    )
    answer = handler(call)
    if answer.status == 204:
        return Response(status_code=204, headers=answer.headers)
    return Response(json.dumps(answer.body), answer.status, answer.headers, "application/json; charset=utf-8")


def _signed_in(world: World, request: Request) -> tuple[Company, Member]:
    """A wrong or missing clientId is told like a bad key, as users report (ConnectWise-Manage-Powershell issue 17)."""
    user, private = basic(request.headers.get("authorization")) or ("", "")
    company_id, _, public = user.partition("+")
    company, member = world.companies.get(company_id), None
    if company is not None and request.headers.get("clientid") == company.client_id:
        member = keys.sign_in(company, public, private)
    if company is None or member is None:
        raise errors.unauthorized("The request was not authenticated: check the company, the key and the clientId.")
    return company, member


def _version(company: Company, request: Request) -> tuple[int, int]:
    """A pinned version must be one that this server still speaks; without one the newest model is used."""
    asked = _VERSION.search(request.headers.get("accept", ""))
    if asked is None:
        return newest(company)
    parts = re.fullmatch(r"(\d{4})\.(\d{1,2})", asked[1])
    version = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    if not OLDEST <= version <= newest(company):
        raise errors.unsupported_version(str(request.url), asked[1])
    return version
