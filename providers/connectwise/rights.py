"""Which right of the provisioning key's role a call needs.

The vendor documents no list; these are the functions that carry the objects in the screens (docs/coverage.md: assumed),
so `allow: [rights]` is for a site that counts otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from providers.core.errors import PermissionDenied
from providers.core.guards import Guards
from providers.core.notices import print_once

if TYPE_CHECKING:
    from providers.connectwise.records import MySecurityRecord

_MEMBERS = "System / Member Maintenance"
_CALLS = {
    "/system/securityroles": ("System / Security Roles", {"POST": "add", "DELETE": "delete", "GET": "inquire"}),
    "/system/apimembers": (_MEMBERS, {"POST": "add", "PATCH": "edit", "GET": "inquire"}),
    "/system/members": (_MEMBERS, {"GET": "inquire"}),
    "/system/setupscreens": ("System / Table Setup", {"GET": "inquire"}),
}
NEEDED: dict[str, list[str]] = {}
for _name, _verbs in _CALLS.values():
    NEEDED[_name] = sorted({*NEEDED.get(_name, []), *_verbs.values()})
"""Verbs by module function: everything that the product asks for anywhere."""


def find_right(method: str, path: str) -> str | None:
    """Find the permission that a call needs, in words; None where any signed-in key may."""
    wanted = path.casefold()
    for prefix, (name, verbs) in _CALLS.items():
        if wanted.startswith(prefix) and not wanted.endswith("/default"):
            return f"{name}: {verbs.get(method, 'edit')}"
    return None


def find_missing_rights(own: Sequence[MySecurityRecord]) -> list[str]:
    """List what the key lacks of `NEEDED`, as `<function>: <verb>`, but for functions that the site does not list."""
    rows = {row.function: row for row in own}
    return [
        f"{name}: {verb}"
        for name, verbs in NEEDED.items()
        for verb in verbs
        if name in rows and getattr(rows[name], f"{verb}Level") == "None"
    ]


UNKNOWN_RIGHTS = (
    "Whether the provisioning key may do all that is needed is unknown: this site does not tell API members their own "
    "rights. A request that it may not make will say so."
)


class ListsRights(Protocol):
    """What this module needs of the site."""

    def list_own_rights(self) -> list[MySecurityRecord] | None:
        """List the provisioning key's own levels; None where the site does not say."""


class ProvisioningRights:
    """The provisioning key's own rights, as far as the site lists them."""

    def __init__(self, site: ListsRights, guards: Guards) -> None:
        self._site = site
        self._guards = guards

    def refuse_missing(self) -> None:
        """Raise `PermissionDenied` when a right is seen to be missing that the product needs anywhere.

        Not where `allow` names rights; and where the site does not say, a request that is refused will.
        """
        own = self._site.list_own_rights()
        if own is None:
            print_once(UNKNOWN_RIGHTS)
        missing = find_missing_rights(own or ())
        if missing and not self._guards.is_lifted("rights"):
            raise PermissionDenied(
                f"the provisioning key may not do what is needed ({', '.join(missing)})",
                next_step="give its role these levels in System > Security Roles, or add rights to allow if your site "
                "counts otherwise",
                setting="allow",
                page="docs/guards.md",
                status=403,
            )
