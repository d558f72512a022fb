"""What a ConnectWise site says when it refuses, as problems that say what to do.

The site's own body is `{code, message, errors: [{code, message, resource, field}]}`, `errors` may be null, and a 429
has `error` in place of `code`. Anything else is the words of something in between, a filter or a proxy: it says nothing
of a right, a key or an object (docs/coverage.md).
"""

from __future__ import annotations

import time
from typing import Any

from providers.connectwise.rights import find_right
from providers.core.errors import (
    Conflict,
    NotFound,
    PermissionDenied,
    ProviderError,
    RemoteError,
    Unauthenticated,
    Unavailable,
)
from providers.core.terms import explain_recorded
from providers.http.errors import MalformedAnswer
from providers.http.message import Response
from providers.http.retry import describe_wait, parse_retry_after
from providers.http.urls import parse_origin


def make_error(
    response: Response, method: str, path: str, signed_in_as: str, settings: str, elsewhere: str = ""
) -> ProviderError:
    """Make the problem that an error status is.

    Args:
        response: The answer.
        method: The request's, in upper case.
        path: What was asked for, as it is shown.
        signed_in_as: The public key that the request went with.
        settings: What to check when the credentials are refused.
        elsewhere: A host that the site names for its API and that was not followed.
    """
    code, message, inner = _parse_body(response)
    status, what = response.status, f"{method} {path}"
    details = "; ".join(f"{name}: {text}" if name else text for _, name, text in inner) or message
    kind: type[RemoteError] = RemoteError
    step = detail = page = ""
    hint = f"The site names {elsewhere} for its API, where no credentials were sent; if that is right, set "
    hint = f"{hint}connectwise:site to it." if elsewhere else ""
    if status == 401:
        kind, page = Unauthenticated, "docs/runbooks/401-since-this-morning.md"
        summary = f"the site refused the key {signed_in_as} (401)"
        step = f"check {settings} (a wrong client id looks the same)"
        detail = f"{explain_recorded('the provisioning key', destroy=True)} {hint}"
    elif code.casefold() == "security" and "permission" not in message.casefold():
        # As seen live, the same code with "You do not have security permission …" is a missing right.
        return _make_wrong_host_error(response, message, elsewhere)
    elif not code and 400 <= status < 500 and status != 429:
        summary = f"{what} was answered by something before the site, such as a filter or a proxy (HTTP {status})"
        step = f"look at what stands before {_get_host(response)}, and check connectwise:site"
        detail = f'That says nothing about a right, a key or an object. Its words: "{message.rstrip(".")}". {hint}'
    elif status == 403:
        right = find_right(method, path)
        kind, summary = PermissionDenied, f"the key {signed_in_as} may not {what} (403: {message})"
        grant = f"give its role {right} = All" if right else "check the role's permissions"
        step, detail = f"{grant} in System > Security Roles", hint
    elif status == 404:
        kind, summary = NotFound, f"the site does not find {path.strip('/')} ({message})"
    elif status in (429, 503):
        return make_unavailable_error(response, what)
    elif any(inner_code == "ObjectExists" for inner_code, _, _ in inner) or status == 409:
        kind, summary, code = Conflict, f"{what}: {message}", "ObjectExists"
    elif status >= 500:
        summary = f"the site failed at {what} (HTTP {status}: {details.rstrip('.')})"
        step = "run again, and look at the site and at any proxy before it when it stays so"
    else:
        summary, detail = f"the site refused {what} (HTTP {status}):", details
    field = inner[0][1] if inner else ""
    return kind(summary, next_step=step, detail=detail, page=page, status=status, code=code, field=field)


def make_unavailable_error(response: Response, what: str) -> Unavailable:
    """Make the problem that a 429 or 503 is, with the length of the wait that it asks for.

    Args:
        response: The answer.
        what: What was asked for, as it is shown.
    """
    code, message, _ = _parse_body(response)
    status = response.status
    wait = parse_retry_after(response.headers.get("Retry-After"), time.time())
    step = f"wait {describe_wait(wait)} and run again" if wait else "wait and run again"
    detail = f"It says: {message}" if code else ""
    if status == 503 and not code:
        detail = f'That is no answer of the site, but of a filter or a proxy before it: "{message.rstrip(".")}".'
    return Unavailable(
        f"the site can't serve {what} now (HTTP {status})", next_step=step, detail=detail, status=status, code=code
    )


def _make_wrong_host_error(response: Response, message: str, elsewhere: str) -> RemoteError:
    """Make the problem that the host of the screens was asked for what only the API's host serves."""
    host = _get_host(response)
    return RemoteError(
        f"{host} does not serve the API ({response.status}: {message.rstrip('.')})",
        next_step=f"set connectwise:site to {elsewhere or f'the host that does, such as api-{host}'}",
        setting="connectwise:site",
        status=response.status,
        code="Security",
    )


def _get_host(response: Response) -> str:
    origin = parse_origin(response.url)
    return origin.address if origin else "the site"


def _parse_body(response: Response) -> tuple[str, str, list[tuple[str, str, str]]]:
    """(code, message, [(code, field, message) of each inner error]); an empty code: not the site's own words."""
    try:
        body: Any = response.json()
    except MalformedAnswer:
        body = None
    if not isinstance(body, dict):
        return "", response.text or "no reason given", []
    errors = body.get("errors")
    inner = [
        (str(item.get("code") or ""), response.quote(item.get("field")), response.quote(item.get("message")))
        for item in (errors if isinstance(errors, list) else [])
        if isinstance(item, dict)
    ]
    code = body.get("code") or (body.get("error") if response.status == 429 else None)
    message = response.quote(body.get("message")) or "no reason given"
    return response.quote(code) if isinstance(code, str) else "", message, inner
