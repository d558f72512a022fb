"""One tenant's problem is told and kept, and decides the exit code."""

from __future__ import annotations

import pytest

from providers.core.errors import ProviderError, SettingError
from providers.core.settings import SettingErrors
from stacks.failures import Failures
from tests.unit.stacks.reports.foreign import HARMLESS, HOSTILE


def collect_each(errors: list[ProviderError], tenants: list[str]) -> Failures:
    failures = Failures()
    for tenant, error in zip(tenants, errors, strict=True):
        with failures.collect(tenant):
            raise error
    return failures


def test_a_problem_is_cleaned_where_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    collect_each([ProviderError(HOSTILE)], ["acme"])
    assert capsys.readouterr().err == f"error: acme: {HARMLESS}.\n"


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([], 0),
        ([SettingError("--yes", "is needed")], 2),
        ([SettingErrors([SettingError("roleName", "is required")])], 2),
        ([ProviderError("the site is gone")], 1),
        ([SettingError("--yes", "is needed"), ProviderError("the site is gone")], 1),
    ],
)
def test_wrong_settings_and_options_exit_with_2_and_everything_else_with_1(
    errors: list[ProviderError], code: int
) -> None:
    assert collect_each(errors, [str(number) for number, _ in enumerate(errors)]).code == code
