"""Flags of the engine that pick or replace resources: Umbrella keeps a working key, whatever they name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import x25519  # type: ignore[import-untyped]

from tests.engine.workspace import Stack
from tests.stories.drifts import WANTED, assert_as_wanted

pytestmark = pytest.mark.recorded


@pytest.mark.parametrize("left_out", ["proof", "vault"])
def test_a_rotation_past_the_proof_or_the_vault_leaves_umbrella_its_key(
    make_stack: Callable[..., Stack], tmp_path: Path, left_out: str
) -> None:
    recipient = x25519.Identity.generate().to_public()
    stack = make_stack(vault__url=f"age://{tmp_path}/key.age?recipient={recipient}")
    stack.up()
    held = stack.company.sink()
    escrowed = (tmp_path / "key.age").read_bytes()
    stack.set("rotate", "2026-11")

    refused = stack.up("--exclude", f"**::{left_out}", expect=1)
    told = {"proof": "was not proved to work", "vault": "is not in the vault yet"}[left_out]
    assert f"{told}, so it is not written into Umbrella, which keeps what it has" in refused.text
    assert stack.company.sink() == held
    assert held["publicKey"] in {key["publicKey"] for key in stack.company.member()["keys"]}
    assert ((tmp_path / "key.age").read_bytes() == escrowed) is (left_out == "vault")

    stack.up()
    assert_as_wanted(stack)
    assert stack.company.sink()["publicKey"] != held["publicKey"]
    assert stack.company.dead_moments() == []


@pytest.mark.parametrize("flags", [("umbrella",), ("key", "retirement"), ("role", "member", "proof", "umbrella")])
def test_whatever_the_engine_is_told_to_replace_umbrella_has_a_working_key(
    make_stack: Callable[..., Stack], flags: tuple[str, ...]
) -> None:
    stack = make_stack()
    stack.up()
    stack.up(*(word for name in flags for word in ("--replace", f"**::{name}")))
    assert_as_wanted(stack)
    assert stack.company.dead_moments() == []
    stack.preview(expect=0)


def test_a_changed_role_on_some_targets_leaves_the_live_member_on_its_role(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    before = stack.company.member()["roleId"]
    stack.set("roleName", "Umbrella 2")
    refused = stack.up("--target", "**::role", "--target", "**::member", expect=1)
    assert "Umbrella 2 has not got its permissions yet, so the API member Umbrella is not put on it" in refused.text
    assert stack.company.member()["roleId"] == before
    stack.up()
    assert stack.company.member()["roleId"] == stack.company.role("Umbrella 2")["id"]
    assert stack.company.role("Umbrella 2")["levels"] == WANTED
    assert stack.company.dead_moments() == []
