"""The disturbances of a rotation under Pulumi: the shared ones, and those that its own flags and verbs make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.engine.workspace import Stack
from tests.stories.disturbances import SHARED, rotate
from tests.stories.neighbours import own_keys


def replace_by_option(stack: Stack, folder: Path) -> None:
    old = stack.company.sink()["publicKey"]
    stack.up("--replace", "**::key")
    assert own_keys(stack.company) == [stack.company.sink()["publicKey"]] != [old]


def taint(stack: Stack, folder: Path) -> None:
    old = stack.company.sink()["publicKey"]
    stack.run_pulumi("state", "taint", stack.get_urn("key"), "-s", stack.name, "--yes")
    stack.up()
    assert own_keys(stack.company) == [stack.company.sink()["publicKey"]] != [old]


def target_key_alone(stack: Stack, folder: Path) -> None:
    held = stack.company.sink()["publicKey"]
    rotate(stack)
    refused = stack.up("--target", "**::key", expect=1)
    assert f"the key {held} is the one that Umbrella holds, so it is not revoked" in refused.text
    assert stack.company.sink()["publicKey"] == held
    assert held in own_keys(stack.company)


def destroy_key_alone(stack: Stack, folder: Path) -> None:
    held = stack.company.sink()["publicKey"]
    destroy = ["--target", "**::key"]
    stack.destroy(*destroy, expect=1)
    assert (own_keys(stack.company), stack.company.sink()["publicKey"]) == ([held], held)
    # With its dependents the sink is emptied first, and then nobody needs the key any more.
    stack.destroy(*destroy, "--target-dependents")
    assert (own_keys(stack.company), stack.company.sink()["publicKey"]) == ([], None)


DISTURBANCES: dict[str, Callable[[Stack, Path], None]] = {
    **SHARED,
    "the engine is told to replace the key": replace_by_option,
    "the key is tainted": taint,
    "the key alone is a target": target_key_alone,
    "the key alone is to be destroyed": destroy_key_alone,
}
