"""The engine's command as the verbs start it, here a script in its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from providers.core.errors import ProviderError
from stacks.pulumi_cli import PulumiCli


def stand_in(folder: Path, script: str) -> PulumiCli:
    """A `pulumi` that does this."""
    command = folder / "pulumi"
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o700)
    return PulumiCli(folder, PATH=f"{folder}:{os.environ['PATH']}")


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
