"""Putting a key into a vault once, however often it is tried."""

from __future__ import annotations

from providers.core.errors import Conflict, OutcomeUnknown
from providers.vault.contract import SecretVersion, Vault
from providers.vault.escrow import Escrow


def matches(version_seen: SecretVersion | None, escrow: Escrow) -> bool:
    """Tell whether what was seen is exactly this, whole and current."""
    return bool(
        version_seen
        and version_seen.condition == "current"
        and version_seen.label
        and version_seen.label.fingerprint == escrow.fingerprint
    )


def put_once(vault: Vault, escrow: Escrow, expected: str, place: str) -> str:
    """Put it on top of `expected`; the version that holds it then, which may be the one an earlier attempt made."""
    escrow.refuse_blank()
    try:
        return vault.put(escrow, expected)
    except (Conflict, OutcomeUnknown) as error:
        version_seen = vault.describe()
        if version_seen and version_seen.version is not None and matches(version_seen, escrow):
            return version_seen.version
        if isinstance(error, OutcomeUnknown) and (version_seen.version if version_seen else "") == expected:
            return vault.put(escrow, expected)  # nothing has arrived
        if version_seen and version_seen.version is None:
            raise Conflict(
                f"the vault holds another version at {place} than this stack wrote, and its policy does not let us "
                "look",
                next_step="allow reading the secret's metadata, at least once, and run again",
            ) from None
        raise Conflict(
            f"somebody changed the vault secret {place} during this run, so nothing was written over it",
            next_step="look at it there, and run again: preview tells what is different",
        ) from None
