"""The driver's settings, the same for both consoles."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from providers.core.settings import Demand, Settings, validate_url
from providers.core.terms import terms


class DriverSettings(Settings):
    """`driver`, `gatewayUrl` and `gatewayToken` (docs/settings.md)."""

    driver: Literal["gateway", "manual"] = Field(
        default="manual", description="a console gateway, or a person who is told what to click"
    )
    gateway_url: str | None = Field(default=None, description="where the console gateway answers")
    gateway_token: SecretStr | None = Field(default=None, description="the console gateway's token")

    @field_validator("gateway_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        return validate_url(value) if value else None

    def find_unmet_requirements(self) -> list[Demand]:
        """Name what the driver `gateway` needs and has not."""
        if self.driver == "manual":
            return []
        needed = (
            ("gateway_url", self.gateway_url, terms().set_setting),
            ("gateway_token", self.gateway_token, terms().set_secret),
        )
        return [
            (name, "is required because driver is gateway", f"set it with `{command}`")
            for name, value, command in needed
            if not value
        ]


def validate_public_key(value: str, or_else: str = "") -> str:
    """Check a public key that a person copied from a screen: one word, else `ValueError`."""
    key = value.strip()
    if not (key.isascii() and key.isalnum()):
        raise ValueError(
            f"must be the public key{or_else}: letters and digits only; copy it again, without anything else"
        )
    return key


def get_comparable_host(site: str) -> str:
    """Reduce a site to its host: with or without a scheme, screens and API alike, loopback by any name."""
    host = (urlsplit(site if "://" in site else f"//{site}").hostname or "").removeprefix("api-")
    return "localhost" if host == "::1" or host.startswith("127.") else host
