"""What this protocol must know of a kind beyond its models: an engine refuses an answer that its plan had otherwise.

So a plan says of each field that the provider fills in whether it survives an update, and of each kind whether another
object takes its place, or the same row goes on with a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Traits:
    """One kind's."""

    renews: bool = False
    """A replacement happens in place: the row stays, so that what is old comes along to the step that makes the new."""
    stable: frozenset[str] = frozenset()
    """Recorded fields that an update leaves alone."""
    mirrors: Mapping[str, str] = field(default_factory=dict)
    """Recorded fields that hold another one's value after an update."""
    from_provider: frozenset[str] = frozenset()
    """Arguments that come from the provider's block."""


COMMON_FROM_PROVIDER = frozenset({"tenant", "company", "console", "owner"})

TRAITS = {
    "SecurityRole": Traits(stable=frozenset({"adopted"})),
    "PermissionSet": Traits(mirrors={"granted": "role_id"}),
    "ApiMember": Traits(stable=frozenset({"adopted"})),
    # A key is never created a second time nor replaced: only an update brings its predecessor along.
    "ApiKey": Traits(
        renews=True,
        stable=frozenset(
            {"public_key", "private_key", "full_description", "work_order", "replaced_public_key", "escrow"}
        ),
        from_provider=frozenset({"supplied_public_key"}),
    ),
    "VaultSecret": Traits(from_provider=frozenset({"url", "on_destroy", "company_id", "site"})),
    "AccessProof": Traits(),
    "PsaIntegration": Traits(mirrors={"written_key": "public_key"}, from_provider=frozenset({"adopt", "sink"})),
    "KeyRetirement": Traits(),
}
