"""What every kind of vault does: four calls, and a fifth where a value can be read back. Kinds of others come in as
plug-ins (docs/vaults/plug-ins.md).

Each call raises a `ProviderError` when it could not find out or could not act; what a failed look means is never
guessed. A message, an exception and a repr never hold the private key, and neither does any text of the vendor's
library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Unpack, runtime_checkable

from providers.core.errors import Texts, Unavailable
from providers.vault.escrow import Escrow

Condition = Literal["current", "soft-deleted", "destroyed", "disabled", "not asked"]


@dataclass(frozen=True)
class VersionLabel:
    """What a version says of itself without showing its value."""

    fingerprint: str
    generation: str
    tenant: str
    company_id: str
    key_id: str

    @classmethod
    def from_metadata(cls, about: Mapping[str, Any]) -> VersionLabel:
        """Read what `Escrow.to_metadata` put beside a value."""
        names = ("fingerprint", "generation", "tenant", "companyId", "keyId")
        return cls(*(str(about.get(name, "")) for name in names))

    def belongs_to(self, tenant: str, company_id: str) -> bool:
        """Tell whether the value is this tenant's, of this company; case is no difference."""
        return self.tenant == tenant and self.company_id.casefold() == company_id.casefold()


FOREIGN_LABEL = VersionLabel("", "", "", "", "")
"""The label of a value that is not one of ours."""


@dataclass(frozen=True)
class SecretVersion:
    """What is in the vault now.

    `version` names the current one so that no other, not even one after a deletion, ever has the same name; None when
    the vault lets us write but not look. `label` is None when it could not be found out, and may be when the version
    is the one that the caller knows already.
    """

    version: str | None
    condition: Condition = "current"
    label: VersionLabel | None = None


NOT_ASKED = SecretVersion(None, "not asked")
"""For `check_access`: the place is ours, nobody has looked in this process, and one request more is not worth it."""


class Vault(Protocol):
    """One place in one vault."""

    def describe(self, known: str = "") -> SecretVersion | None:
        """Look at what is there, in one request when the version is `known`. Never writes.

        The label of another version is found out, if need be by reading the value.

        Returns:
            None when certainly nothing is there. A look that failed raises.
        """

    def check_access(self, version_seen: SecretVersion | None) -> None:
        """Make sure that the next `put` will be accepted; leaves no version behind.

        `version_seen` is what `describe` answered, or `NOT_ASKED`. A refusal is a `ProviderError` that says which right
        is missing.
        """

    def put(self, escrow: Escrow, expected: str) -> str:
        """Keep it as a new version on top of `expected` ("" on top of nothing) and return the version's name.

        Raises `Conflict` when another version is there, `OutcomeUnknown` when it is not known whether it was kept.
        """

    def delete_version(self, version: str) -> None:
        """Remove that version, so that it can be recovered where the vault can do that. Gone already is a success."""


@runtime_checkable
class ReadableVault(Protocol):
    """A vault that shows what it keeps, for an engine whose state is to hold no private half."""

    def read(self) -> Escrow | None:
        """Read the current value; None when nothing is there, or nothing of ours. A look that failed raises.

        A policy that lets us write and not read is a `PermissionDenied` that names the right that is missing.
        """


class Throttled(Unavailable):
    """Asked to wait; `retry_after` is in seconds, None when the vault named no time."""

    def __init__(self, summary: str, *, status: int, retry_after: float | None = None, **texts: Unpack[Texts]) -> None:
        super().__init__(summary, status=status, **texts)
        self.retry_after = retry_after


def make_label(escrow: Escrow | None) -> VersionLabel:
    """Make the label that belongs on this value."""
    return VersionLabel.from_metadata(escrow.to_metadata()) if escrow else FOREIGN_LABEL
