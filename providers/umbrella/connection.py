"""How to reach an Umbrella console and, optionally, the Umbrella API."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from providers.console.settings import DriverSettings, validate_public_key
from providers.core.settings import Demand, validate_url

NAMESPACE = "umbrella"


class UmbrellaSettings(DriverSettings):
    """The settings `umbrella:…` (docs/settings.md)."""

    console: Literal["msp", "mssp"] = Field(description="which kind of console it is: msp or mssp")
    console_id: str = Field(description="the number in the console's address")
    applied_key: str | None = Field(default=None, description="the public key that a person has entered, or none")
    adopt: Literal["never", "any"] = Field(
        default="never", description="may an integration that is there, and not ours, be taken over?"
    )
    api_url: str = Field(default="https://api.umbrella.com", description="Umbrella's API, for the proof below")
    api_key: str | None = Field(
        default=None,
        description="a key of the console: before a mint it must show itself a provider's; whose, no API tells",
    )
    api_secret: SecretStr | None = Field(default=None, description="its secret")

    @field_validator("console_id")
    @classmethod
    def _console_id(cls, value: str) -> str:
        if not value.isdecimal():
            raise ValueError("must be the number in the console's address, such as 1234567")
        return value

    @field_validator("applied_key")
    @classmethod
    def _applied_key(cls, value: str | None) -> str | None:
        return validate_public_key(value, or_else=", or none") if value else None

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        return validate_url(value)

    def find_unmet_requirements(self) -> list[Demand]:
        """Ask for both halves of the API key where one is given."""
        unmet = super().find_unmet_requirements()
        if bool(self.api_key) == bool(self.api_secret):
            return unmet
        lacks = "api_secret" if self.api_key else "api_key"
        return [*unmet, (lacks, "is required when the other half of the Umbrella API key is given", "")]


def format_console_key(settings: UmbrellaSettings) -> str:
    """Whose sink this is."""
    return f"{settings.console}/{settings.console_id}"
