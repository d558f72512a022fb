"""The disturbances of a rotation under Terraform: the shared ones, and those that its own flags and verbs make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.stories.disturbances import SHARED, rotate
from tests.stories.neighbours import own_keys
from tests.terraform.workspace import Workspace, name_address

NEVER = "an API key is never replaced as a whole"


def replace_by_option(tenant: Workspace, folder: Path) -> None:
    held = tenant.company.sink()["publicKey"]
    assert tenant.up(f"-replace={name_address('key')}", expect=1).count(NEVER) >= 1
    assert own_keys(tenant.company) == [held]


def taint(tenant: Workspace, folder: Path) -> None:
    held = tenant.company.sink()["publicKey"]
    tenant.run("taint", name_address("key"))
    assert tenant.up(expect=1).count(NEVER) >= 1
    assert own_keys(tenant.company) == [held]
    tenant.run("untaint", name_address("key"))


def target_key_alone(tenant: Workspace, folder: Path) -> None:
    """A new key is minted, and Umbrella keeps the old one, which nobody revokes."""
    held = tenant.company.sink()["publicKey"]
    rotate(tenant)
    tenant.up(f"-target={name_address('key')}")
    assert tenant.company.sink()["publicKey"] == held
    assert held in own_keys(tenant.company)
    assert len(own_keys(tenant.company)) == 2


def destroy_key_alone(tenant: Workspace, folder: Path) -> None:
    """Its dependents go with it: the sink is emptied first, and then nobody needs the key any more."""
    tenant.destroy(f"-target={name_address('key')}")
    assert (own_keys(tenant.company), tenant.company.sink()["publicKey"]) == ([], None)


DISTURBANCES: dict[str, Callable[[Workspace, Path], None]] = {
    **SHARED,
    "the engine is told to replace the key": replace_by_option,
    "the key is tainted": taint,
    "the key alone is a target": target_key_alone,
    "the key alone is to be destroyed": destroy_key_alone,
}
