"""The errors of the REST API, as bodies of the schema ErrorResponseMessage with its ValidationErrors.

Seen in public clients and issues: the codes InvalidObject, ObjectExists, OutOfRange, NotFound, Unauthorized,
ConnectWiseApi, and the sentences quoted below. Which code goes with 403 is assumed (docs/coverage.md).
"""

from __future__ import annotations

from typing import Any

ACCEPT_HINT = "Please check your Accept header: the field may not exist in the API version that was asked for."


def build_detail(code: str, message: str, resource: str | None = None, field: str | None = None) -> dict[str, Any]:
    """Build one ValidationError; the schema knows no null, so an absent part is left out."""
    parts = {"code": code, "message": message, "resource": resource, "field": field}
    return {name: value for name, value in parts.items() if value is not None}


class ConnectWiseError(Exception):
    """A refusal, with its status and body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "errors": errors}
        self.headers = headers or {}


def invalid(resource: str, errors: list[dict[str, Any]]) -> ConnectWiseError:
    return ConnectWiseError(400, "InvalidObject", f"{resource} object is invalid", errors)


def invalid_field(resource: str, field: str, code: str, message: str) -> ConnectWiseError:
    return invalid(resource, [build_detail(code, message, resource, field)])


def exists(resource: str, field: str, value: str) -> ConnectWiseError:
    return invalid_field(resource, field, "ObjectExists", f"{field} '{value}' already exists")


def in_use(users: list[str]) -> ConnectWiseError:
    # 409 and "Record possibly in use" are the vendor's guide's; code and the rest of the sentence are assumed.
    message = f"Record possibly in use by {len(users)} member(s): {', '.join(sorted(users))}"
    return ConnectWiseError(409, "Conflict", message)


def unknown_member(name: str, type_name: str) -> ConnectWiseError:
    message = f"Could not find member '{name}' on object of type '{type_name}'. Path '{name}'. {ACCEPT_HINT}"
    return ConnectWiseError(400, "InvalidObject", message)


def out_of_range(field: str, least: int, most: int) -> ConnectWiseError:
    # As printed in sgtoj/PSConnectWise issue 2.
    return invalid_field(field, field, "OutOfRange", f"The field {field} must be between {least} and {most}.")


def bad_query(message: str) -> ConnectWiseError:
    return ConnectWiseError(400, "ApiFindCondition", message)


def not_found(resource: str, identifier: object) -> ConnectWiseError:
    return ConnectWiseError(404, "NotFound", f"{resource} {identifier} was not found")


def no_route() -> ConnectWiseError:
    # Seen live for a route that is not there for API members (TOMIZONE in docs/coverage.md).
    return ConnectWiseError(404, "ConnectWiseApi", "The endpoint does not exist.")


def not_allowed(allowed: list[str]) -> ConnectWiseError:
    message = "The requested resource does not support this http method."
    return ConnectWiseError(405, "MethodNotAllowed", message, headers={"Allow": ", ".join(allowed)})


def not_simulated(operation: str) -> ConnectWiseError:
    return ConnectWiseError(501, "NotSimulated", f"The real API has {operation}; this simulator does not.")


def unauthorized(message: str) -> ConnectWiseError:
    return ConnectWiseError(401, "Unauthorized", message)


def forbidden(needed: str) -> ConnectWiseError:
    message = f"You do not have the security permission for this action: {needed}"
    return ConnectWiseError(403, "Forbidden", message)


def unsupported_version(url: str, version: str) -> ConnectWiseError:
    # The sentence is quoted in covenanttechnologysolutions/connectwise-rest issue 35.
    message = f"The HTTP resource that matches the request URI '{url}' does not support the API version '{version}'."
    return ConnectWiseError(400, "ConnectWiseApi", message)
