"""A warm engine: this process serves Pulumi's two sides, and only the `pulumi` command itself starts for a run.

The language runtime is served as the Automation API's inline programs are (`--client`), the dynamic provider is
attached to (`PULUMI_DEBUG_PROVIDERS`). What a cold run starts and throws away, four Python processes, is here already
(docs/performance.md).

One run at a time. The program and the providers read their process's environment, folder and caches, so a run sets
these up and the next one finds nothing of it. Both sides listen on a loopback port that is open during a run only.
"""

from __future__ import annotations

import ast
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache, partial
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock
from types import CodeType, ModuleType
from typing import IO, Any, cast

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.automation._server import LanguageServer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import (
    ResourceProviderServicer,
    engine_pb2,
    engine_pb2_grpc,
    events_pb2_grpc,
    language_pb2_grpc,
    provider_pb2_grpc,
)

from providers.core import notices, stack_file
from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError
from providers.engines.pulumi import adapter, diagnostics, watchdog
from providers.engines.pulumi.events import EngineEvents
from providers.engines.pulumi.invocation import read_invocation
from providers.policy import close_connections

Program = Callable[[str, Mapping[str, str], Collection[str]], None]
"""Declares a stack's resources, given its name, its settings, and which of these are secret."""

WITH_PROGRAM = ("up", "preview", "refresh", "destroy")
"""The commands that a program and its providers are served to; others just run."""

_WORKERS = 16
"""Threads for the engine's calls: it asks for as many resources at once as the graph allows, and runs the program."""


class WarmEngine:
    """Runs `pulumi` commands on a program and providers that stay loaded."""

    def __init__(self, program: Program) -> None:
        # A call that fails is answered with its reason; gRPC would log its traceback as well, before the user's eyes.
        logging.getLogger("grpc._server").setLevel(logging.CRITICAL)
        self._program = program
        self._lock = Lock()
        self._process: subprocess.Popen[Any] | None = None
        self._interrupted = Event()

    def run(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        stdout: IO[Any] | int | None = None,
        stderr: IO[Any] | int | None = None,
        events: EngineEvents | None = None,
    ) -> int:
        """Run one command and return its exit code; `events` is told what the engine does and says.

        `environment`: the command's, the program's and the providers', whole. Waits for a run that is under way, and
        at the end for every call that the engine left behind: nothing of a run goes on after it.
        """
        with self._lock, _settle(folder, environment), self._serve(events) as port:
            served = [f"--client=127.0.0.1:{port}", "--exec-kind=auto.inline"] if arguments[0] in WITH_PROGRAM else []
            told = [f"--event-log=tcp://127.0.0.1:{port}"] if served and events else []
            command = ["pulumi", arguments[0], *served, *told, *arguments[1:]]
            attached = {
                **environment,
                "PULUMI_DEBUG_PROVIDERS": f"pulumi-python:{port}",
                "PULUMI_DEBUG_COMMANDS": "true",  # without it there is no --event-log
            }
            self._process = subprocess.Popen(
                command, env=attached, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )
            watchdog.serve(self._process.pid)
            if self._interrupted.is_set():
                self._process.send_signal(signal.SIGINT)
            code = self._process.wait()
            if events:
                events.transient = diagnostics.was_weather()
            return code

    def expect_run(self) -> None:
        """Forget an interruption: what comes next is another run."""
        self._interrupted.clear()

    def interrupt(self) -> None:
        """End the run that is under way, or expected, as Ctrl-C does: its step is finished and recorded."""
        self._interrupted.set()
        if self._process:
            self._process.send_signal(signal.SIGINT)

    @contextmanager
    def _serve(self, events: EngineEvents | None) -> Iterator[int]:
        """Serve both sides at one port for as long as the block lasts."""
        # At the pool's end every call has returned.
        with closing(_Providers()) as providers, ThreadPoolExecutor(_WORKERS) as pool:
            server = grpc.server(pool, options=_GRPC_CHANNEL_OPTIONS)
            language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_Language(self._program), server)
            provider_pb2_grpc.add_ResourceProviderServicer_to_server(providers, server)
            if events:
                events_pb2_grpc.add_EventsServicer_to_server(events, server)
            port = server.add_insecure_port("127.0.0.1:0")
            server.start()
            try:
                yield port
            finally:
                server.stop(None)


