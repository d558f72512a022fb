"""Putting a key into a vault once, however often it is tried."""

from __future__ import annotations

from providers.core.problems import Conflict, LostAnswer
from providers.vault.contract import Seen, Vault
from providers.vault.escrow import Escrow


def holds(seen: Seen | None, escrow: Escrow) -> bool:
    """Whether what was seen is exactly this, whole and current."""
    return bool(seen and seen.condition == "current" and seen.label and seen.label.fingerprint == escrow.fingerprint)


def keep(vault: Vault, escrow: Escrow, expected: str, place: str) -> str:
    """Put it on top of `expected`; the version that holds it then, which may be the one an earlier attempt made."""
    escrow.refuse_blank()
    try:
        return vault.put(escrow, expected)
    except (Conflict, LostAnswer) as problem:
        seen = vault.look()
        if seen and seen.version is not None and holds(seen, escrow):
            return seen.version
        if isinstance(problem, LostAnswer) and (seen.version if seen else "") == expected:
            return vault.put(escrow, expected)  # nothing has arrived
        if seen and seen.version is None:
            raise Conflict(
                f"the vault holds another version at {place} than this stack wrote, and its policy does not let us "
                "look",
                next_step="allow reading the secret's metadata, at least once, and run again",
            ) from None
        raise Conflict(
            f"somebody changed the vault secret {place} during this run, so nothing was written over it",
            next_step="look at it there, and run again: preview tells what is different",
        ) from None
