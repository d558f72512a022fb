"""An Umbrella console: the MSP or MSSP console of one tenant, with its one PSA integration and its API key."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class StoredIntegration:
    """The page PSA Integration Details: "Only one (1) PSA integration can be added at a time" (KB 231356068)."""

    kind: str | None = None
    enabled: bool = False
    public_key: str | None = None
    private_key: str | None = field(default=None, repr=False)
    updated_at: str | None = None

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "enabled": self.enabled,
            "publicKey": self.public_key,
            "privateKeySet": self.private_key is not None,
            "updatedAt": self.updated_at,
        }


@dataclass
class UmbrellaConsole:
    kind: str  # msp or mssp
    id: str
    company_id: str
    gateway_token: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    scopes: set[str] = field(default_factory=lambda: {"reports.customers:read"})
    customers: int = 0
    ready: bool = True
    reason: str | None = None
    person: str | None = None
    integration: StoredIntegration = field(default_factory=StoredIntegration)

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.id
