"""What several of a tenant's resources are asked for alike."""

from __future__ import annotations

from typing import Literal, TypedDict

from providers.connectwise.connection import format_company_key
from providers.connectwise.grants import Levels
from stacks.settings import Tenant


class OwnerFields(TypedDict):
    """Whose object it is at ConnectWise."""

    tenant: str
    company: str


class RightsFields(TypedDict):
    """What the role may do."""

    permissions: dict[str, Levels]
    table_access: list[str] | None
    customize: dict[str, list[str]] | None
    vendor_names: list[str] | None


class DestinationFields(TypedDict, total=False):
    """Where the pair goes, if not to Umbrella."""

    sink: Literal["manual", "none"]
    product: str | None
    screen: str | None


def make_rights_fields(tenant: Tenant) -> RightsFields:
    """Say what the role may do."""
    return {
        "permissions": tenant.own.permissions,
        "table_access": tenant.own.table_access,
        "customize": tenant.own.customize,
        "vendor_names": tenant.vendor_names,
    }


def make_destination_fields(tenant: Tenant) -> DestinationFields:
    """Say where the pair goes; nothing where that is Umbrella."""
    if (kind := tenant.sink.kind) == "umbrella":
        return {}
    if (about := tenant.integration) is None:
        return {"sink": kind, "product": "Umbrella"}
    return {"sink": kind, "product": about.title, "screen": about.screen or None}


def make_owner_fields(tenant: Tenant) -> OwnerFields:
    """Say whose object it is."""
    return {"tenant": tenant.name, "company": format_company_key(tenant.connectwise)}
