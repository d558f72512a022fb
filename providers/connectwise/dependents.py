"""Who depends on a member's keys: an inactive member's are dead, all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from providers.core.guards import Guards
from providers.core.problems import Refusal
from providers.core.tags import belongs_to

if TYPE_CHECKING:
    from providers.console.contract import Key
    from providers.core.questions import KeyHolder


def refuse_while_depended_on(
    identifier: str, keys: Sequence[Key], owner: str, guards: Guards, holder: KeyHolder | None
) -> None:
    """Refuse to make the member inactive while the sink (a run of some targets only) or somebody else uses its keys."""
    if holder and any(holder.holds(key.publicKey) for key in keys):
        raise Refusal(
            f"the API member {identifier} owns the key that Umbrella holds, so it is not made inactive; "
            "run `pulumi up` or `pulumi destroy` on the whole stack."
        )
    if foreign := [key.publicKey for key in keys if not belongs_to(key.description, owner)]:
        guards.refuse(
            "foreign-keys",
            f"the API member {identifier} owns keys that are not ours ({', '.join(foreign)}), and making it "
            "inactive would kill them; delete them at the site",
        )
