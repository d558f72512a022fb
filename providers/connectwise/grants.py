"""Permissions as people talk about them: levels per module function, and setup tables by label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from providers.console.levels import Level
from providers.core.nearest import nearest
from providers.core.problems import BadSetting
from providers.core.schema import ComparedBy, Model

if TYPE_CHECKING:
    from providers.connectwise.records import SettingRecord

VERBS = ("add", "edit", "delete", "inquire")
ORDER = ("None", "My", "All")


class Levels(Model):
    """What a role may do in one module function. What is not named is None."""

    add: Level = "None"
    edit: Level = "None"
    delete: Level = "None"
    inquire: Level = "None"

    def properties(self) -> dict[str, str]:
        """Only what is granted: in a state and in a diff nothing else is worth a line."""
        return {verb: level for verb in VERBS if (level := getattr(self, verb)) != "None"}

    def __bool__(self) -> bool:
        return any(getattr(self, verb) != "None" for verb in VERBS)


Grants = Mapping[str, Levels]


def _without_empty(grants: dict[str, Levels]) -> dict[str, Levels]:
    return {name: grants[name] for name in sorted(grants) if grants[name]}


def _in_order(tables: list[str]) -> list[str]:
    return sorted(tables, key=table_key)


def as_recorded(live: list[str], recorded: list[str]) -> list[str]:
    """The live tables, in the recorded spelling when they are the same: a state is rewritten for news only."""
    return recorded if table_keys(live) == table_keys(recorded) else live


# One way to write the same wish, so that neither order nor an empty line is ever drift.
Permissions = Annotated[dict[str, Levels], AfterValidator(_without_empty)]
Tables = Annotated[list[str], AfterValidator(_in_order), ComparedBy(lambda tables: table_keys(tables))]

NOTHING = Levels()


def granted(rows: Iterable[SettingRecord]) -> dict[str, Levels]:
    """The functions in which anything is granted, by name; a level that a function lacks counts as None."""
    found: dict[str, Levels] = {}
    for row in rows:
        found[row.function] = _wider(found.get(row.function, NOTHING), levels_of(row))
    return {name: found[name] for name in sorted(found) if found[name]}


def _wider(one: Levels, other: Levels) -> Levels:
    """Of two rows of one name the wider counts: no grant hides behind another."""
    return Levels(**{verb: max(getattr(one, verb), getattr(other, verb), key=ORDER.index) for verb in VERBS})


def levels_of(row: SettingRecord) -> Levels:
    """One row's levels."""
    return Levels(**{verb: getattr(row, f"{verb}Level") or "None" for verb in VERBS})


def find_unknown(wanted: Grants, rows: Sequence[SettingRecord]) -> Iterator[BadSetting]:
    """Find functions that the site does not have and levels that a function does not have."""
    by_name = {row.function: row for row in rows}
    for name, levels in wanted.items():
        if row := by_name.get(name):
            yield from _find_unknown_levels(row, levels)
            continue
        modules = {row.moduleName for row in rows}
        kind = "module function" if name.partition(" / ")[0] in modules else "module"
        yield BadSetting("permissions", f"the site has no {kind} {name!r}", detail=nearest(name, by_name))


def _find_unknown_levels(row: SettingRecord, levels: Levels) -> Iterator[BadSetting]:
    for verb in VERBS:
        level = getattr(levels, verb)
        if level == "None":
            continue
        if getattr(row, f"{verb}Level") is None:
            yield BadSetting(
                "permissions", f"{row.function} has no {verb} level at this site", next_step=f"leave {verb} out"
            )
        elif level == "My" and row.myAllFlag is False:
            yield BadSetting("permissions", f"{row.function} knows only None and All at this site; {verb} can't be My")


def table_key(label: str) -> str:
    """How a table's label and the site's identifier for it are compared: letters and digits only (assumed)."""
    return "".join(character for character in label.casefold() if character.isalnum())


def table_keys(labels: Iterable[str]) -> list[str]:
    """The same for a list, in order."""
    return sorted({table_key(label) for label in labels})


def find_unknown_tables(wanted: Iterable[str], labels: Sequence[str]) -> Iterator[BadSetting]:
    """Find setup tables that the site does not have."""
    known = {table_key(label) for label in labels}
    for label in wanted:
        if table_key(label) not in known:
            yield BadSetting("tableAccess", f"the site has no setup table {label!r}", detail=nearest(label, labels))


def level_words(live: Grants, wanted: Grants) -> list[str]:
    """The differences, a sentence each: who may do what, and what was asked for."""
    sentences = []
    for name in sorted({*live, *wanted}):
        is_now, should_be = live.get(name, NOTHING), wanted.get(name, NOTHING)
        for verb in VERBS:
            now, should = getattr(is_now, verb), getattr(should_be, verb)
            if now != should:
                wider = ORDER.index(now) > ORDER.index(should)
                sentences.append(f"{name}: {verb} is {now}, should be {should} ({'wider' if wider else 'narrower'}).")
    return sentences


def table_words(live: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The differences between two lists of setup tables, a sentence each."""
    now = {table_key(label): label for label in live}
    should = {table_key(label): label for label in wanted}
    return [f"Table Setup: {now[key]} is allowed, should not be (wider)." for key in sorted(now.keys() - should)] + [
        f"Table Setup: {should[key]} is not allowed, should be (narrower)." for key in sorted(should.keys() - now)
    ]
