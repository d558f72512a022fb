"""Rows for objects that are there already: an id, and what can be known before anybody has looked."""

from __future__ import annotations

from providers.core.errors import ProviderError
from providers.engines.terraform.schema import Kind
from providers.engines.terraform.session import Session
from providers.engines.terraform.wire import Row

IMPORTED = b'{"imported":true}'
"""In a row's private part until somebody has looked."""

_FORMS = {
    "SecurityRole": "the role's id",
    "PermissionSet": "the role's id",
    "ApiMember": "the member's id",
    "ApiKey": "<member's id>/<key's id>",
    "PsaIntegration": "the console, such as msp/1234567",
    "KeyRetirement": "the member's id",
}


def import_row(session: Session, kind: Kind, given: str) -> Row:
    """Make a row of an import's id. Raises `ProviderError`."""
    raise ProviderError(f"{kind.type_name} {given} can't be imported yet")
