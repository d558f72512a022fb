"""What a ConnectWise site answers, as far as we look at it.

Real data is wider than the specification (pyconnectwise#25, #26): unknown fields are ignored, a null says what a
missing field says, and what can't be read is an error only for whoever needs it.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from providers.core.errors import RemoteError

V = TypeVar("V")
UNNAMED = "(unnamed)"


class Record(BaseModel):
    """Base of what a site answers: read, never sent back."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True, coerce_numbers_to_str=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict) or None not in value.values():
            return value
        return {name: one for name, one in value.items() if one is not None}


class Stamp(Record):
    """`_info`: who touched an object last. The rest of it changes with each save and is none of our business."""

    updatedBy: str = ""


class Stamped(Record):
    """An object that tells who touched it last."""

    info: Stamp = Field(default=Stamp(), alias="_info")


class Numbered(Stamped):
    """An object that we speak of by its number."""

    number: int | None = Field(default=None, alias="id")

    @property
    def id(self) -> int:
        """Its number. Raises `RemoteError` where the site did not say it."""
        return self._need(self.number, "id")

    def _need(self, value: V | None, field: str) -> V:
        if value is None:
            raise RemoteError(
                f"the site's answer about the {type(self).__name__.removesuffix('Record').lower()} "
                f"{self.number or 'asked for'} has no {field}; the answer was ignored",
                next_step="look at it at the site, and run again",
            )
        return value


class Reference(Record):
    """A pointer to another object; `{"id": null}` and `null` both occur."""

    id: int | None = None
    name: str | None = None
    identifier: str | None = None


class RoleRecord(Numbered):
    """`SecurityRole`."""

    label: str | None = Field(default=None, alias="name")
    adminFlag: bool | None = None
    inactiveFlag: bool | None = None

    @property
    def name(self) -> str:
        """Its name. Raises `RemoteError` where the site did not say it."""
        return self._need(self.label, "name")


class SettingRecord(Record):
    """`SecurityRoleSetting`: one module function of a role; a level is null where the function has none."""

    moduleName: str = UNNAMED
    moduleFunctionName: str = UNNAMED
    addLevel: str | None = None
    editLevel: str | None = None
    deleteLevel: str | None = None
    inquireLevel: str | None = None
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


class MemberRecord(Numbered):
    """`ApiMember`. Its references are read when they are asked for."""

    model_config = ConfigDict(extra="allow")

    memberId: str | None = Field(default=None, alias="identifier")
    name: str | None = None
    emailAddress: str | None = None
    inactiveFlag: bool | None = None
    securityRole: Reference | None = None

    @property
    def identifier(self) -> str:
        """Its identifier. Raises `RemoteError` where the site did not say it."""
        return self._need(self.memberId, "identifier")

    def get_reference(self, field: str) -> Reference | None:
        """Return the reference in a field, None where it points nowhere. Raises `RemoteError` for what is none."""
        value = (self.model_extra or {}).get(field)
        try:
            reference = Reference.model_validate({} if value is None else value)
        except ValidationError:
            raise RemoteError(
                f"the site's answer has an unexpected shape (at {field}); the answer was ignored",
                next_step="check connectwise:apiVersion",
                setting="connectwise:apiVersion",
            ) from None
        return reference if reference.id is not None else None


class AnyMemberRecord(Stamped):
    """What people and API members have in common."""

    identifier: str = "a member without an identifier"
    inactiveFlag: bool | None = None
    securityRole: Reference | None = None

    def may_have_role(self, role_id: int) -> bool:
        """Tell whether the member has the role; one that does not say which it has may have any."""
        has = self.securityRole
        return has is None or has.id in (None, role_id)
