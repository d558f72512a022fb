"""The engine's part, played without the engine: starts `python -m pulumi.dynamic` and speaks gRPC with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from time import monotonic
from types import TracebackType
from typing import Any, NamedTuple

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.contract.wire import parse_bag, to_provider_struct, to_struct, wrap_secret

ROOT = Path(__file__).parents[2]
_SECRET_KEYS = ("clientId", "privateKey", "gatewayToken", "apiSecret")
_PATIENCE = 60  # seconds; only a hang takes this long
_SAID_BY_THE_SERVER = "Exception calling application: "


class Failed(Exception):
    """A call that ended in a gRPC error; its text is what the engine shows to the user."""

    @property
    def sentence(self) -> str:
        return str(self).removeprefix(_SAID_BY_THE_SERVER)


class Checked(NamedTuple):
    inputs: dict[str, Any]
    failures: list[tuple[str, str]]


class Compared(NamedTuple):
    changes: bool
    replaces: list[str]


class Found(NamedTuple):
    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]


class Provider:
    """One provider process, as one run of the engine has it; a `with` ends it."""

    def __init__(
        self,
        config: Mapping[str, str],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path = ROOT,
        launcher: Sequence[str] = (),
    ) -> None:
        """`launcher`: commands that start the provider for us, as words before its own command line."""
        # By its engine's address a provider knows what else that engine started, so each has one that is nobody's.
        engine = f"engine-{token_hex(8)}.invalid:1"
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self.process = subprocess.Popen(
            [*launcher, sys.executable, "-u", "-m", "pulumi.dynamic", engine],
            cwd=folder,
            env={**_make_plain_environment(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            bufsize=0,
            start_new_session=True,
        )
        assert self.process.stdout
        self._stdout = self.process.stdout
        try:
            port = self._stdout.readline().decode().strip()
            assert port.isdigit(), f"the provider did not start: {self.read_stderr()}"
            self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", [("grpc.enable_http_proxy", 0)])
            self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
            args = {key: wrap_secret(text) if key.endswith(_SECRET_KEYS) else text for key, text in config.items()}
            self._call("Configure", provider_pb2.ConfigureRequest(args=to_struct(args), acceptSecrets=True))
        except BaseException:
            self._end()
            raise

    # -- the engine's calls ----------------------------------------------------------------------------------------

    def check(self, kind: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> Checked:
        """Without `olds` the object is to be made; the engine then sends an empty bag."""
        request = provider_pb2.CheckRequest(
            olds=to_provider_struct(kind, olds) if olds else to_struct({}), news=to_provider_struct(kind, news)
        )
        answer = self._call("Check", request)
        return Checked(
            parse_bag(kind, answer.inputs), [(failure.property, failure.reason) for failure in answer.failures]
        )

    def diff(self, kind: str, object_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Compared:
        """`olds` are outputs, `news` inputs."""
        request = provider_pb2.DiffRequest(
            id=object_id, olds=to_provider_struct(kind, olds), news=to_provider_struct(kind, news)
        )
        answer = self._call("Diff", request)
        assert answer.changes in (provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE)
        return Compared(answer.changes == provider_pb2.DiffResponse.DIFF_SOME, sorted(answer.replaces))

    def create(self, kind: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        answer = self._call("Create", provider_pb2.CreateRequest(properties=to_provider_struct(kind, inputs)))
        return answer.id, parse_bag(kind, answer.properties)

    def read(self, kind: str, object_id: str, outputs: Mapping[str, Any]) -> Found:
        answer = self._call(
            "Read", provider_pb2.ReadRequest(id=object_id, properties=to_provider_struct(kind, outputs))
        )
        inputs = parse_bag(kind, answer.inputs) if answer.HasField("inputs") else {}
        return Found(answer.id, parse_bag(kind, answer.properties), inputs)

    def update(self, kind: str, object_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            id=object_id, olds=to_provider_struct(kind, olds), news=to_provider_struct(kind, news)
        )
        return parse_bag(kind, self._call("Update", request).properties)

    def delete(self, kind: str, object_id: str, outputs: Mapping[str, Any]) -> None:
        self._call("Delete", provider_pb2.DeleteRequest(id=object_id, properties=to_provider_struct(kind, outputs)))

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request, timeout=_PATIENCE)
        except grpc.RpcError as error:
            raise Failed(error.details()) from None

    # -- the process ------------------------------------------------------------------------------------------------

    def read_stderr(self) -> str:
        """Everything on standard error so far; read beside the process's own position in the file."""
        return os.pread(self._stderr.fileno(), 1 << 20, 0).decode()

    def wait_until_gone(self) -> None:
        """Until no process of the chain holds its standard output any more."""
        deadline = monotonic() + _PATIENCE
        while (left := deadline - monotonic()) > 0:
            if select.select([self._stdout], [], [], left)[0] and not self._stdout.read(65536):
                return
        raise AssertionError(f"a process of the chain still lives after {_PATIENCE} seconds")

    def __enter__(self) -> Provider:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self._end()

    def _end(self) -> None:
        """Ask first, so that coverage is written; the session is ours, so whatever of the chain is left goes too."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._stdout.close()
        self._stderr.close()


def _make_plain_environment() -> dict[str, str]:
    """This machine's, without what would speak to the product, the engine or the network."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("UMBRELLA_PSA_", "PULUMI_")) and not name.lower().endswith("_proxy")
    } | {"PULUMI_PROJECT": "umbrella-psa"}
