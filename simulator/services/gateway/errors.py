"""Refusals of a gateway, as the contract shapes them: code, message, retryable."""

from __future__ import annotations


class GatewayError(Exception):
    def __init__(self, status: int, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "retryable": retryable}

    @property
    def settles(self) -> bool:
        """Tell whether the operation is decided; a repeat of one that was not carried out may act."""
        return self.status in (403, 404, 422)


def unauthorized() -> GatewayError:
    return GatewayError(401, "unauthorized", "The bearer token is missing or wrong.")


def outside_allow_list(target: str) -> GatewayError:
    return GatewayError(403, "outside_allow_list", f"This gateway may not touch {target}.")


def not_found(target: str) -> GatewayError:
    return GatewayError(404, "not_found", f"{target} does not exist.")


def key_changed() -> GatewayError:
    return GatewayError(409, "changed", "The console holds another key than the one to be replaced.")


def refused(message: str) -> GatewayError:
    return GatewayError(422, "refused_by_console", message)


def person_needed(step: str) -> GatewayError:
    return GatewayError(423, "person_needed", f"A person must act first: {step}.", retryable=True)


def unreachable(reason: str | None) -> GatewayError:
    return GatewayError(503, "console_unreachable", reason or "The console cannot be reached.", retryable=True)


def invalid(message: str) -> GatewayError:
    return GatewayError(400, "invalid_request", message)
