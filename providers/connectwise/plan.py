"""What a tenant will make at the site, so that all of it can be refused before any of it is made."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from providers.connectwise.customize import Customize, Tables
from providers.connectwise.grants import Permissions
from providers.core.schema import Model


class TenantPlan(Model):
    """The part of a tenant's wishes that a site can refuse."""

    permissions: Permissions = Field(description="levels per module function; what is not named is None")
    table_access: Tables = Field(
        default=None, description="labels of the setup tables that the role may use; null leaves the list uncustomized"
    )
    customize: Customize = Field(
        default=None, description="what the role may use of other functions that have a customize list, by function"
    )
    vendor_names: list[str] | None = Field(
        default=None,
        description="the functions whose names are in a vendor's spelling, which is matched with the site's by rule",
    )
    role: str = Field(default="", description="the security role's name")
    member: str = Field(description="the API member's identifier")
    member_name: str = Field(description="the API member's name")
    member_email: str = Field(default="", description="the API member's e-mail address")
    member_defaults: dict[str, str] = Field(default_factory=dict, description="references of the member, by name")
    owner: str = Field(default="", description="whose keys count as ours, see core/tags.py")
    adopt: Literal["never", "identical", "any"] = "never"
