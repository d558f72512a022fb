"""The warm engine: what is there during a run, what is left after it, and a command that is killed amid one."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
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
from stacks.fleet.backends import open_backend
from stacks.fleet.deadline import Deadline
from stacks.fleet.job import TenantJob, run_tenant
from stacks.fleet.stored import read_stack
from stacks.fleet.warm_process import WarmProcess
from stacks.program import declare
from stacks.reports.model import Row
from tests.engine.workspace import PASSPHRASE, Stack, Workspace


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
        assert warm._process
        assert warm._process.stdin
        warm._process.stdin.close()
        hold.release()
        pool.shutdown(wait=True)  # its thread waits for the answer, which comes when the command has ended
    warm.close()
    assert [member["identifier"] for member in stack.company.ask("GET", "")["apiMembers"]].count("Umbrella") == 0
    stack.workspace.warm = None
    stack.up()
    stack.preview(expect=0)


def run_up(stack: Stack, warm: WarmProcess, deadline: Deadline, tell: Callable[[str], None]) -> Row:
    """One tenant's job, as a runner gives it."""
    place = stack.workspace
    environment = place.make_environment()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.project)
        return run_tenant(
            TenantJob(tenant=stack.name, verb="up"),
            warm,
            lambda name: read_stack(name, open_backend(place.backend_url), PASSPHRASE),
            environment,
            deadline,
            tell,
        )


def test_a_tenant_that_takes_too_long_is_interrupted_and_then_killed_and_unlocked(
    stack: Stack, warm: WarmProcess
) -> None:
    begun: list[str] = []
    hold = stack.company.hold("before", method="POST", path="/keys$")
    row = run_up(stack, warm, Deadline(seconds=30, grace=2), begun.append)
    assert hold.reached(1) is None, "the request died with the engine"
    assert row.verdict == "failed"
    assert "it took longer than 30 seconds, and was killed when it went on for another 2" in row.sentences[0]
    assert begun[-1] == "create key"
    assert stack.company.public_keys() == []
    again = run_up(stack, warm, Deadline(), begun.append)
    assert again.verdict == "clean", again.sentences
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]]


def test_what_is_killed_for_whoever_wished_it_to_end_is_unlocked_too(stack: Stack, warm: WarmProcess) -> None:
    """As the runner `temporal` does with a step that goes on long after it was interrupted."""
    hold = stack.company.hold("before", method="POST", path="/securityroles$")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_up, stack, warm, Deadline(), lambda change: None)
        assert hold.reached(60) is not None
        warm.kill()
        row = running.result()
    assert row.verdict == "failed"
    assert "it was interrupted, and was killed when it went on with its step" in row.sentences[0]
    again = run_up(stack, warm, Deadline(), lambda change: None)
    assert again.verdict == "clean", again.sentences


def test_a_process_that_died_is_replaced_when_it_is_asked_again(stack: Stack, warm: WarmProcess) -> None:
    hold = stack.company.hold("before", method="POST", path="/securityroles$")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_up, stack, warm, Deadline(), print)
        assert hold.reached(60)
        os.kill(warm.pid, signal.SIGKILL)
        row = running.result()
    hold.release()
    assert "the process that runs the engine ended with -9" in row.sentences[0]
    psutil.wait_procs([one for one in psutil.process_iter(["name"]) if one.info["name"] == "pulumi"], timeout=1)
    stack.run_pulumi("cancel", "--yes", "-s", stack.name)
    assert run_up(stack, warm, Deadline(), print).verdict == "clean"


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
