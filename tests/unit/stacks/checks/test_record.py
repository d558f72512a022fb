"""What is written down of the settings: recorded by the engine, and in the file without quotes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stacks.checks.finding import Finding
from stacks.checks.record import check_quotes, check_record
from stacks.pulumi_cli import StackConfiguration
from tests.unit.stacks.configuration import PLAIN, SECRET
from tests.unit.stacks.states import KEY, make_state

NOW = StackConfiguration({**PLAIN, **SECRET}, frozenset(SECRET))


def find(recorded: dict[str, str], environment: dict[str, str] | None = None) -> list[Finding]:
    return check_record(NOW, replace(make_state(KEY), recorded=recorded), environment or {})


def test_before_the_first_run_nothing_is_recorded() -> None:
    assert find({}) == []


def test_the_same_settings_are_fine() -> None:
    (found,) = find({**NOW.values, "version": "3"})
    assert (found.verdict, found.found) == ("ok", "the last run worked with these settings")


@pytest.mark.parametrize(
    ("changed", "verdict", "names"),
    [
        ({"connectwise:apiVersion": "2024.1"}, "warn", "connectwise:apiVersion"),
        ({"connectwise:privateKey": "an0ther-value"}, "warn", "connectwise:privateKey"),
        ({"vault:url": "vault://secret/x", "vault:token": "t0ken3-value"}, "warn", "vault:url, vault:token"),
        ({"connectwise:companyId": "somebody"}, "fail", "connectwise:companyId"),
        ({"umbrella:consoleId": "1"}, "fail", "umbrella:consoleId"),
        ({"umbrella:console": "neither"}, "fail", "umbrella:console"),
    ],
)
def test_other_settings_are_named_and_never_shown(changed: dict[str, str], verdict: str, names: str) -> None:
    """It fails where a plain run is refused: a preview refreshes with what is recorded."""
    (found,) = find({**NOW.values, **changed})
    assert (found.subject, found.verdict) == ("record", verdict)
    assert f"the last run worked with another {names}, and a plain refresh or destroy still does" == found.found
    assert found.next_step.startswith("run `pulumi up --run-program` once; to destroy, ")
    assert not [value for value in changed.values() if value in f"{found.found}{found.next_step}"]


def test_what_the_environment_says_now_counts_for_both() -> None:
    recorded = {**NOW.values, "connectwise:apiVersion": "2024.1"}
    (found,) = find(recorded, {"UMBRELLA_PSA_CONNECTWISE_API_VERSION": "2025.2"})
    assert found.verdict == "ok"


def test_missing_quotes_are_told_line_by_line_with_what_the_engine_reads(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.acme.yaml"
    file.write_text("config:\n  umbrella-psa:rotate: 2026-11-29\n  umbrella-psa:memberName: no\n  other:thing: 0123\n")
    stack = StackConfiguration({"umbrella-psa:rotate": "2026-11-29 00:00:00 +0000 UTC"}, frozenset())
    rotate, name = check_quotes(stack, file)
    assert rotate.found.startswith("2026-11-29 stands without quotes in line 2 of ")
    assert rotate.found.endswith("(umbrella-psa:rotate), and the engine reads 2026-11-29 00:00:00 +0000 UTC")
    assert rotate.next_step == 'write "2026-11-29", or in quotes whatever is meant'
    assert (name.verdict, name.setting) == ("warn", "umbrella-psa:memberName")
    assert name.found.endswith("(umbrella-psa:memberName)")


def test_a_secret_in_plain_text_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.acme.yaml"
    file.write_text("config:\n  vault:token: 12:30\n  connectwise:privateKey: no\n")
    assert check_quotes(StackConfiguration({}, frozenset()), file) == []
