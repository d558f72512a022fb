"""Which stack and which settings a command is about, in every way in which `pulumi` lets it be said."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from providers.engines.pulumi.invocation import Invocation, parse_invocation, read_invocation

FOLDER = Path("/srv/tenants")


@pytest.mark.parametrize(
    ("command", "stack"),
    [
        ("up -s acme", "acme"),
        ("up -sacme", "acme"),
        ("up -s=acme", "acme"),
        ("up --stack acme", "acme"),
        ("up --stack=acme", "acme"),
        ("--non-interactive destroy --yes --stack acme", "acme"),
        ("-C stacks --logflow up -ys acme", "acme"),
        ("up -s other -s acme", "acme"),
        ("up -s organization/umbrella-psa/acme", "acme"),
        ("up --stack me/acme --yes", "acme"),
        ("up -y=false -s acme", "acme"),
        ("refresh -m -sother -s acme", "acme"),
        ("up --message --stack=other --stack=acme", "acme"),
        ("up -t urn -c a:b=-s -p 4 -s acme", "acme"),
        ("up --refresh -f -s acme", "acme"),
        ("up", ""),
        ("up --yes -- -s acme", ""),
        ("up -s", ""),
    ],
)
def test_the_stack_is_read_as_the_engine_reads_it(command: str, stack: str) -> None:
    assert parse_invocation(command.split(), FOLDER, {}) == Invocation(stack)


def test_a_value_that_looks_like_an_option_is_a_value() -> None:
    assert parse_invocation(["up", "-m", "--stack=other"], FOLDER, {}).stack == ""


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("destroy -s acme --config-file /tmp/other.yaml", Path("/tmp/other.yaml")),
        ("destroy -s acme --config-file=other.yaml", FOLDER / "other.yaml"),
        ("--config-file first.yaml destroy --config-file sub/other.yaml", FOLDER / "sub/other.yaml"),
        ("destroy -s acme", None),
        ("destroy --config-file=", None),
        ("destroy --config a:b=--config-file=x", None),
    ],
)
def test_the_settings_file_is_where_the_command_says(command: str, file: Path | None) -> None:
    assert parse_invocation(command.split(), FOLDER, {}).settings_file == file


def test_what_the_command_leaves_out_the_environment_says() -> None:
    environment = {"PULUMI_OPTION_CONFIG_FILE": "other.yaml", "PULUMI_OPTION_STACK": "acme", "PULUMI_STACK": "third"}
    assert parse_invocation(["up"], FOLDER, environment) == Invocation("acme", FOLDER / "other.yaml")
    assert parse_invocation(["up", "-s", "mine"], FOLDER, environment).stack == "mine"
    assert parse_invocation(["up"], FOLDER, {"PULUMI_STACK": "org/third"}).stack == "third"


def test_the_selected_stack_counts_when_nothing_names_one(tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    (home / "workspaces").mkdir(parents=True)
    (project / "stacks").mkdir(parents=True)
    digest = hashlib.sha1(str(project / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
    chosen = home / "workspaces" / f"umbrella-psa-{digest}-workspace.json"
    environment = {"PULUMI_HOME": str(home)}
    assert parse_invocation(["up"], project, environment).stack == ""
    chosen.write_text(json.dumps({"stack": "organization/umbrella-psa/acme"}))
    assert parse_invocation(["up"], project, environment).stack == "acme"
    assert parse_invocation(["up"], project / "stacks", environment).stack == "acme"
    assert parse_invocation(["up", "-s", "other"], project, environment).stack == "other"
    chosen.write_text("{")  # a select that is just being written
    assert parse_invocation(["up"], project, environment).stack == ""


LOOK = """
from providers.engines.pulumi.invocation import read_invocation
found = read_invocation()
print(found.stack, found.settings_file)
"""


def test_it_is_the_command_above_this_process_that_counts(tmp_path: Path) -> None:
    """Its own folder, too: a path is meant as the command meant it, not as the provider's folder would have it."""
    called_pulumi = tmp_path / "pulumi"
    called_pulumi.write_text(f"#!/bin/sh\n(cd / && '{sys.executable}' -c \"$LOOK\")\n:\n")
    called_pulumi.chmod(0o755)
    done = subprocess.run(
        [called_pulumi, "destroy", "-s", "acme", "--config-file", "other.yaml"],
        env={**os.environ, "LOOK": LOOK, "PYTHONPATH": os.getcwd()},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["acme", str(tmp_path / "other.yaml")]


def test_without_an_engine_above_nothing_is_known() -> None:
    assert read_invocation() == Invocation()
