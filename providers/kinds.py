"""The eight kinds of resource, by the name that every engine knows them by.

A kind's module is imported when it is asked for: a tenant without a vault pays for none.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from providers.core.handler import Handler

MODULES = {
    "SecurityRole": "providers.connectwise.security_role",
    "PermissionSet": "providers.connectwise.permission_set",
    "ApiMember": "providers.connectwise.api_member",
    "ApiKey": "providers.connectwise.api_key",
    "VaultSecret": "providers.vault.secret",
    "AccessProof": "providers.connectwise.access_proof",
    "PsaIntegration": "providers.umbrella.psa_integration",
    "KeyRetirement": "providers.connectwise.key_retirement",
}
"""In the order in which a tenant's resources are made."""


def load_handler(kind: str) -> type[Handler[Any, Any]]:
    """Import a kind's handler class, `<kind>Handler` of its module."""
    handler: type[Handler[Any, Any]] = getattr(import_module(MODULES[kind]), f"{kind}Handler")
    return handler
