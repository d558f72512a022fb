"""Whether what an Umbrella console holds is somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from providers.core.errors import GuardViolation

if TYPE_CHECKING:
    from providers.console.contract import PsaIntegration as PsaDetails


def refuse_foreign_integration(console: str, live: PsaDetails, is_ours: Callable[[str], bool]) -> None:
    """Refuse to write a console that is in use, or set up for another product, by something that is not ours."""
    if live.kind in (None, "ConnectWise") and (not live.enabled or (live.publicKey and is_ours(live.publicKey))):
        return
    raise GuardViolation(
        f"the Umbrella console {console} already holds {'an enabled' if live.enabled else 'a disabled'} {live.kind} "
        f"integration with {live.publicKey or 'no public key'}, which is not ours",
        next_step="set umbrella:adopt to any to take it over, or check umbrella:consoleId",
        lift="umbrella:adopt",
        page="docs/runbooks/taking-over.md",
    )
