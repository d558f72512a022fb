"""A role's customize lists as its driver reads and sets them. What it can't look at stays as recorded."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from providers.connectwise.customize import (
    Lists,
    find_unknown_tables,
    keep_recorded_spelling,
    make_not_kept_error,
    normalize_item,
    normalize_items,
)
from providers.console.customize import TABLE_SETUP
from providers.core.errors import NotObservable, raise_first
from providers.core.notices import print_once

if TYPE_CHECKING:
    from providers.console.drivers import RoleDriver


class ListsTables(Protocol):
    """What knows how the site calls its setup tables."""

    def list_setup_tables(self, wanted: Iterable[str] = ()) -> list[str]:
        """List the labels of all setup tables, or so many that all of the wanted are among them."""


class RoleLists:
    """The lists of roles, by function."""

    def __init__(self, site: ListsTables, driver: RoleDriver) -> None:
        self._site = site
        self._driver = driver

    def read(self, role_id: int, recorded: Lists) -> dict[str, list[str]]:
        """Read the lists that are on record, in their spelling where they are the same."""
        lists = dict(recorded)
        for function, items in recorded.items():
            # Where nobody can look `AccessProof` reports them, which reads them as the key.
            with suppress(NotObservable):
                lists[function] = keep_recorded_spelling(self._driver.get_allowed(role_id, function), items)
        return lists

    def find_changed(self, wanted: Lists, known: Lists) -> dict[str, list[str]]:
        """Find the lists that are not known to be as wanted, setup tables as the site labels them."""
        lists = dict(wanted)
        if tables := wanted.get(TABLE_SETUP):
            labels = self._site.list_setup_tables(tables)
            raise_first(find_unknown_tables(tables, labels))
            shown = {normalize_item(label): label for label in labels}
            lists[TABLE_SETUP] = [shown[normalize_item(label)] for label in tables]
        return {
            function: items
            for function, items in lists.items()
            if function not in known or normalize_items(known[function]) != normalize_items(items)
        }

    def add_something(self, role_id: int, changed: Lists, known: Lists) -> bool:
        """Tell whether these lists allow more. Of one that is taken up nothing is known, and the driver is asked."""
        return any(self._adds(role_id, function, items, known.get(function)) for function, items in changed.items())

    def _adds(self, role_id: int, function: str, items: list[str], known: list[str] | None) -> bool:
        try:
            now = self._driver.get_allowed(role_id, function) if known is None else known
        except NotObservable:
            return True  # what nobody sees counts as added
        return not set(normalize_items(items)) <= set(normalize_items(now))

    def set(self, role_id: int, changed: Lists) -> None:
        """Set lists, and believe the answer only where it says what was asked for."""
        for function, items in changed.items():
            try:
                kept = self._driver.set_allowed(role_id, function, items)
            except NotObservable as error:
                print_once(str(error))
                continue
            if normalize_items(kept) != normalize_items(items):
                raise make_not_kept_error(function)
