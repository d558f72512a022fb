"""The Pulumi program without an engine: what it would ask the engine to register."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2

# What the provider would answer; anything else comes back as it was given.
ANSWERED = {"public_key": "pub", "private_key": "s3cr3t-value", "minted_on": "2026-01-01", "granted": "role-id"}


class _NoMocks(mocks.Mocks):
    """The monitor below answers by itself."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise NotImplementedError

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError


class Monitor(mocks.MockMonitor):
    """Keeps every registration as it was asked for, by the resource's name."""

    def __init__(self) -> None:
        super().__init__(_NoMocks())
        self.asked: dict[str, Any] = {}

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
        self.asked[request.name] = request
        urn = self.make_urn(request.parent, request.type, request.name)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        made = {**rpc.deserialize_properties(request.object), **ANSWERED}
        # The engine makes these secret; nobody else would, for a provider's answer can't say so.
        made |= {name: rpc.wrap_rpc_secret(made[name]) for name in request.additionalSecretOutputs}
        # The SDK's own mock leaves an event loop open in each of its threads.
        answer = asyncio.run(rpc.serialize_properties(made, {}))
        return resource_pb2.RegisterResourceResponse(urn=urn, id=f"{request.name}-id", object=answer)

    def dependencies(self, name: str) -> set[str]:
        """The names of the resources that must be made before this one."""
        return {urn.rpartition("::")[2] for urn in self.asked[name].dependencies}


@contextmanager
def register_resources(stack: str) -> Iterator[Monitor]:
    """While this is open a program's resources go to the monitor."""
    monitor = Monitor()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(_NoMocks(), project="umbrella-psa", stack=stack, preview=False, monitor=monitor)
    try:
        yield monitor
    finally:
        settings.reset_options()
        asyncio.set_event_loop(None)
        loop.close()


def declare(program: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], dict[str, bool]]:
    """Run a program to its end: the outputs that it returns, and which of them are secret."""
    values: dict[str, Any] = {}
    secret: dict[str, bool] = {}

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> Any:
        outputs = {name: pulumi.Output.from_input(value) for name, value in program().items()}

        async def look() -> bool:
            for name, output in outputs.items():
                values[name], secret[name] = await output.future(), await output.is_secret()
            return True

        return look()

    run()
    return values, secret
