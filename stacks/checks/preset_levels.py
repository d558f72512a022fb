"""The levels of a role, function by function, held against a preset's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.connectwise.grants import NO_LEVELS, ORDER, VERBS, Levels, get_levels
from providers.connectwise.records import SettingRecord
from providers.connectwise.spelling import SiteNames
from stacks.checks.finding import Finding, make_ok
from stacks.checks.preset_lines import SUBJECT, make_beyond, make_missing, make_unmatched
from stacks.presets.model import Preset


def judge_levels(preset: Preset, rows: Sequence[SettingRecord]) -> list[Finding]:
    """Say what the site lacks, then what the role lacks, then what it has beyond; a line for each function."""
    by_name = {row.function: row for row in rows}
    site, wanted, findings = SiteNames(by_name), dict[str, Levels](), list[Finding]()
    for spelled, levels in preset.permissions.items():
        spelling = site.match(preset.get_site_name(spelled))
        if spelling.name is None:
            findings.append(make_unmatched("module function", spelled, spelling, site))
            continue
        wanted[spelling.name] = levels
        findings += _find_unsatisfiable(by_name[spelling.name], levels)
    for name, levels in wanted.items():
        if missing := list(_describe_missing(by_name[name], levels)):
            findings.append(make_missing(f"{name}: {', '.join(missing)}"))
    for row in rows:
        if beyond := list(_describe_beyond(row, wanted.get(row.function, NO_LEVELS))):
            findings.append(make_beyond(f"{row.function}: {', '.join(beyond)}"))
    fine = f"permissions are as asked for in all {len(preset.permissions)} module functions, and nothing beyond"
    return findings or [make_ok(SUBJECT, fine)]


def _find_unsatisfiable(row: SettingRecord, levels: Levels) -> Iterator[Finding]:
    for verb, level in levels.properties().items():
        asked = f"and this preset asks for {verb}: {level}"
        if getattr(row, f"{verb}Level") is None:
            found = f"{row.function} has no {verb} level at this site, {asked}"
            yield Finding(SUBJECT, "warn", found, "nobody can set it; ask the vendor whether it is needed")
        elif level == "My" and row.myAllFlag is False:
            found = f"{row.function} knows only None and All at this site, {asked}"
            yield Finding(SUBJECT, "warn", found, "All is the narrowest level there that does, and is taken for it")


def _describe_missing(row: SettingRecord, levels: Levels) -> Iterator[str]:
    for verb, is_now, should in _pair_levels(row, levels):
        if getattr(row, f"{verb}Level") is not None and _is_narrower(is_now, should):
            yield f"{verb} is {is_now}, should be {should}"


def _describe_beyond(row: SettingRecord, levels: Levels) -> Iterator[str]:
    for verb, is_now, should in _pair_levels(row, levels):
        if is_now not in ORDER:
            yield f"{verb} is {is_now}, which is no level that we know, should be {should}"
        elif _is_narrower(should, is_now):
            yield f"{verb} is {is_now}, should be {should}"


def _pair_levels(row: SettingRecord, levels: Levels) -> Iterator[tuple[str, str, str]]:
    """Pair each verb's level as it is with the narrowest of this row's that does for what is asked."""
    now = get_levels(row)
    for verb in VERBS:
        asked = getattr(levels, verb)
        yield verb, getattr(now, verb), "All" if asked == "My" and row.myAllFlag is False else asked


def _is_narrower(level: str, other: str) -> bool:
    """Tell whether a level is known to grant less than another; nobody knows that of a strange text."""
    return {level, other} <= {*ORDER} and ORDER.index(level) < ORDER.index(other)
