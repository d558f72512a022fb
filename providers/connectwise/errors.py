"""What a ConnectWise site says when it refuses, as problems that say what to do.

The body is `{code, message, errors: [{code, message, resource, field}]}`; `errors` may be null, and the whole may be
HTML or plain text from something in between (docs/coverage.md).
"""

from __future__ import annotations

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


def make_error(response: Response, method: str, path: str, signed_in_as: str, settings: str) -> ProviderError:
    """Make the problem that an error status is.

    Args:
        response: The answer.
        method: The request's, in upper case.
        path: What was asked for, as it is shown.
        signed_in_as: The public key that the request went with.
        settings: What to check when the credentials are refused.
    """
    code, message, inner = _parse_body(response)
    status, what = response.status, f"{method} {path}"
    details = "; ".join(f"{name}: {text}" if name else text for _, name, text in inner) or message
    kind: type[RemoteError] = RemoteError
    step = detail = page = ""
    if status == 401:
        kind, page = Unauthenticated, "docs/runbooks/401-since-this-morning.md"
        summary = f"the site refused the key {signed_in_as} (401)"
        step = f"check {settings} (a wrong client id looks the same)"
        detail = explain_recorded("the provisioning key", destroy=True)
    elif status == 403:
        right = find_right(method, path)
        kind, summary = PermissionDenied, f"the key {signed_in_as} may not {what} (403: {message})"
        grant = f"give its role {right} = All" if right else "check the role's permissions"
        step = f"{grant} in System > Security Roles"
    elif status == 404 and code is not None:
        kind, summary = NotFound, f"the site does not find {path.strip('/')} ({message})"
    elif status in (429, 503):
        kind, summary, step = Unavailable, f"the site can't serve {what} now (HTTP {status})", "wait and run again"
    elif any(inner_code == "ObjectExists" for inner_code, _, _ in inner) or status == 409:
        kind, summary, code = Conflict, f"{what}: {message}", "ObjectExists"
    elif status >= 500:
        summary = f"the site failed at {what} (HTTP {status}: {details.rstrip('.')})"
        step = "run again, and look at the site and at any proxy before it when it stays so"
    else:
        summary, detail = f"the site refused {what} (HTTP {status}):", details
    field = inner[0][1] if inner else ""
    return kind(summary, next_step=step, detail=detail, page=page, status=status, code=code or "", field=field)


def _parse_body(response: Response) -> tuple[str | None, str, list[tuple[str, str, str]]]:
    """(code, message, [(code, field, message) of each inner error]); a code of None: not the site's own words."""
    try:
        body: Any = response.json()
    except MalformedAnswer:
        body = None
    if not isinstance(body, dict):
        return None, response.text or "no reason given", []
    code = body.get("code")
    errors = body.get("errors")
    inner = [
        (str(item.get("code") or ""), str(item.get("field") or ""), response.quote(item.get("message")))
        for item in (errors if isinstance(errors, list) else [])
        if isinstance(item, dict)
    ]
    return (
        (code if isinstance(code, str) and code else None),
        response.quote(body.get("message")) or "no reason given",
        inner,
    )
