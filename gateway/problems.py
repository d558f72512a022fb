"""What stops an operation, in the contract's shape: a status, a code, a sentence, and whether to try again."""

from __future__ import annotations


class GatewayProblem(Exception):
    def __init__(
        self, status: int, code: str, message: str, *, retryable: bool = False, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.body = {"code": code, "message": message, "retryable": retryable}

    @property
    def decides(self) -> bool:
        """Whether the operation is decided; a repeat of one that was not carried out may act."""
        return self.status in (403, 404, 422)


class SignedOut(Exception):
    """The console shows its sign-in page in the middle of an operation."""


def unauthorized() -> GatewayProblem:
    return GatewayProblem(401, "unauthorized", "The bearer token is missing or wrong.")


def invalid(message: str) -> GatewayProblem:
    return GatewayProblem(400, "invalid_request", message)


def outside_allow_list(what: str) -> GatewayProblem:
    return GatewayProblem(403, "outside_allow_list", f"This gateway may not touch {what}.")


def not_found(what: str) -> GatewayProblem:
    return GatewayProblem(404, "not_found", f"{what} is not on the screen.")


def changed() -> GatewayProblem:
    return GatewayProblem(409, "changed", "The console holds another key than the one to be replaced.")


def refused(words: str) -> GatewayProblem:
    return GatewayProblem(422, "refused_by_console", words)


def person_needed(what: str) -> GatewayProblem:
    return GatewayProblem(423, "person_needed", what, retryable=True)


def busy(seconds: int) -> GatewayProblem:
    message = "The console is busy with other operations."
    return GatewayProblem(429, "console_busy", message, retryable=True, retry_after=seconds)


def outcome_unknown(why: GatewayProblem | None = None) -> GatewayProblem:
    """A write was cut short after it could not be undone any more."""
    message = f"It is not known whether this was carried out. {why or ''}".rstrip()
    return GatewayProblem(500, "outcome_unknown", message)


def unknown_screen(screen: str, what: str) -> GatewayProblem:
    """The screen is not the one that the screens file describes; trying again would not help."""
    message = f"The screen {screen} does not look as expected: {what}. Compare it with the screens file."
    return GatewayProblem(501, "unknown_screen", message)


def unreachable(message: str) -> GatewayProblem:
    return GatewayProblem(503, "console_unreachable", message, retryable=True)