class _Language(LanguageServer):
    """The SDK's own server of inline programs, which gives the program its settings as arguments."""

    def __init__(self, program: Program) -> None:
        super().__init__(lambda: None)
        self._deploy = program

    def Run(self, request: Any, context: Any) -> Any:
        self.program = partial(self._deploy, request.stack, dict(request.config), list(request.configSecretKeys))
        return super().Run(request, context)  # type: ignore[no-untyped-call]


class _Providers(ResourceProviderServicer):
    """Serve each connection of the engine as a process of its own would be served.

    The engine has a provider for each configuration, the recorded and the present one, say, and connects for each.
    """

    def __init__(self) -> None:
        self._by_peer: dict[str, ResourceProviderServicer] = {}
        self._engines: list[grpc.Channel] = []

    def close(self) -> None:
        """Close the connections back to the engine, which has ended."""
        for channel in self._engines:
            channel.close()

    def Attach(self, request: Any, context: Any) -> Any:
        """Take the engine's introduction. The SDK's servicer lacks this call: there, the address is an argument."""
        self._by_peer[context.peer()] = _make_servicer()
        self._engines.append(grpc.insecure_channel(request.address, options=_GRPC_CHANNEL_OPTIONS))
        engine = engine_pb2_grpc.EngineStub(self._engines[-1])

        def log(sentence: str) -> None:
            # As the engine itself logs what a provider's process prints.
            engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=sentence))

        notices.redirect(log)
        return empty_pb2.Empty()

    def find(self, context: Any) -> ResourceProviderServicer:
        """Find what serves a connection. Ends the call of one that has not introduced itself."""
        if context.peer() not in self._by_peer:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "no engine has attached by this connection")
        return self._by_peer[context.peer()]


def _hand_on(call: str) -> Callable[[_Providers, Any, Any], Any]:
    return lambda self, request, context: getattr(self.find(context), call)(request, context)


for _call in ("Configure", "GetPluginInfo", "Check", "Diff", "Create", "Read", "Update", "Delete", "Cancel"):
    setattr(_Providers, _call, _hand_on(_call))


@cache
def _compile_sdk_server() -> CodeType:
    """Compile the SDK's server of dynamic providers without its last line, which would start it."""
    spec = find_spec("pulumi.dynamic.__main__")
    tree = ast.parse(Path(cast(str, cast(ModuleSpec, spec).origin)).read_text(encoding="utf-8"))
    if ast.unparse(tree.body[-1]) != "main()":
        raise ProviderError("this version of pulumi serves its dynamic providers in a way that a warm engine can't")
    del tree.body[-1]
    return compile(tree, "pulumi/dynamic/__main__.py", "exec")


def _make_servicer() -> ResourceProviderServicer:
    """Make a servicer with a module of its own, where the SDK keeps the providers that it has configured."""
    module = ModuleType("pulumi.dynamic.served")
    exec(_compile_sdk_server(), module.__dict__)  # noqa: S102  the SDK's own code
    return cast(ResourceProviderServicer, module.DynamicResourceProviderServicer())


@contextmanager
def _settle(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Make folder and environment the process's own, with nothing remembered; put all back at the end."""
    before, was = dict(os.environ), Path.cwd()
    os.environ.clear()
    # As the engine tells a provider that it starts: by this name the SDK finds settings without a namespace.
    os.environ.update({**environment, "PULUMI_PROJECT": PROJECT})
    os.chdir(folder)
    _forget()
    try:
        yield
    finally:
        _forget()
        os.chdir(was)
        os.environ.clear()
        os.environ.update(before)


def _forget() -> None:
    """Clear what a process keeps for the run that it belongs to."""
    adapter.forget_services()
    diagnostics.forget_told()
    close_connections()
    notices.reset()
    stack_file.read_plain_settings.cache_clear()
    read_invocation.cache_clear()
    watchdog.serve(os.getpid())  # until a command is there: no ancestor is one
