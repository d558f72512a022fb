"""Which of the simulated services a path belongs to, and how that service words a refusal."""

from __future__ import annotations

from typing import Any, Final, Literal

Service = Literal["rest", "login", "umbrella", "gateway", "console", "control", "page"]

_PREFIXES: Final[dict[str, Service]] = {
    "/_sim": "control",
    "/gateway/": "gateway",
    "/console/": "console",
    "/login/": "login",
    "/auth/v2": "umbrella",
    "/reports/v2": "umbrella",
    "/admin/v2": "umbrella",
}


def find_service(path: str) -> Service:
    for prefix, service in _PREFIXES.items():
        if path.startswith(prefix):
            return service
    return "rest" if "/apis/3.0" in path else "page"


def render_refusal(path: str, status: int, code: str, message: str) -> dict[str, Any]:
    """Word a refusal as the service behind this path would."""
    service = find_service(path)
    if service == "gateway":
        return {"code": code, "message": message, "retryable": status in (429, 502, 503, 504)}
    if service == "umbrella":
        return {"message": message}
    return {"code": code, "message": message, "errors": None}
