"""Deleting a role, where a site may keep one that has members: those can't be deleted, and inactive ones may count."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from providers.connectwise.customize import make_not_kept_error
from providers.connectwise.grants import NO_LEVELS, get_levels, make_role_setting
from providers.console.customize import TABLE_SETUP
from providers.core.errors import Conflict, NotFound, NotObservable, RemoteError
from providers.core.notices import print_once
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import SettingRecord
    from providers.console.drivers import RoleDriver

_REFUSALS = (400, 409)  # the vendor's guide: 409, "Record possibly in use"; validation answers 400


class RemovesRoles(Protocol):
    """What this module needs of the site."""

    def delete_role(self, role_id: int) -> None:
        """Delete a role. Raises `NotFound` for one that is gone, and a `RemoteError` for one in use."""

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of the role with its levels."""

    def list_active_members(self, role_id: int) -> list[str]:
        """List the identifiers of the active members that have the role."""


def remove_role(roles: RemovesRoles, driver: RoleDriver, role_id: int, name: str) -> None:
    """Delete a role; one that the site keeps for its inactive members is left bare. One that is gone is fine.

    Raises:
        Conflict: Active members have it, who would lose what they may do.
        WorkOrder: A person must take its permissions away.
    """
    try:
        roles.delete_role(role_id)
    except NotFound:
        return
    except RemoteError as refusal:
        if refusal.status not in _REFUSALS:
            raise
        if users := roles.list_active_members(role_id):
            raise Conflict(
                f"the security role {name} is not deleted because {', '.join(users)} still have it",
                next_step="give them another role, and run again",
                detail=str(refusal),
                status=refusal.status,
            ) from None
        _strip_role(roles, driver, role_id)
        print_once(
            f"The security role {name} stays at the site without any permission: the site deletes none that inactive "
            f"members have, and these can't be deleted. The next `{terms().apply}` takes it up again."
        )


def _strip_role(roles: RemovesRoles, driver: RoleDriver, role_id: int) -> None:
    """Set every level to None, and the setup tables to none. Without a level no other list counts for anything."""
    wanted = [make_role_setting(row, NO_LEVELS) for row in roles.list_role_settings(role_id) if get_levels(row)]
    if wanted and {*map(tuple, driver.set_levels(role_id, wanted, {TABLE_SETUP: []}))} != {*map(tuple, wanted)}:
        raise RemoteError("the console did not keep the permission levels that were set", next_step="run again")
    with suppress(NotObservable):  # without a level in Table Setup they are out of use
        if driver.get_allowed(role_id, TABLE_SETUP) and driver.set_allowed(role_id, TABLE_SETUP, []):
            raise make_not_kept_error(TABLE_SETUP)
