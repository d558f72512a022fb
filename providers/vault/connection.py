"""How to reach the tenant's vault: settings. What is about a vault's URL is imported once there is one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from providers.core.settings import Demand, Settings, format_key, validate_url
from providers.core.terms import terms

NAMESPACE = "vault"


class VaultSettings(Settings):
    """The settings `vault:…` (docs/settings.md)."""

    url: str | None = Field(default=None, description="where the key is kept, such as vault://secret/umbrella/acme")
    address: str | None = Field(default=None, description="HashiCorp Vault, OpenBao: the server; else VAULT_ADDR")
    namespace: str | None = Field(default=None, description="HashiCorp Vault, OpenBao: else VAULT_NAMESPACE")
    role_id: str | None = Field(default=None, description="HashiCorp Vault, OpenBao: sign in by AppRole")
    region: str | None = Field(default=None, description="AWS: else AWS_DEFAULT_REGION or the profile's")
    endpoint: str | None = Field(default=None, description="AWS, Azure: another address of the service")
    kms_key: str | None = Field(default=None, description="AWS: the key that a new secret is encrypted with")
    token: SecretStr | None = Field(default=None, description="HashiCorp Vault, OpenBao: else VAULT_TOKEN")
    secret_id: SecretStr | None = Field(default=None, description="HashiCorp Vault, OpenBao: AppRole's secret half")
    on_destroy: Literal["keep", "delete"] = Field(default="keep", description="what a destroy does with the secret")

    @field_validator("url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value:
            from providers.vault.kinds import find_flaw

            flaw = find_flaw(value)
            if flaw:
                raise flaw
        return value

    @field_validator("address", "endpoint")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        return validate_url(value) if value else None

    def find_unmet_requirements(self) -> list[Demand]:
        """Name the settings that this kind of vault does not use, and halves that lack the other."""
        if not self.url:
            return []
        from providers.vault.address import parse_scheme
        from providers.vault.kinds import KINDS

        errors = []
        kind = KINDS.get(parse_scheme(self.url))
        if kind is not None:
            every = {name for other in KINDS.values() for name in other.settings}
            errors += [
                (
                    name,
                    f"is not used by {kind.title}",
                    f"remove it with `{terms().remove_setting} {format_key(NAMESPACE, name)}`, or correct vault:url",
                )
                for name in sorted(every - kind.settings)
                if getattr(self, name)
            ]
        if self.role_id and self.token:
            errors.append(("token", "is given besides vault:roleId", "keep one of the two ways to sign in"))
        if self.secret_id and not self.role_id:
            errors.append(("secret_id", "is given without vault:roleId", "set that too, or remove this"))
        return errors


def get_reference(settings: VaultSettings) -> str:
    """Make the stack's output `vaultReference`: the place, empty without a vault."""
    if not settings.url:
        return ""
    from providers.vault.address import parse_place

    return parse_place(settings.url)
