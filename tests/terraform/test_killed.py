"""`kill -9` at each step of a rotation: no process goes on, and the next apply ends where the first one was going."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from tests.terraform.workspace import Workspace

STEPS = [("POST", "/keys$"), ("PUT", "/psaIntegration$"), ("DELETE", "/keys/")]


@pytest.mark.parametrize(("method", "path"), STEPS, ids=["mint", "sink", "retirement"])
def test_a_killed_rotation_is_ended_by_the_next_apply(tenant: Workspace, method: str, path: str) -> None:
    company = tenant.company
    old = company.sink()["publicKey"]
    hold = company.hold("after", method=method, path=path)
    tenant.set("rotate", f"until {method}")
    with tenant.start("apply", "-auto-approve", "-no-color") as process:
        assert hold.reached(60) is not None
        providers = psutil.Process(process.pid).children(recursive=True)
        assert providers != []
        os.kill(process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(providers, timeout=20)
    assert alive == []
    hold.release()
    tenant.preview(expect=2)
    tenant.up()
    assert company.public_keys() == [company.sink()["publicKey"]] != [old]
    assert company.dead_moments() == []
    tenant.preview(expect=0)


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
