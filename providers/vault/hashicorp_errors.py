"""What Vault and OpenBao say when they refuse, as problems that say what to do. Their own words are not repeated."""

from __future__ import annotations

from time import time
from typing import Any

import requests
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from urllib3.exceptions import NewConnectionError

from providers.core.errors import NotFound, OutcomeUnknown, PermissionDenied, RemoteError
from providers.http.failures import explain
from providers.http.retry import parse_retry_after
from providers.vault.contract import Throttled


def parse_body(answer: requests.Response) -> dict[str, Any] | None:
    """The JSON object of an answer; None when it is not Vault's own (a proxy's page, a cut-off text)."""
    if not answer.content:
        return {}
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def get_error_text(answer: requests.Response) -> str:
    """The errors that Vault names, for deciding only."""
    errors = (parse_body(answer) or {}).get("errors")
    return " ".join(str(error) for error in errors) if isinstance(errors, list) else ""


def make_error(answer: requests.Response, host: str, act: str) -> RemoteError:
    """An answer that is no success, as the problem it is."""
    status = answer.status_code
    if status == 503 and "sealed" in get_error_text(answer):
        return RemoteError(f"the vault at {host} is sealed", next_step="unseal it and run again", status=status)
    if status == 501:
        return RemoteError(f"the vault at {host} is not initialised", next_step="do that and run again", status=status)
    if status >= 500:
        # A write may have taken effect all the same.
        return OutcomeUnknown(
            f"the vault at {host} failed to {act} (HTTP {status})", next_step="look at it and run again", sent=True
        )
    if status == 429:
        return Throttled(
            f"the vault at {host} has no time to {act} now (HTTP 429)",
            next_step="wait and run again",
            status=status,
            retry_after=parse_retry_after(answer.headers.get("Retry-After"), time()),
        )
    if status == 403:
        return PermissionDenied(
            f"the vault at {host} does not let us {act} (403): the token has expired, was revoked or lacks the right",
            next_step="renew it, or correct its policy (docs/vaults/hashicorp.md)",
            page="docs/vaults/hashicorp.md",
            status=status,
        )
    if status == 404 and "no handler" in get_error_text(answer):
        return NotFound(
            f"the vault at {host} has no such mount",
            next_step="check vault:url and vault:namespace",
            setting="vault:url",
            status=status,
        )
    if 300 <= status < 400:
        return RemoteError(
            f"the vault at {host} points to another server, and a secret is not sent after such a hint",
            next_step="name the active node or the load balancer in vault:address",
            setting="vault:address",
            status=status,
        )
    if parse_body(answer) is None:
        return RemoteError(
            f"what answers at {host} is not a vault (HTTP {status})",
            next_step="check vault:address and any proxy",
            setting="vault:address",
            status=status,
        )
    return RemoteError(
        f"the vault at {host} refused to {act} (HTTP {status})", next_step="look at its log", status=status
    )


def make_outcome_unknown(error: requests.RequestException, host: str) -> OutcomeUnknown:
    """No answer at all."""
    unsent = isinstance(error, ConnectTimeout | SSLError | ProxyError) or isinstance(
        getattr(next(iter(error.args), None), "reason", None), NewConnectionError
    )
    why = explain(error, host=host, sent=not unsent)
    return OutcomeUnknown(f"the vault: {why.summary}", next_step=why.next_step, sent=not unsent)
