"""The warm engine: what is there during a run, what is left after it, and a command that is killed amid one."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import psutil
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from providers.core import notices
from providers.engines.pulumi.warm import WarmEngine
from simulator.remote import RemoteSimulator
from stacks.fleet.warm_process import WarmProcess
from stacks.program import declare
from tests.engine.workspace import Stack, Workspace


@pytest.fixture
def warm() -> Iterator[WarmProcess]:
    running = WarmProcess()
    yield running
    running.close()


@pytest.fixture
def stack(simulator: RemoteSimulator, tmp_path: Path, warm: WarmProcess, request: pytest.FixtureRequest) -> Stack:
    workspace = replace(Workspace.link_product(tmp_path), warm=warm, run_program=True)
    return workspace.make_stack(simulator.company(f"warm-{request.node.name[5:25].replace('_', '-').strip('-')}"))


def find_ports(pid: int) -> list[int]:
    """Where a process listens."""
    return [found.laddr.port for found in psutil.Process(pid).net_connections("tcp") if found.status == "LISTEN"]


def test_nothing_listens_outside_a_run_and_a_stranger_is_refused_during_one(stack: Stack, warm: WarmProcess) -> None:
    assert find_ports(warm.pid) == []
    hold = stack.company.hold("before", method="POST", path="/securityroles$")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(stack.up)
        assert hold.reached(60)
        (port,) = find_ports(warm.pid)
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as refused:
            provider_pb2_grpc.ResourceProviderStub(channel).Read(provider_pb2.ReadRequest(id="1"), timeout=10)
        assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
        hold.release()
        running.result()
    assert find_ports(warm.pid) == []
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def test_a_killed_command_is_the_last_that_changes_anything(stack: Stack, warm: WarmProcess) -> None:
    hold = stack.company.hold("after", method="POST", path="/keys$")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(stack.up, expect=None)
        assert hold.reached(60)
        (command,) = [child for child in psutil.Process(warm.pid).children() if child.name() == "pulumi"]
        command.send_signal(signal.SIGKILL)
        command.wait(10)
        hold.release()
        assert running.result().code == -signal.SIGKILL
    assert warm.is_alive
    # The key was made and its reply came to nobody: Umbrella was never given it.
    assert len(stack.company.public_keys()) == 1
    assert stack.company.sink()["publicKey"] is None

    stack.run_pulumi("cancel", "--yes", "-s", stack.name)
    stack.up()
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]]
    stack.preview(expect=0)
    assert stack.find_leaks() == []


def test_whoever_asked_being_gone_the_run_ends_as_by_ctrl_c(stack: Stack) -> None:
    warm = WarmProcess()
    stack.workspace.warm = warm
    hold = stack.company.hold("before", method="POST", path="/securityroles$")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stack.up, expect=None)
        assert hold.reached(60)
        warm._asking.close()
        hold.release()
        pool.shutdown(wait=True)  # its thread waits for the answer, which comes when the command has ended
    warm.close()
    assert [member["identifier"] for member in stack.company.ask("GET", "")["apiMembers"]].count("Umbrella") == 0
    stack.workspace.warm = None
    stack.up()
    stack.preview(expect=0)


def test_a_run_leaves_folder_environment_and_sentences_as_they_were(stack: Stack, tmp_path: Path) -> None:
    before, folder = dict(os.environ), Path.cwd()
    with open(tmp_path / "printed", "w", encoding="utf-8") as output:
        code = WarmEngine(declare).run(
            ["preview", "-s", stack.name, "--non-interactive"],
            folder=stack.workspace.project,
            environment={**stack.workspace.make_environment(), "UMBRELLA_PSA_MEMBER_NAME": "Only for this run"},
            stdout=output,
            stderr=output,
        )
    assert code == 0, (tmp_path / "printed").read_text(encoding="utf-8")
    assert (dict(os.environ), Path.cwd()) == (before, folder)
    assert notices._printed == set()
