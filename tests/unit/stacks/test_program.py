"""What `pulumi` runs: right settings become resources, wrong ones a sentence."""

from __future__ import annotations

import json

import pulumi
import pytest

from stacks.program import deploy
from tests.unit.stacks.configuration import HIDDEN, PLAIN, SECRET
from tests.unit.stacks.declaring import declare, register_resources


def hand_over(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """The configuration as the engine hands it to a program."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(sorted(SECRET)))


def run() -> dict[str, object]:
    deploy()
    return {}


def test_a_tenants_settings_become_its_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    hand_over(monkeypatch, {**PLAIN, **SECRET})
    with register_resources("acme") as monitor:
        declare(run)
    assert {"role", "key", "umbrella", "retirement"} < set(monitor.asked)


def test_wrong_settings_end_the_program_in_sentences_before_anything_is_declared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand_over(monkeypatch, {**PLAIN, **SECRET, "umbrella:console": "x", "vault:url": "vault://kv"})
    with register_resources("acme") as monitor, pytest.raises(pulumi.RunError) as caught:
        declare(run)
    assert str(caught.value).startswith("umbrella:console: must be 'msp' or 'mssp'.\nvault:url: must be vault://")
    assert not [word for word in HIDDEN if word in str(caught.value)]
    assert caught.value.__cause__ is None
    assert not [name for name, request in monitor.asked.items() if request.custom]


def test_a_stack_of_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hand_over(monkeypatch, {**PLAIN, **SECRET})
    with register_resources("Acme_1"), pytest.raises(pulumi.RunError, match="the name 'Acme_1' must be lower-case"):
        declare(run)
