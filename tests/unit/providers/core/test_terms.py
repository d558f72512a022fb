"""Sentences that name an engine's command take it from the terms of the engine in use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from providers.core.errors import GuardViolation
from providers.core.guards import Guards
from providers.core.terms import PULUMI, explain_recorded, terms, use_settings_as_they_are, use_terms

PROVIDERS = Path(__file__).parents[4] / "providers"
COMMAND = re.compile(r"\bpulumi (up|destroy|preview|config|stack|refresh|login|import|cancel)\b")


@pytest.fixture(autouse=True)
def pulumi_again() -> Iterator[None]:
    yield
    use_terms(PULUMI)


def words_of(path: Path) -> list[str]:
    """Every text of a module that can leave it: its strings but for docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def test_only_the_terms_know_what_an_engines_commands_are_called() -> None:
    named = {path.name for path in PROVIDERS.rglob("*.py") if any(COMMAND.search(text) for text in words_of(path))}
    assert named == {"terms.py"}


def test_pulumis_are_the_ones_unless_somebody_said_otherwise() -> None:
    assert terms() is PULUMI
    assert (terms().apply, terms().apply_fresh) == ("pulumi up", "pulumi up --run-program")
    assert terms().destroy_fresh == "pulumi destroy --run-program --refresh=false"
    assert terms().set_secret == "pulumi config set --secret"
    assert terms().on(terms().apply, "acme") == "pulumi up -s acme"


def test_another_engines_terms_turn_up_in_the_sentences() -> None:
    use_terms(replace(PULUMI, destroy="tofu destroy", fresh_option="-refresh-only"))
    with pytest.raises(GuardViolation, match=r"\(`tofu destroy` then needs -refresh-only\)\.$"):
        Guards().refuse("vault", "it is so", "fix it")


def test_who_works_with_the_file_as_it_is_hears_nothing_of_an_earlier_run() -> None:
    words = "If the provisioning key was changed after the last run, run `pulumi up --run-program` once; to destroy, "
    assert explain_recorded("the provisioning key", destroy=True).startswith(words)
    assert explain_recorded("vault:token").endswith("run `pulumi up --run-program` once.")
    use_settings_as_they_are()
    assert explain_recorded("the provisioning key", destroy=True) == ""
