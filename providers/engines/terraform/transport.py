"""gRPC over a socket of our own, by grpclib and Python's `ssl`: grpcio can't verify the engine's P-521 certificate."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FileDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpclib.const import Cardinality, Handler
from grpclib.server import Server, Stream

from providers.engines.terraform.handshake import format_line, make_tls
from providers.engines.terraform.protocol import goplugin_pb2, tfplugin6_pb2

Call = Callable[[Any], Any]
"""Answers one kind of message; may take its time, and must not raise."""

_THREADS = 16  # an engine works on ten resources at a time
_GOODBYE_SECONDS = 0.05


class _Service:
    """One gRPC service whose methods are plain functions, by their names in its description."""

    def __init__(self, description: FileDescriptor, name: str, calls: Mapping[str, Call], threads: Any) -> None:
        self._service = description.services_by_name[name]
        self._calls = calls
        self._threads = threads

    def __mapping__(self) -> dict[str, Handler]:
        """Name each method's path and messages, as grpclib asks for them."""
        return {
            f"/{self._service.full_name}/{method.name}": Handler(
                self._serve(self._calls[method.name]), Cardinality.UNARY_UNARY, *_list_messages(method)
            )
            for method in self._service.methods
        }

    def _serve(self, call: Call) -> Callable[[Stream[Any, Any]], Any]:
        async def serve(stream: Stream[Any, Any]) -> None:
            request = await stream.recv_message()
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, call, request)
            await stream.send_message(answer)

        return serve


def _list_messages(method: MethodDescriptor) -> tuple[type[Any], type[Any]]:
    return GetMessageClass(method.input_type), GetMessageClass(method.output_type)


def serve(calls: Mapping[str, Call], client_certificate: str) -> None:
    """Say where we are, and serve the engine until it says that it is done."""
    with tempfile.TemporaryDirectory(prefix="umbrellapsa-") as folder, ThreadPoolExecutor(_THREADS) as threads:
        asyncio.run(_serve(calls, client_certificate, Path(folder), threads))


async def _serve(calls: Mapping[str, Call], client_certificate: str, folder: Path, threads: ThreadPoolExecutor) -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def shut_down(_: Any) -> Any:
        loop.call_soon_threadsafe(loop.call_later, _GOODBYE_SECONDS, done.set)  # after the answer
        return goplugin_pb2.Empty()

    server = Server(
        [
            _Service(tfplugin6_pb2.DESCRIPTOR, "Provider", calls, threads),
            _Service(goplugin_pb2.DESCRIPTOR, "GRPCController", {"Shutdown": shut_down}, threads),
        ]
    )
    context, certificate = make_tls(client_certificate, folder)
    socket = folder / "plugin.sock"
    await server.start(path=str(socket), ssl=context)
    sys.stdout.write(format_line(socket, certificate))
    sys.stdout.flush()
    # The line is all that the engine wants to read there; whoever prints later on must not block, nor be believed.
    sys.stdout = sys.stderr
    await done.wait()
    server.close()
    await server.wait_closed()
