"""How an error leaves the provider process: gRPC shows an exception's text to the user as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from providers.core.errors import Defect, ProviderError, WorkOrder
from providers.engines.pulumi.invocation import read_invocation

Verb = TypeVar("Verb", bound=Callable[..., Any])

_told: list[bool] = []
"""Of each error that has left since the last run began, whether it was weather."""


class Diagnostic(Exception):
    """What the user reads: redacted text, without a trace of where it came from."""


def reported(verb: Verb) -> Verb:
    """Make every exception of a provider's method leave as a `Diagnostic`. Its last argument is a property bag."""

    @wraps(verb)
    def report(self: Any, *args: Any) -> Any:
        """Call the method, and let nothing but a `Diagnostic` out."""
        try:
            return verb(self, *args)
        except WorkOrder as order:
            _told.append(False)
            text = format_work_order(order, args[-1])
        except ProviderError as error:
            text = format_line(error)
        except Exception as bug:
            text = format_line(Defect.of(bug, verb.__name__, self.kind))
        raise Diagnostic(text) from None

    return cast(Verb, report)


def forget_told() -> None:
    """Begin another run: no error has left yet."""
    _told.clear()


def was_weather() -> bool:
    """Tell whether errors have left in this run, and each of them may be gone when the same is asked again."""
    return bool(_told) and all(_told)


def format_line(error: ProviderError) -> str:
    """Format an error that leaves, as one line."""
    _told.append(error.transient)
    return " ".join(str(error).split())


def format_work_order(order: WorkOrder, bag: Mapping[str, Any]) -> str:
    """Format a work order: lines of its own, and the stack's name in what is to be copied."""
    stack = read_invocation().stack or bag.get("tenant") or "<tenant>"
    return f"\n\n{str(order).replace('<tenant>', stack)}\n"
