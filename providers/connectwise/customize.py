"""Customize lists as people talk about them: what a role may use of a module function, by label.

Table Setup's, the setup tables, has a field of its own (`table_access`); those of all other functions are `customize`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Protocol, TypedDict

from pydantic import AfterValidator

from providers.console.customize import IDENTIFIERS, TABLE_SETUP, name_list
from providers.core.changes import Change
from providers.core.errors import RemoteError, SettingError
from providers.core.nearest import suggest_nearest
from providers.core.schema import ComparedBy

Lists = Mapping[str, list[str]]
"""What may be used, by function; a function that is not named is left as it is."""


def normalize_item(label: str) -> str:
    """How an item's label and the site's identifier for it are compared: letters and digits only (assumed)."""
    return "".join(filter(str.isalnum, label.casefold()))


def normalize_items(labels: Iterable[str]) -> list[str]:
    """Normalize each label of a list, without repeats, in order."""
    return sorted({normalize_item(label) for label in labels})


def keep_recorded_spelling(live: list[str], recorded: list[str]) -> list[str]:
    """Return the live items, in the recorded spelling when they are the same: a state is rewritten for news only."""
    return recorded if normalize_items(live) == normalize_items(recorded) else live


def _sort_tables(tables: list[str] | None) -> list[str] | None:
    return None if tables is None else sorted(tables, key=normalize_item)


def _compare_tables(tables: list[str] | None) -> list[str] | None:
    return None if tables is None else normalize_items(tables)


def _sort_lists(lists: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
    return {name: sorted(lists[name], key=normalize_item) for name in sorted(lists)} if lists else None


def _compare_lists(lists: dict[str, list[str]] | None) -> dict[str, list[str]]:
    return {name: normalize_items(items) for name, items in (lists or {}).items()}


def refuse_unusable(lists: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
    """Raise `ValueError` for lists that nobody can ask for."""
    for name, items in (lists or {}).items():
        if name == TABLE_SETUP:
            raise ValueError(f"must not name {name!r}, whose list has a setting of its own, tableAccess")
        if name not in IDENTIFIERS:
            raise ValueError(
                f"{name!r} is no function that has a customize list; docs/settings.md names them."
                f"{suggest_nearest(name, IDENTIFIERS.keys() - {TABLE_SETUP})}"
            )
        if not all(map(normalize_item, items)):
            raise ValueError(f"{name!r} has an item without a letter or a digit")
        if len(normalize_items(items)) != len(items):
            raise ValueError(f"{name!r} names an item twice")
    return lists


# One way to write the same wish, so that order is never drift.
Tables = Annotated[list[str] | None, AfterValidator(_sort_tables), ComparedBy(_compare_tables)]
"""None: the list is left uncustomized, as the site has made it."""
LiveCustomize = Annotated[dict[str, list[str]] | None, AfterValidator(_sort_lists), ComparedBy(_compare_lists)]
Customize = Annotated[LiveCustomize, AfterValidator(refuse_unusable)]
"""As a person may ask for it."""


class Customized(Protocol):
    """Whatever asks for lists, or has recorded them."""

    @property
    def table_access(self) -> list[str] | None:
        """The setup tables; None where their list is left as it is."""

    @property
    def customize(self) -> dict[str, list[str]] | None:
        """The lists of other functions."""


class CustomizedFields(TypedDict):
    """The two fields of a `Customized`."""

    table_access: list[str] | None
    customize: dict[str, list[str]] | None


def join_lists(customized: Customized) -> dict[str, list[str]]:
    """Join Table Setup's list, where it is named, and the others."""
    tables = customized.table_access
    return ({} if tables is None else {TABLE_SETUP: tables}) | (customized.customize or {})


def split_lists(lists: Lists) -> CustomizedFields:
    """Split the lists as fields hold them."""
    others = {function: items for function, items in lists.items() if function != TABLE_SETUP}
    return {"table_access": lists.get(TABLE_SETUP), "customize": others or None}


def find_unknown_tables(wanted: Iterable[str] | None, labels: Sequence[str]) -> Iterator[SettingError]:
    """Find setup tables that the site does not have."""
    known = {normalize_item(label) for label in labels}
    for label in wanted or ():
        if normalize_item(label) not in known:
            yield SettingError(
                "tableAccess", f"the site has no setup table {label!r}", detail=suggest_nearest(label, labels)
            )


def find_unknown_lists(customize: Lists | None, functions: Iterable[str]) -> Iterator[SettingError]:
    """Find lists of functions that the site does not have; which items a list has, no public API says."""
    known = set(functions)
    for name in customize or ():
        if name not in known:
            yield SettingError(
                "customize", f"the site has no module function {name!r}", detail=suggest_nearest(name, known)
            )


def make_not_kept_error(function: str) -> RemoteError:
    """Say that a list is not as it was set."""
    kept = "table access" if function == TABLE_SETUP else f"customize list of {function}"
    return RemoteError(f"the console did not keep the {kept} that was set", next_step="run again")


def describe_list_change(change: Change) -> list[str]:
    """Name the differences of a change of either field, a sentence each; none of another field's."""
    if change.field == "table_access":
        return describe_list(TABLE_SETUP, change.live, change.wanted)
    if change.field != "customize":
        return []
    live, wanted = change.live or {}, change.wanted or {}
    functions = sorted({*live, *wanted})
    return [text for name in functions for text in describe_list(name, live.get(name), wanted.get(name))]


def describe_list(function: str, live: Iterable[str] | None, wanted: Iterable[str] | None) -> list[str]:
    """Name the differences of one list, a sentence each; None for one that is left alone."""
    about = name_list(function)
    if wanted is None:
        return [f"{about}: its customize list is left as it is from now on."]
    if live is None:
        return [f"{about}: its customize list was left alone; it should be {', '.join(wanted) or 'empty'}."]
    now = {normalize_item(label): label for label in live}
    should = {normalize_item(label): label for label in wanted}
    return [f"{about}: {now[key]} is allowed, should not be (wider)." for key in sorted(now.keys() - should)] + [
        f"{about}: {should[key]} is not allowed, should be (narrower)." for key in sorted(should.keys() - now)
    ]
