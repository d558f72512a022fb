"""A run that works with an earlier run's settings says so when something goes wrong, and never without need."""

from __future__ import annotations

import pytest

from providers.core.configuration import Configuration
from providers.core.errors import (
    NotFound,
    PermissionDenied,
    ProviderError,
    RemoteError,
    SettingError,
    Unauthenticated,
    WorkOrder,
)
from providers.core.settings import SettingErrors
from providers.stated import ForeignOwner, Stated, StatedSettings

RECORDED = {
    "connectwise:site": "na.myconnectwise.net",
    "connectwise:companyId": "acme",
    "connectwise:clientId": "s3cret",
    "connectwise:apiVersion": "2025.1",
    "umbrella:console": "msp",
    "umbrella:consoleId": "1",
    "vault:url": "vault://secret/acme",
    "umbrella-psa:roleName": "Umbrella",
}
SAME: Stated = {**RECORDED, "connectwise:clientId": None, "other:thing": "x"}


def make(stated: Stated, **environment: str) -> StatedSettings:
    return StatedSettings(Configuration(RECORDED, environment), lambda tenant: stated)


@pytest.mark.parametrize(
    ("changed", "outdated"),
    [
        ({}, []),
        ({"connectwise:apiVersion": "2025.2"}, ["connectwise:apiVersion"]),
        ({"vault:address": "https://vault.example.com"}, ["vault:address"]),
        ({"umbrella-psa:allow": '["rights"]'}, ["allow"]),
        ({"umbrella-psa:roleName": "Another"}, []),  # no provider reads it
        ({"connectwise:apiVersion": None}, []),  # by now a secret, or something that can't be compared
    ],
)
def test_what_the_file_has_otherwise_is_named(changed: Stated, outdated: list[str]) -> None:
    assert make({**SAME, **changed}).list_outdated("acme") == outdated


def test_what_the_file_has_no_more_is_named_too() -> None:
    assert make({k: v for k, v in SAME.items() if k != "vault:url"}).list_outdated("acme") == ["vault:url"]


def test_a_stack_without_a_file_says_nothing() -> None:
    assert make({}).list_outdated("acme") == []
    assert make({}).read_owners("acme") == {}


def test_what_the_environment_decides_is_not_outdated() -> None:
    stated = {**SAME, "connectwise:apiVersion": "2025.2"}
    assert make(stated, UMBRELLA_PSA_CONNECTWISE_API_VERSION="2025.3").list_outdated("acme") == []


ERRORS = [
    ProviderError("it failed"),
    RemoteError("the site is not there", next_step="look"),
    NotFound("no such company", detail="It said: nothing"),
    SettingError("connectwise:apiVersion", "is not taken"),
    SettingErrors([SettingError("connectwise:apiVersion", "is not taken")]),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("verb", ["check", "read", "create", "delete"])
def test_every_error_names_the_outdated_settings_and_the_way_out(error: ProviderError, verb: str) -> None:
    told = str(make({**SAME, "connectwise:apiVersion": "2025.2"}).explain(error, verb, "acme"))
    assert told.startswith(str(error).rstrip("."))
    assert told.endswith(
        ". This run worked with an earlier run's connectwise:apiVersion, which the stack's file has otherwise: to use "
        "the file's, run `pulumi up --run-program` once; to destroy, `pulumi destroy --run-program --refresh=false`."
    )
    assert "s3cret" not in told


@pytest.mark.parametrize("error", [Unauthenticated("refused"), PermissionDenied("may not")])
def test_refused_credentials_may_be_an_earlier_runs_where_the_engine_hands_those_over(error: ProviderError) -> None:
    for verb in ("read", "diff", "delete"):
        assert "If a secret setting was changed after the last run, run `pulumi up --run-program` once" in str(
            make(SAME).explain(error, verb, "acme")
        )
    for verb in ("check", "create", "update"):
        assert make(SAME).explain(error, verb, "acme") is error


@pytest.mark.parametrize(
    "error",
    [
        WorkOrder("do it", "## do it"),
        ForeignOwner("this stack belongs to somebody"),
        RemoteError("it failed", detail="Run `pulumi up --run-program`."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_has_its_own_way_out_is_left_as_it_is(error: ProviderError) -> None:
    assert make({**SAME, "connectwise:apiVersion": "2025.2"}).explain(error, "read", "acme") is error


def test_nothing_is_added_while_file_and_record_agree() -> None:
    error = RemoteError("the site is not there")
    assert make(SAME).explain(error, "read", "acme") is error
