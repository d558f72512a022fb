"""`kill -9` at each step of a rotation: no process goes on, and the next apply ends where the first one was going."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from simulator.remote import Hold
from tests.terraform.workspace import Workspace

STEPS = [("POST", "/keys$"), ("PUT", "/psaIntegration$"), ("DELETE", "/keys/")]


@pytest.mark.parametrize(("method", "path"), STEPS, ids=["mint", "sink", "retirement"])
def test_a_killed_rotation_is_ended_by_the_next_apply(tenant: Workspace, method: str, path: str) -> None:
    company = tenant.company
    old = company.sink()["publicKey"]
    hold = company.hold("after", method=method, path=path)
    tenant.set("rotate", f"until {method}")
    kill_at(tenant, hold)
    tenant.preview(expect=2)
    tenant.up()
    assert company.public_keys() == [company.sink()["publicKey"]] != [old]
    assert company.dead_moments() == []
    tenant.preview(expect=0)


def test_a_renaming_that_was_killed_ends_well_whichever_name_is_wanted_next(tenant: Workspace) -> None:
    """Terraform has the old role in its state still, to be deleted: that can't take the new one's place, too.

    OpenTofu has not written down yet what the killed run did (docs/terraform.md).
    """
    company, held = tenant.company, tenant.company.sink()["publicKey"]
    hold = company.hold("before", method="DELETE", path="/securityroles/")
    tenant.set("role_name", "Umbrella 2")
    kill_at(tenant, hold)
    tenant.set("role_name", "Umbrella")
    if tenant.engine.name == "terraform":
        refused = tenant.up(expect=1)
        assert refused.count("end the renaming that was cut off: run `terraform apply` with that name") == 1
        tenant.set("role_name", "Umbrella 2")
        tenant.up()
        tenant.set("role_name", "Umbrella")
    tenant.up()
    assert company.member()["roleId"] == company.role()["id"]
    assert (company.sink()["publicKey"], company.public_keys(), company.dead_moments()) == (held, [held], [])
    tenant.preview(expect=0)


def kill_at(tenant: Workspace, hold: Hold) -> None:
    """Kill an apply where it is held, and see every process of its end."""
    with tenant.start("apply", "-auto-approve", "-no-color") as process:
        assert hold.reached(60) is not None
        providers = psutil.Process(process.pid).children(recursive=True)
        assert providers != []
        os.kill(process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(providers, timeout=20)
    assert alive == []
    hold.release()


def test_an_interrupted_run_ends_before_the_next_write(tenant: Workspace) -> None:
    company = tenant.company
    old = company.sink()["publicKey"]
    hold = company.hold("after", method="POST", path="/keys$")
    tenant.set("rotate", "interrupted")
    with tenant.start("apply", "-auto-approve", "-no-color") as process:
        assert hold.reached(60) is not None
        process.send_signal(signal.SIGINT)
        process.stdout.readline()  # type: ignore[union-attr]
        while "Interrupt received" not in process.stdout.readline():  # type: ignore[union-attr]
            pass
        hold.release()
        text, _ = process.communicate(timeout=60)
    assert process.returncode == 1, text
    # What was minted is on record; Umbrella was not given it.
    assert company.sink()["publicKey"] == old
    tenant.up()
    assert company.public_keys() == [company.sink()["publicKey"]] != [old]
    assert company.dead_moments() == []
