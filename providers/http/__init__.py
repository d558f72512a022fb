"""Vendor-free HTTP: pooled, bounded in time and size, retried only where safe, redacted.

`Transport` sends a `Request` and returns a `Response`; the policies it follows are small objects of their own.
Importing this package does not import the HTTP library: the first request does.
"""

from providers.http.budget import Budget
from providers.http.clock import Clock, Deadlines
from providers.http.errors import (
    BudgetExhausted,
    ConnectionLost,
    InsecureUrl,
    LinkRefused,
    MalformedAnswer,
    RedirectRefused,
    TimedOut,
    TlsRefused,
    TooLarge,
    TransportError,
    Unreachable,
    Unsendable,
)
from providers.http.message import Headers, Request, Response
from providers.http.redact import Redactor
from providers.http.retry import RetryPolicy, parse_retry_after
from providers.http.transport import Transport
from providers.http.urls import Origin, next_link, origin_of, require_https, same_origin

__all__ = [
    "Budget",
    "BudgetExhausted",
    "Clock",
    "ConnectionLost",
    "Deadlines",
    "Headers",
    "InsecureUrl",
    "LinkRefused",
    "MalformedAnswer",
    "Origin",
    "Redactor",
    "RedirectRefused",
    "Request",
    "Response",
    "RetryPolicy",
    "TimedOut",
    "TlsRefused",
    "TooLarge",
    "Transport",
    "TransportError",
    "Unreachable",
    "Unsendable",
    "next_link",
    "origin_of",
    "parse_retry_after",
    "require_https",
    "same_origin",
]
