"""The engine's command as the verbs start it, here a script in its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from providers.core.errors import ProviderError, SettingError
from stacks.pulumi_cli import PulumiCli


def stand_in(folder: Path, script: str) -> PulumiCli:
    """A `pulumi` that does this, signed in where only it can look."""
    command = folder / "pulumi"
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o700)
    return PulumiCli(folder, PATH=f"{folder}:{os.environ['PATH']}", PULUMI_BACKEND_URL="https://states.example")


def test_the_engine_has_a_user_also_where_the_environment_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = stand_in(tmp_path, 'echo "$USER"')
    monkeypatch.delenv("USER", raising=False)
    assert engine.get_version() == f"uid-{os.getuid()}"
    monkeypatch.setenv("USER", "somebody")
    assert engine.get_version() == "somebody"


def test_an_engine_without_a_user_says_what_to_do(tmp_path: Path) -> None:
    engine = stand_in(tmp_path, "echo 'error: user: Current requires cgo or $USER set in environment' >&2; exit 1")
    with pytest.raises(ProviderError, match="set USER in the environment, to any name"):
        engine.get_version()


@pytest.mark.parametrize(
    ("history", "last"),
    [
        ("[]", ("", "")),
        (
            '[{"kind": "refresh", "result": "succeeded"}, {"kind": "destroy", "result": "failed"}]',
            ("destroy", "failed"),
        ),
        ('[{"kind": "update", "result": "succeeded"}, {"kind": "destroy"}]', ("update", "succeeded")),
    ],
)
def test_the_last_run_that_changed_something(tmp_path: Path, history: str, last: tuple[str, str]) -> None:
    assert stand_in(tmp_path, f"echo '{history}'").get_last_change("acme") == last


def test_a_stack_is_asked_for_by_its_name_and_never_looked_up_in_a_list(tmp_path: Path) -> None:
    missing = "echo \"error: no stack named 'bell' found\" >&2; exit 1"
    script = f'echo "$*" >>asked; case "$*" in *acme*) echo "{{}}";; *) {missing}; esac'
    engine = stand_in(tmp_path, script)
    assert (engine.has_stack("acme"), engine.has_stack("bell")) == (True, False)
    assert "stack ls" not in (tmp_path / "asked").read_text(encoding="utf-8")


def test_a_stack_is_looked_up_in_a_backend_that_can_be_read_here(tmp_path: Path) -> None:
    states = tmp_path / ".pulumi" / "stacks" / "umbrella-psa"
    states.mkdir(parents=True)
    (states / "acme.json").write_text("{}", encoding="utf-8")
    engine = PulumiCli(tmp_path, PATH="", PULUMI_BACKEND_URL=f"file://{tmp_path}?metadata=skip")
    assert (engine.has_stack("acme"), engine.has_stack("bell")) == (True, False)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "error: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or "
            "PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
            "PULUMI_CONFIG_PASSPHRASE: is not set, and the secrets of acme are encrypted with one; set it, or name a "
            "file in PULUMI_CONFIG_PASSPHRASE_FILE.",
        ),
        (
            "error: getting secrets manager: constructing secrets manager of type passphrase: incorrect passphrase",
            "PULUMI_CONFIG_PASSPHRASE: is not the one that acme was made with; set it to that one.",
        ),
    ],
)
def test_what_the_engine_says_of_a_passphrase_is_told_as_everywhere(tmp_path: Path, said: str, told: str) -> None:
    with pytest.raises(SettingError) as refused:
        stand_in(tmp_path, f"echo '{said}' >&2; exit 255").export("acme")
    assert str(refused.value) == told


def test_a_backend_that_cant_be_asked_is_no_missing_stack(tmp_path: Path) -> None:
    words = (
        "error: unable to open bucket postgres://me:se%20cret@db/states: failed to ping PostgreSQL: dial tcp: refused"
    )
    engine = stand_in(tmp_path, f"echo '{words}' >&2; exit 1")
    with pytest.raises(ProviderError, match=r"unable to open bucket postgres://db/states: failed to ping") as told:
        engine.has_stack("acme")
    assert "cret" not in str(told.value)


def test_an_engine_that_gives_no_answer_is_ended_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stacks.pulumi_cli.ANSWER_SECONDS", 0.2)
    with pytest.raises(ProviderError, match=r"gave no answer in 0\.2 s and was ended; check that the backend can be"):
        stand_in(tmp_path, "exec sleep 60").export("acme")


def test_an_engine_lists_a_database_one_state_at_a_time_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = stand_in(tmp_path, 'echo "$PULUMI_DIY_BACKEND_PARALLEL $PGCONNECT_TIMEOUT"')
    for name in ("PULUMI_DIY_BACKEND_PARALLEL", "PGCONNECT_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    assert engine.get_version() == "1 20"
    monkeypatch.setenv("PULUMI_DIY_BACKEND_PARALLEL", "3")
    assert engine.get_version() == "3 20"


def test_an_engine_collects_no_garbage_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = stand_in(tmp_path, 'echo "$GOGC $GOMEMLIMIT"')
    for name in ("GOGC", "GOMEMLIMIT"):
        monkeypatch.delenv(name, raising=False)
    assert engine.get_version() == "off 512MiB"
    monkeypatch.setenv("GOGC", "100")
    assert engine.get_version() == "100 512MiB"
