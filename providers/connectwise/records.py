"""What a ConnectWise site answers, as far as we look at it.

Unknown fields are ignored, nullable ones tolerated: strict models reject real data (pyconnectwise#25, #26).
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from providers.console.contract import RoleSetting


class Record(BaseModel):
    """Base of what a site answers: read, never sent back."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True)


class Stamp(Record):
    """`_info`: who touched an object last. The rest of it changes with each save and is none of our business."""

    updatedBy: str = ""


class Stamped(Record):
    """An object that tells who touched it last."""

    info: Stamp = Field(default=Stamp(), alias="_info")


class Reference(Record):
    """A pointer to another object; `{"id": null}` and `null` both occur."""

    id: int | None = None
    name: str | None = None
    identifier: str | None = None


class RoleRecord(Stamped):
    """`SecurityRole`."""

    id: int
    name: str
    adminFlag: bool | None = None
    inactiveFlag: bool | None = None


class SettingRecord(RoleSetting):
    """`SecurityRoleSetting`: one module function of a role, with the columns that the gateway's contract has, too."""

    myAllFlag: bool | None = None

    @property
    def function(self) -> str:
        """`<moduleName> / <moduleFunctionName>`, as settings name it."""
        return f"{self.moduleName} / {self.moduleFunctionName}"


class MySecurityRecord(SettingRecord):
    """`MySecurity`: the same columns for the caller's own role, and who the caller is."""

    member: Reference | None = None


class CustomizeRecord(Record):
    """`MySecurityCustomizeItem`: what the caller's role may use (assumed: the list holds what is allowed)."""

    customizeIdentifier: str | None = None
    itemIdentifier: str | None = None


class ScreenRecord(Record):
    """`SetupScreen`: one setup table."""

    category: str | None = None
    name: str | None = None

    @property
    def label(self) -> str:
        """`<category> / <name>`, as the customize dialogue shows it."""
        return f"{self.category} / {self.name}"


class MemberRecord(Stamped):
    """`ApiMember`."""

    id: int
    identifier: str
    name: str | None = None
    emailAddress: str | None = None
    inactiveFlag: bool | None = None
    securityRole: Reference | None = None
    timeZone: Reference | None = None
    structureLevel: Reference | None = None
    securityLocation: Reference | None = None
    defaultLocation: Reference | None = None
    defaultDepartment: Reference | None = None
    salesDefaultLocation: Reference | None = None
    serviceDefaultBoard: Reference | None = None

    def get_reference(self, field: str) -> Reference | None:
        """Return the reference in a field, None where it points nowhere."""
        value: Any = getattr(self, field)
        return value if isinstance(value, Reference) and value.id is not None else None


class AnyMemberRecord(Stamped):
    """What people and API members have in common."""

    identifier: str
    inactiveFlag: bool | None = None
    securityRole: Reference | None = None

    def may_have_role(self, role_id: int) -> bool:
        """Tell whether the member has the role; one that does not say which it has may have any."""
        has = self.securityRole
        return has is None or has.id in (None, role_id)
