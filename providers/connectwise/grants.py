"""Permissions as people talk about them: levels per module function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator

from providers.console.levels import Level
from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.core.schema import Model

if TYPE_CHECKING:
    from providers.connectwise.records import SettingRecord
    from providers.console.contract import RoleSetting

VERBS = ("add", "edit", "delete", "inquire")
ORDER = ("None", "Mine", "My", "All")
"""From narrow to wide. `Mine` is in the vendor's matrix of 2017, beside My; settings can't ask for it."""
_SPELLING = {level.casefold(): level for level in ORDER}


class Levels(Model):
    """What a role may do in one module function. What is not named is None; a site may have texts that nobody knows."""

    add: str = "None"
    edit: str = "None"
    delete: str = "None"
    inquire: str = "None"

    def properties(self) -> dict[str, str]:
        """Only what is granted: in a state and in a diff nothing else is worth a line."""
        return {verb: level for verb in VERBS if (level := getattr(self, verb)) != "None"}

    def __bool__(self) -> bool:
        """Tell whether anything is granted."""
        return any(getattr(self, verb) != "None" for verb in VERBS)


Grants = Mapping[str, Levels]


def _drop_empty(grants: dict[str, Levels]) -> dict[str, Levels]:
    return {name: grants[name] for name in sorted(grants) if grants[name]}


class _Askable(Levels):
    add: Level = "None"
    edit: Level = "None"
    delete: Level = "None"
    inquire: Level = "None"


def _refuse_unknown(value: Any) -> Any:
    _Askable.model_validate(dict(value) if isinstance(value, Levels) else value)
    return value


AskedLevels = Annotated[Levels, BeforeValidator(_refuse_unknown)]
"""Levels as a person may ask for them."""

# One way to write the same wish, so that neither order nor an empty line is ever drift.
Permissions = Annotated[dict[str, AskedLevels], AfterValidator(_drop_empty)]
LivePermissions = Annotated[dict[str, Levels], AfterValidator(_drop_empty)]

NO_LEVELS = Levels()


def collect_grants(rows: Iterable[SettingRecord]) -> dict[str, Levels]:
    """Collect the functions in which anything is granted, by name; a level that a function lacks counts as None."""
    grants: dict[str, Levels] = {}
    for row in rows:
        if not _is_bare(row):
            grants[row.function] = _merge_levels(grants.get(row.function, NO_LEVELS), get_levels(row))
    return {name: grants[name] for name in sorted(grants) if grants[name]}


def _is_bare(row: SettingRecord) -> bool:
    """Tell at a glance whether a row grants nothing, as nearly all of them do."""
    return {row.addLevel, row.editLevel, row.deleteLevel, row.inquireLevel} <= {"None", None}


def _merge_levels(first: Levels, other: Levels) -> Levels:
    """Of two rows of one name the wider counts: no grant hides behind another."""
    return Levels(**{verb: max(getattr(first, verb), getattr(other, verb), key=_get_rank) for verb in VERBS})


def _get_rank(level: str) -> int:
    """Rank a level by its width; a text that nobody knows is taken for the widest."""
    return ORDER.index(level) if level in ORDER else len(ORDER)


def get_levels(row: SettingRecord) -> Levels:
    """Read one row's levels, in our spelling where they are known."""
    return Levels(**{verb: _read_level(getattr(row, f"{verb}Level")) for verb in VERBS})


def make_role_setting(row: SettingRecord, wanted: Levels) -> RoleSetting:
    """Make a row for the driver; a level that the function lacks stays unset."""
    from providers.console.contract import RoleSetting  # messages are no business of the program's

    levels = {f"{verb}Level": None if getattr(row, f"{verb}Level") is None else getattr(wanted, verb) for verb in VERBS}
    return RoleSetting(moduleName=row.moduleName, moduleFunctionName=row.moduleFunctionName, **levels)


def _read_level(text: str | None) -> str:
    if text is None:
        return "None"
    return _SPELLING.get(text.strip().casefold(), text.strip() or "(empty)")


def find_strange_levels(rows: Iterable[SettingRecord]) -> dict[str, int]:
    """Count the levels that nobody foresaw, by their text."""
    levels = (getattr(get_levels(row), verb) for row in rows for verb in VERBS)
    return dict(Counter(level for level in levels if level not in get_args(Level)))


def widens(now: Levels, wanted: Levels) -> bool:
    """Tell whether anything may be granted that is not there now; of a text that nobody knows, it may."""
    pairs = [(getattr(now, verb), getattr(wanted, verb)) for verb in VERBS]
    return any(_get_rank(want) > (_get_rank(is_now) if is_now in ORDER else 0) for is_now, want in pairs)


def find_unknown(wanted: Grants, rows: Sequence[SettingRecord]) -> Iterator[SettingError]:
    """Find functions that the site does not have and levels that a function does not have."""
    by_name = {row.function: row for row in rows}
    for name, levels in wanted.items():
        if row := by_name.get(name):
            yield from _find_unknown_levels(row, levels)
            continue
        modules = {row.moduleName for row in rows}
        kind = "module function" if name.partition(" / ")[0] in modules else "module"
        yield SettingError("permissions", f"the site has no {kind} {name!r}", detail=suggest_nearest(name, by_name))


def _find_unknown_levels(row: SettingRecord, levels: Levels) -> Iterator[SettingError]:
    for verb in VERBS:
        level = getattr(levels, verb)
        if level == "None":
            continue
        if getattr(row, f"{verb}Level") is None:
            yield SettingError(
                "permissions", f"{row.function} has no {verb} level at this site", next_step=f"leave {verb} out"
            )
        elif level == "My" and row.myAllFlag is False:
            yield SettingError(
                "permissions", f"{row.function} knows only None and All at this site; {verb} can't be My"
            )


def describe_level_changes(live: Grants, wanted: Grants) -> list[str]:
    """Name the differences, a sentence each: who may do what, and what was asked for."""
    sentences = []
    for name in sorted({*live, *wanted}):
        is_now, should_be = live.get(name, NO_LEVELS), wanted.get(name, NO_LEVELS)
        for verb in VERBS:
            now, should = getattr(is_now, verb), getattr(should_be, verb)
            if now != should:
                wider = "wider" if now in ORDER else "no level that we know, so it counts as wider"
                how = wider if _get_rank(now) > _get_rank(should) else "narrower"
                sentences.append(f"{name}: {verb} is {now}, should be {should} ({how}).")
    return sentences
