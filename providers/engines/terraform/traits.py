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
    irreplaceable: str = ""
    """Why none is destroyed and made again, with `-replace` or `taint`; empty where that may be."""
    unique: str = ""
    """The attribute by another value of which it may all the same be replaced."""
    stable: frozenset[str] = frozenset()
    """Recorded fields that an update leaves alone."""
    mirrors: Mapping[str, str] = field(default_factory=dict)
    """Recorded fields that hold another one's value after an update."""
    from_provider: frozenset[str] = frozenset()
    """Arguments that come from the provider's block."""


COMMON_FROM_PROVIDER = frozenset({"tenant", "company", "console", "owner"})

TRAITS = {
    "SecurityRole": Traits(
        irreplaceable="a security role is never replaced by one of the same name: a site has no room for two",
        unique="name",
        stable=frozenset({"adopted"}),
    ),
    "PermissionSet": Traits(
        irreplaceable="a permission set is never replaced as a whole: its role would be bare meanwhile",
        unique="role_id",
        mirrors={"granted": "role_id"},
    ),
    "ApiMember": Traits(
        irreplaceable="an API member is never replaced by one of the same identifier: a site has no room for two",
        unique="identifier",
        stable=frozenset({"adopted"}),
    ),
    # A key is never created a second time nor replaced: only an update brings its predecessor along.
    "ApiKey": Traits(
        renews=True,
        irreplaceable="an API key is never replaced as a whole: the old one would go before Umbrella has the new one",
        stable=frozenset(
            {"public_key", "private_key", "full_description", "work_order", "replaced_public_key", "escrow"}
        ),
        from_provider=frozenset({"supplied_public_key"}),
    ),
    "VaultSecret": Traits(from_provider=frozenset({"url", "on_destroy", "company_id", "site"})),
    "AccessProof": Traits(),
    "PsaIntegration": Traits(
        irreplaceable="a PSA integration is never replaced as a whole: Umbrella would be without a key meanwhile",
        mirrors={"written_key": "public_key"},
        from_provider=frozenset({"adopt", "sink"}),
    ),
    "KeyRetirement": Traits(),
}
