"""The customize lists of a role, held against a preset's: as the console shows them, or as a key of the role does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from providers.connectwise.customize import normalize_item
from providers.connectwise.spelling import SiteNames
from providers.console.customize import TABLE_SETUP, name_list
from stacks.checks.finding import Finding, make_ok
from stacks.checks.preset_lines import SUBJECT, list_some, make_beyond, make_missing, make_unmatched
from stacks.presets.model import Preset

Look = Callable[[str], list[str] | None]
"""Tells what the role may use of a function, by label or identifier; None where nobody can look."""


def judge_tables(preset: Preset, labels: Sequence[str], look: Look) -> list[Finding]:
    """Say what the site lacks, then what the role lacks, then what it has beyond. Looks only where tables count."""
    if not preset.wants_tables():
        return [make_ok(SUBJECT, "tables: this preset does not ask for Table Setup, so none counts")]
    site, wanted, findings = SiteNames(labels), list[str](), list[Finding]()
    for spelled in preset.tables if isinstance(preset.tables, list) else ():
        spelling = site.match(spelled)
        if spelling.name is None:
            findings.append(make_unmatched("setup table", spelled, spelling, site))
        else:
            wanted.append(spelling.name)
    live = look(TABLE_SETUP)
    if live is None:
        asked = "all of them" if isinstance(preset.tables, str) else ", ".join(preset.tables) or "none"
        return [*findings, _make_unknown("tables", "which it may use", asked, TABLE_SETUP)]
    if isinstance(preset.tables, str):
        return [_judge_uncustomized(live, labels)]
    return [*findings, *_compare(TABLE_SETUP, live, wanted, labels)] or [
        make_ok(SUBJECT, f"tables are the {len(preset.tables)} that are asked for, and no others")
    ]


def judge_lists(preset: Preset, look: Look) -> list[Finding]:
    """Say the same of other functions' lists; which items there are the site does not tell."""
    return [finding for function, wanted in preset.get_lists().items() for finding in _judge(function, wanted, look)]


def _judge(function: str, wanted: Sequence[str], look: Look) -> list[Finding]:
    live = look(function)
    if live is None:
        return [_make_unknown(function, "what its customize list allows", ", ".join(wanted) or "nothing", function)]
    fine = f"{function}: its customize list allows what is asked for, and nothing else"
    return _compare(function, live, wanted, wanted) or [make_ok(SUBJECT, fine)]


def _make_unknown(about: str, what: str, asked: str, function: str) -> Finding:
    found = f"{about}: neither a console nor a key of the role shows {what}; asked for: {asked}"
    step = f"compare in System > Security Roles > the role > {name_list(function)} > customize"
    return Finding(SUBJECT, "unknown", found, step)


def _judge_uncustomized(live: Sequence[str], labels: Sequence[str]) -> Finding:
    """Where the vendor's page leaves the list as it is, nobody knows which tables the integration needs."""
    known = {normalize_item(label) for label in labels}
    allowed = len(known & {normalize_item(table) for table in live})
    if allowed == len(known):
        return make_ok(SUBJECT, f"tables: all {allowed}, since this preset names none")
    found = f"tables: the vendor's page names none, so it may need any; the role may use {allowed} of {len(known)}"
    return Finding(SUBJECT, "warn", found, "if the integration misses some, allow them in System > Security Roles")


def _compare(function: str, live: Sequence[str], wanted: Sequence[str], labels: Sequence[str]) -> list[Finding]:
    shown = {normalize_item(label): label for label in labels}
    allowed = {normalize_item(table): table for table in live}
    asked = {normalize_item(label) for label in wanted}
    missing = sorted(shown[table] for table in asked - allowed.keys())
    beyond = sorted(shown.get(table, allowed[table]) for table in allowed.keys() - asked)
    about, findings = f"{name_list(function)}, customize", []
    if missing:
        findings.append(make_missing(f"{about}: not allowed {_be(missing)} {list_some(missing)}"))
    if beyond:
        findings.append(make_beyond(f"{about}: allowed {_be(beyond)} {list_some(beyond)}"))
    return findings


def _be(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
