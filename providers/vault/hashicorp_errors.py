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
    """Read an answer's JSON object; None when it is not Vault's own (a proxy's page, a cut-off text)."""
    if not answer.content:
        return {}
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def get_error_text(answer: requests.Response) -> str:
    """Read the errors that Vault names, for deciding only."""
    errors = (parse_body(answer) or {}).get("errors")
    return " ".join(str(error) for error in errors) if isinstance(errors, list) else ""


def make_error(answer: requests.Response, host: str, what: str) -> RemoteError:
    """Word an answer that is no success as the problem it is."""
    status, said = answer.status_code, get_error_text(answer)
    kind: type[RemoteError] = RemoteError
    detail = setting = page = ""
    namespace = answer.request.headers.get("X-Vault-Namespace", "")
    if status == 503 and "sealed" in said:
        summary, step = f"the vault at {host} is sealed", "unseal it and run again"
    elif status == 501:
        summary, step = f"the vault at {host} is not initialised", "do that and run again"
    elif status >= 500:
        # A write may have taken effect all the same.
        return OutcomeUnknown(
            f"the vault at {host} failed to {what} (HTTP {status})", next_step="look at it and run again", sent=True
        )
    elif status == 429:
        return Throttled(
            f"the vault at {host} has no time to {what} now (HTTP 429)",
            next_step="wait and run again",
            status=status,
            retry_after=parse_retry_after(answer.headers.get("Retry-After"), time()),
        )
    elif status == 403:
        why = "the token has expired, was revoked or lacks the right"
        kind, summary = PermissionDenied, f"the vault at {host} does not let us {what} (403): {why}"
        step, page = "renew it, or correct its policy (docs/vaults/hashicorp.md)", "docs/vaults/hashicorp.md"
    elif status == 404 and "namespace not found" in said:
        kind, summary = NotFound, f"the vault at {host} has no namespace {namespace}"
        step, setting = "make it there, or correct vault:namespace (or VAULT_NAMESPACE)", "vault:namespace"
    elif status == 404 and "no handler" in said and "auth/" in said:
        kind, summary = NotFound, f"the vault at {host} offers no sign-in by AppRole at auth/approle{_in(namespace)}"
        step, setting = "enable it there, or sign in by vault:token", "vault:roleId"
    elif status == 404 and "no handler" in said:
        kind, summary = NotFound, f"the vault at {host} has no such mount{_in(namespace)}"
        step, setting = "check vault:url and vault:namespace", "vault:url"
        detail = explain_new_namespace(namespace)
    elif 300 <= status < 400:
        summary = f"the vault at {host} points to another server, and a secret is not sent after such a hint"
        step, setting = "name the active node or the load balancer in vault:address", "vault:address"
    elif parse_body(answer) is None:
        summary = f"what answers at {host} is not a vault (HTTP {status})"
        step, setting = "check vault:address and any proxy", "vault:address"
    else:
        summary, step = f"the vault at {host} refused to {what} (HTTP {status})", "look at its log"
    return kind(summary, detail=detail, next_step=step, setting=setting, page=page, status=status)


def _in(namespace: str) -> str:
    return f" in the namespace {namespace}" if namespace else ""


def explain_new_namespace(namespace: str | None) -> str:
    """Say how a namespace without a mount gets one; empty in the root."""
    if not namespace:
        return ""
    return f"A new namespace has no mount: `bao secrets enable -namespace={namespace} -path=secret kv-v2` makes one."


def make_outcome_unknown(error: requests.RequestException, host: str) -> OutcomeUnknown:
    """Word that no answer came at all."""
    unsent = isinstance(error, ConnectTimeout | SSLError | ProxyError) or isinstance(
        getattr(next(iter(error.args), None), "reason", None), NewConnectionError
    )
    why = explain(error, host=host, sent=not unsent)
    lost = OutcomeUnknown(f"the vault: {why.summary}", next_step=why.next_step, sent=not unsent)
    lost.transient = why.transient
    return lost
