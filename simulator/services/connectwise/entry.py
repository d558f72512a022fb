"""The entry of the REST API: codebase, route, authentication, version, right; then the handler."""

from __future__ import annotations

import json
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from simulator.callers import parse_basic
from simulator.faults.effects import ANSWERS
from simulator.faults.fault import AnswerName
from simulator.journal import RequestEntry
from simulator.services.connectwise import api_keys, errors, handlers, permissions, routes
from simulator.services.connectwise.models import PsaCompany, PsaMember
from simulator.services.connectwise.rest_call import RestCall
from simulator.services.connectwise.wide_data import widen_answer
from simulator.world import World

ANY_CODEBASE: Final = "v4_6_release/"  # the literal works on cloud too, in most clients
_QUERY: Final = {
    name.casefold(): name
    for name in ("conditions", "orderBy", "fields", "page", "pageSize", "pageId")  # read in any case
}
OLDEST: Final = (2019, 1)
LONGEST_URL: Final = 2048  # clients keep below "about 2,000 characters"; what the real server answers beyond is assumed
_VERSION: Final = re.compile(r"version=([\w.]+)")
_WEB_404: Final = "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head></html>"


async def show_company_info(world: World, request: Request) -> Response:
    """Answer `/login/companyinfo/{id}`: an unknown company is `null` with 200 (django-connectwise)."""
    company = world.companies.get(request.path_params["company"])
    if company is None:
        return JSONResponse(None)
    info = {
        "CompanyName": company.id,
        "Codebase": company.codebase,
        "VersionCode": "v" + ".".join(map(str, company.newest_version)),
        "VersionNumber": f"v4.6.{handlers.BUILD}",
        "CompanyID": company.id,
        "IsCloud": not company.codebase.startswith("v4_6"),
        "SiteUrl": request.url.netloc,
    }
    info |= company.modes.company_info
    return JSONResponse({name: value for name, value in info.items() if value is not None})


async def handle_request(world: World, request: Request) -> Response:
    entry: RequestEntry = request.scope["sim"]
    entry.route = None  # until it is known which one it is
    codebase, rest = request.path_params["codebase"], "/" + request.path_params["rest"]
    company = world.companies.get(entry.company or "")
    known = [company] if company is not None else list(world.companies.values())
    if f"{codebase}/".casefold() not in {ANY_CODEBASE, *(company.codebase.casefold() for company in known)}:
        if company is not None and company.modes.wrong_codebase == "cannotRoute":
            return _answer_in_front("cannotRoute")
        return HTMLResponse(_WEB_404, 404)
    if company is not None and not request.url.netloc.startswith(company.modes.api_host):
        return _answer_in_front("sslRequired")
    try:
        response = _answer(world, request, entry, rest, await request.body())
    except errors.ConnectWiseError as refusal:
        response = JSONResponse(refusal.body, refusal.status, refusal.headers)
    if company is not None:
        response.headers["api-current-version"] = ".".join(map(str, company.newest_version))
    return response


def _answer_in_front(name: AnswerName) -> Response:
    status, content_type, body = ANSWERS[name]
    return Response(body if isinstance(body, str) else json.dumps(body), status, media_type=content_type)


def _answer(world: World, request: Request, entry: RequestEntry, rest: str, raw: bytes) -> Response:
    match = routes.find_route(rest)
    if match is None:
        raise errors.no_route()
    entry.route = f"{request.method} {match.template}"
    if request.method not in match.methods:
        raise errors.not_allowed(sorted(match.methods))
    company, member = _authenticate(world, request)
    if company.modes.lacks(match.template):
        raise errors.no_route()
    version = _negotiate_version(company, request)
    url = str(request.url)
    if len(url) > LONGEST_URL:
        raise errors.ConnectWiseError(414, "UriTooLong", "The request URI is too long.")
    handler = match.methods[request.method]
    if handler is None:
        raise errors.not_simulated(f"{request.method} {match.template}")
    missing = permissions.find_missing_right(company, member, request.method, match.template)
    if missing is not None:
        raise errors.forbidden(missing)
    call = RestCall(
        company=company,
        member=member,
        actor=world.make_actor(member.identifier, entry),
        path_parameters=match.path_parameters,
        query={_QUERY.get(name.casefold(), name): value for name, value in request.query_params.items()},
        url=url.partition("?")[0],
        base=f"{request.base_url}{request.path_params['codebase']}/apis/3.0",
        version=version,
        forward_only=request.headers.get("pagination-type", "").lower() == "forward-only",
        raw=raw,
    )
    answer = handler(call)
    if answer.status == 204:
        return Response(status_code=204, headers=answer.headers)
    body = widen_answer(answer.body, match.template, company.modes)
    return Response(json.dumps(body), answer.status, answer.headers, "application/json; charset=utf-8")


def _authenticate(world: World, request: Request) -> tuple[PsaCompany, PsaMember]:
    """Authenticate; a wrong or missing clientId fails like a bad key (ConnectWise-Manage-Powershell issue 17)."""
    user, private = parse_basic(request.headers.get("authorization")) or ("", "")
    company_id, _, public = user.partition("+")
    company, member = world.companies.get(company_id), None
    if company is not None and request.headers.get("clientid") == company.client_id:
        member = api_keys.authenticate(company, public, private)
    if company is None or member is None:
        raise errors.unauthorized("The request was not authenticated: check the company, the key and the clientId.")
    return company, member


def _negotiate_version(company: PsaCompany, request: Request) -> tuple[int, int]:
    """Check a pinned version: the server must still speak it. Without one the newest is used."""
    asked = _VERSION.search(request.headers.get("accept", ""))
    if asked is None:
        return company.newest_version
    parts = re.fullmatch(r"(\d{4})\.(\d{1,2})", asked[1])
    version = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    if not OLDEST <= version <= company.newest_version:
        raise errors.unsupported_version(str(request.url), asked[1])
    return version
