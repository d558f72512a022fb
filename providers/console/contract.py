"""The console gateway's messages (docs/gateway-contract.md). Names and spelling are the contract's."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from providers.console.levels import Level
from providers.http.text import clean_text as clean_text  # the gateway's way to it


class Message(BaseModel):
    """Fields that a gateway adds are ignored; missing or malformed ones are an error."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True)


class ErrorBody(Message):
    """What a gateway says when it refuses."""

    code: str
    message: str
    retryable: bool = False


class ConnectWiseHealth(Message):
    """`GET /health` on the ConnectWise side."""

    console: Literal["connectwise"]
    site: str
    companyId: str
    ready: bool
    reason: str | None = None


class UmbrellaHealth(Message):
    """`GET /health` on the Umbrella side."""

    console: Literal["msp", "mssp"]
    consoleId: str
    ready: bool
    reason: str | None = None


class RoleSetting(Message):
    """One module function's levels; None where the function has no such level."""

    moduleName: str
    moduleFunctionName: str
    addLevel: Level | None = None
    editLevel: Level | None = None
    deleteLevel: Level | None = None
    inquireLevel: Level | None = None


class RoleSettings(Message):
    """Body and answer of `PUT /securityRoles/{id}/settings`."""

    settings: list[RoleSetting]


class Customize(Message):
    """Body and answer of `…/customize`: what the role may use; `function` as console/customize.py names lists."""

    function: str
    allow: list[str]


class Key(Message):
    """An API key as the console lists it. The private half is never in a list."""

    id: str = Field(min_length=1)
    description: str
    publicKey: str = Field(min_length=1)
    inactive: bool
    createdAt: AwareDatetime | None = None


class MintedKey(Message):
    """The only answer that holds a private half."""

    id: str = Field(min_length=1)
    description: str
    publicKey: str = Field(min_length=1)
    privateKey: SecretStr = Field(min_length=1)
    createdAt: AwareDatetime | None = None


class PsaIntegration(Message):
    """Umbrella's PSA Integration Details. One per console."""

    kind: Literal["ConnectWise", "Autotask"] | None
    enabled: bool
    publicKey: str | None = None
    privateKeySet: bool = False
    updatedAt: AwareDatetime | None = None
