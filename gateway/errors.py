"""The errors that end an operation, in the contract's shape: status, code, message, and whether to try again."""

from __future__ import annotations

from typing import Any, ClassVar

from providers.console.contract import clean_text


class GatewayError(Exception):
    """What the gateway answers instead of a result."""

    status: ClassVar[int]
    code: ClassVar[str]
    retryable = False
    is_in_own_words = True  # whether the message is ours; a console's may quote what was typed, so no log has it
    is_final = False  # whether it settles a write; after any other error, one that did not act may be repeated

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    @property
    def body(self) -> dict[str, Any]:
        """The answer's JSON, as the contract shapes an error."""
        return {"code": self.code, "message": str(self), "retryable": self.retryable}


class SignedOut(Exception):
    """The console shows its sign-in page in the middle of an operation."""


class InvalidRequestError(GatewayError):
    """The request is not one of the contract's."""

    status, code = 400, "invalid_request"


class UnauthorizedError(GatewayError):
    """The token is missing, wrong, or another console's."""

    status, code = 401, "unauthorized"


class OutsideAllowListError(GatewayError):
    """The role or member is not one that this gateway may touch."""

    status, code, is_final = 403, "outside_allow_list", True


class NotFoundError(GatewayError):
    """A whole list was read, and what is asked for is not on it."""

    status, code, is_final = 404, "not_found", True


class ApiKeyChangedError(GatewayError):
    """Umbrella holds another key than the one to be replaced."""

    status, code = 409, "changed"


class IdempotencyKeyReusedError(GatewayError):
    """An Idempotency-Key was used for another request."""

    status, code = 409, "idempotency_key_reused"


class AnswerForgottenError(GatewayError):
    """A write is repeated whose answer held a private key that was changed or deleted since."""

    status, code = 409, "idempotency_answer_forgotten"


class InFlightError(GatewayError):
    """A write is repeated before it has ended."""

    status, code, retryable = 409, "idempotency_in_flight", True


class RefusedError(GatewayError):
    """The console refuses, in its own words."""

    status, code, is_final, is_in_own_words = 422, "refused_by_console", True, False

    def __init__(self, words: str) -> None:
        super().__init__(clean_text(words))


class PersonNeededError(GatewayError):
    """A person must act first, as by signing in."""

    status, code, retryable, is_in_own_words = 423, "person_needed", True, False


class BusyError(GatewayError):
    """Other operations took the console for longer than this one may wait."""

    status, code, retryable = 429, "console_busy", True


class OutcomeUnknownError(GatewayError):
    """A write was cut short after it could not be undone any more."""

    status, code = 500, "outcome_unknown"

    def __init__(self, cause: GatewayError | None = None) -> None:
        super().__init__(f"It is not known whether this was carried out. {cause or ''}".rstrip())


class UnknownScreenError(GatewayError):
    """The screen is not the one that the screens file describes; trying again would not help."""

    status, code = 501, "unknown_screen"

    def __init__(self, screen: str, difference: str) -> None:
        super().__init__(
            f"The screen {screen} does not look as expected: {difference}. Compare it with the screens file."
        )


class UnreachableError(GatewayError):
    """The console does not answer, or the browser failed."""

    status, code, retryable = 503, "console_unreachable", True
