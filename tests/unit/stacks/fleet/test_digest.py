"""What makes a run do a tenant again: its file, or a setting in the environment; nothing of the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.http.budget import ADDRESS
from stacks.fleet.digest import digest_settings
from stacks.fleet.temporal.payload_keys import KEYS

LIVE = {"UMBRELLA_PSA_MAX_AGE_DAYS": "80", "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY": "one"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.acme.yaml").write_text("config: {}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        {"UMBRELLA_PSA_MAX_AGE_DAYS": "90"},
        {"UMBRELLA_PSA_CONNECTWISE_SITE": "na.myconnectwise.net"},
        {"UMBRELLA_PSA_PERMISSIONS": "{}"},
        {"UMBRELLA_PSA_VAULT_TOKEN": "set"},
    ],
)
def test_a_setting_of_the_environment_counts(folder: Path, change: dict[str, str]) -> None:
    assert digest_settings("acme", {**LIVE, **change}, folder) != digest_settings("acme", LIVE, folder)


@pytest.mark.parametrize(
    "change",
    [
        {"UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY": "another"},
        {ADDRESS: "postgres://psa:password@db/psa"},
        {KEYS: "a secret"},
        {"HOME": "/somewhere"},
    ],
)
def test_neither_a_secrets_value_nor_what_is_the_machines_counts(folder: Path, change: dict[str, str]) -> None:
    assert digest_settings("acme", {**LIVE, **change}, folder) == digest_settings("acme", LIVE, folder)


def test_the_file_counts(folder: Path) -> None:
    before = digest_settings("acme", LIVE, folder)
    (folder / "Pulumi.acme.yaml").write_text("config: {umbrella-psa:rotate: two}\n", encoding="utf-8")
    assert digest_settings("acme", LIVE, folder) != before
