"""What is written down of the settings: what the engine has recorded, and what the file says without quotes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from providers.composition import read_owners
from providers.core.configuration import PROJECT, Configuration
from providers.core.settings import SettingErrors
from providers.core.stack_file import find_unquoted
from providers.core.terms import terms
from providers.stated import StatedSettings
from stacks.checks.finding import Finding, make_ok
from stacks.pulumi_cli import StackConfiguration
from stacks.settings import is_shown
from stacks.state import TenantState


def check_record(stack: StackConfiguration, state: TenantState, environment: Mapping[str, str]) -> list[Finding]:
    """Compare what the last run worked with: names of settings, never a value. Nothing to say before the first run.

    `state` was exported in clear, so that secrets are compared too.
    """
    if not state.recorded:
        return []
    recorded = Configuration(state.recorded, environment)
    outdated = StatedSettings(recorded, lambda tenant: stack.values).list_outdated("")
    if not outdated:
        return [make_ok("record", "the last run worked with these settings")]
    try:
        refused = read_owners(recorded) != read_owners(recorded.with_values(stack.values))
    except SettingErrors:
        refused = True  # what is recorded makes no whole, so nothing can work with it
    return [
        Finding(
            "record",
            "fail" if refused else "warn",
            f"the last run worked with another {', '.join(outdated)}, and a plain refresh or destroy still does",
            f"run `{terms().apply_fresh}` once; to destroy, `{terms().destroy_fresh}`",
        )
    ]


def check_quotes(stack: StackConfiguration, path: Path) -> list[Finding]:
    """Find what somebody wrote without the quotes that it needs, beyond what is refused as a wrong setting."""
    return [
        Finding(
            "quotes",
            "warn",
            f"{one.text} stands without quotes in line {one.line} of {path} ({one.key})"
            + (f", and the engine reads {stack.values[one.key]}" if one.rewritten and one.key in stack.values else ""),
            f'write "{one.text}", or in quotes whatever is meant',
            setting=one.key,
            page="docs/settings.md",
        )
        for one in find_unquoted(path)
        if is_shown(one.key) and not (one.rewritten and one.key != f"{PROJECT}:rotate")
    ]
