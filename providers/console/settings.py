"""The hand's settings, the same for both consoles."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from providers.core.settings import Settings, checked_url


class HandSettings(Settings):
    """`hand`, `gatewayUrl` and `gatewayToken` of contract section 2."""

    hand: Literal["gateway", "assisted"] = Field(
        default="assisted", description="a console gateway, or a person who is told what to click"
    )
    gateway_url: str | None = Field(default=None, description="where the console gateway answers")
    gateway_token: SecretStr | None = Field(default=None, description="the console gateway's token")

    @field_validator("gateway_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        return checked_url(value) if value else None

    def demands(self) -> list[tuple[str, str]]:
        if self.hand == "assisted":
            return [
                (
                    "hand",
                    "is assisted, and guided steps for a person are not part of this version yet; "
                    "set it to gateway, with gatewayUrl and gatewayToken of a console gateway.",
                )
            ]
        needed = (("gateway_url", self.gateway_url), ("gateway_token", self.gateway_token))
        return [
            (name, "is required because hand is gateway; set it with `pulumi config set`.")
            for name, value in needed
            if not value
        ]
