"""The official client's connection, and its exceptions as problems that say what to do; their texts stay inside."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError, ServiceRequestError
from azure.keyvault.secrets import SecretClient

from providers.core.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RemoteError,
    SettingError,
    Unauthenticated,
)
from providers.http.retry import parse_retry_after
from providers.http.text import clean_text
from providers.http.trust import get_ca_bundle
from providers.http.urls import parse_origin
from providers.vault.contract import Throttled
from providers.vault.retrying import DEADLINES

A = TypeVar("A")

_RIGHTS = {
    "list": "secrets/readMetadata/action",
    "get": "secrets/getSecret/action",
    "set": "secrets/setSecret/action",
    "update": "secrets/update/action",
    "delete": "secrets/delete",
    "recover": "secrets/recover/action",
}


def connect(endpoint: str, credential: TokenCredential) -> SecretClient:
    """Make a client of one vault. It speaks https only, also to loopback."""
    origin = parse_origin(endpoint)
    if origin is None or origin.scheme != "https":
        raise SettingError("vault:endpoint", "must be https: Azure's client sends its token over nothing else")
    return SecretClient(
        endpoint,
        credential,
        connection_timeout=DEADLINES.connect,
        read_timeout=DEADLINES.read,
        permit_redirects=False,
        connection_verify=get_ca_bundle() or True,
        # The challenge must name the domain that the vault is in, lest a stranger gets a token; loopback has none.
        verify_challenge_resource=not origin.is_loopback,
    )


def call_azure(place: str, right: str, call: Callable[[], A]) -> A:
    """Make one call, its own repetitions switched off, and word what goes wrong."""
    try:
        return call()
    except ClientAuthenticationError as error:
        if error.status_code is None:
            raise Unauthenticated(
                "no credential for Azure could be had",
                next_step="sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, "
                "or give the machine an identity (docs/vaults/azure.md)",
                page="docs/vaults/azure.md",
            ) from None
        raise Unauthenticated(
            f"Azure Key Vault refused our sign-in for {place} (HTTP {error.status_code})",
            next_step="check the tenant and the identity (docs/vaults/azure.md)",
            page="docs/vaults/azure.md",
            status=error.status_code,
        ) from None
    except HttpResponseError as error:
        raise _make_error(error, place, right) from None
    except ServiceRequestError as error:
        raise OutcomeUnknown(
            f"Azure Key Vault could not be reached for {place} ({type(error).__name__})",
            next_step="check the vault's name, the network and its firewall",
            sent=False,
        ) from None
    except (AzureError, ValueError) as error:
        raise OutcomeUnknown(
            f"Azure Key Vault gave no usable answer for {place} ({type(error).__name__})",
            next_step="run again",
            sent=True,
        ) from None


def _make_error(error: HttpResponseError, place: str, right: str) -> RemoteError:
    status = error.status_code or 0
    code = clean_text(getattr(error.error, "code", None))
    kind: type[RemoteError] = RemoteError
    step = page = ""
    if status == 404 and code:
        kind, summary = NotFound, f"Azure Key Vault has no {place}"
    elif status == 403:
        kind, page = PermissionDenied, "docs/vaults/azure.md"
        summary = f"Azure refused to {right} {place} (403 {code})"
        step = (
            f"allow Microsoft.KeyVault/vaults/{_RIGHTS[right]}, or let this network through the vault's firewall "
            "(docs/vaults/azure.md)"
        )
    elif status == 409:
        kind, summary = Conflict, f"the vault secret {place} is deleted, being deleted or in use"
    elif status == 429:
        headers = getattr(error.response, "headers", None) or {}
        return Throttled(
            f"Azure Key Vault asks for patience with {place}",
            next_step="wait and run again",
            status=status,
            retry_after=parse_retry_after(headers.get("Retry-After"), time()),
        )
    elif status >= 500:
        return OutcomeUnknown(
            f"Azure Key Vault failed to {right} {place} (HTTP {status})", next_step="run again", sent=True
        )
    else:
        summary = f"Azure refused to {right} {place} (HTTP {status} {code})"
    return kind(summary, next_step=step, page=page, status=status)
