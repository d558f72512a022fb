"""Which of the simulated services a path belongs to, and how that service words a refusal."""

from typing import Any, Literal

Service = Literal["rest", "login", "umbrella", "gateway", "console", "control", "page"]


def service_of(path: str) -> Service:
    if path.startswith("/_sim"):
        return "control"
    if path.startswith("/gateway/"):
        return "gateway"
    if path.startswith("/console/"):
        return "console"
    if path.startswith("/login/"):
        return "login"
    if path.startswith(("/auth/v2", "/reports/v2", "/admin/v2")):
        return "umbrella"
    return "rest" if "/apis/3.0" in path else "page"


def refusal(path: str, status: int, code: str, message: str) -> dict[str, Any]:
    """Word a refusal as the service behind this path would."""
    service = service_of(path)
    if service == "gateway":
        return {"code": code, "message": message, "retryable": status in (429, 502, 503, 504)}
    if service == "umbrella":
        return {"message": message}
    return {"code": code, "message": message, "errors": None}
