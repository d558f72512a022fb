"""The connection to a Temporal server, as the field configures it: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS…,
TEMPORAL_API_KEY, or a profile of Temporal's own file. What goes wrong is one sentence."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from providers.core.errors import ProviderError, SettingError
from providers.http.text import clean_text
from stacks.fleet.temporal.codec import make_data_converter
from stacks.fleet.temporal.payload_keys import read_payload_keys

T = TypeVar("T")
PAGE = "docs/fleet.md"
_PATIENCE = 15.0
_SETTLE = 0.1
_ADDRESS = "localhost:7233"


async def connect(environment: Mapping[str, str] = os.environ) -> Client:
    """Connect, and make sure of the namespace. Raises `ProviderError`."""
    converter = make_data_converter(read_payload_keys(environment))
    config = _read_config(environment)
    address, namespace = config.pop("target_host", _ADDRESS), config.pop("namespace", "default")
    try:
        client = await asyncio.wait_for(
            Client.connect(
                address,
                namespace=namespace,
                data_converter=converter,
                identity=name_caller(),
                runtime=_open_runtime(),
                **config,
            ),
            _PATIENCE,
        )
    except TimeoutError:
        raise _make_unreachable(address, f"no answer in {_PATIENCE:.0f} seconds") from None
    except (RuntimeError, ValueError) as error:
        raise explain_refusal(address, str(error)) from None
    with explaining(address, namespace):
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    return client


def ask(do: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
    """Connect, and do what needs no more than a few answers. Raises `ProviderError`."""

    async def act() -> T:
        client = await connect()
        with explaining(client.service_client.config.target_host, client.namespace):
            return await do(client)

    return run(act())


def run(act: Coroutine[Any, Any, T]) -> T:
    """Run it, and let the SDK's threads be done with Python: one that isn't may kill the process at its end (tried)."""

    async def settle() -> T:
        try:
            return await act
        finally:
            await asyncio.sleep(_SETTLE)

    return asyncio.run(settle())


@cache
def _open_runtime() -> Runtime:
    """Open what the SDK runs in, once. It would log each repeated call, in colours; we tell of an outage once."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


def name_caller() -> str:
    """Name who asks or serves, for others to see: `jane@host, process 1234`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid-{os.getuid()}"
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"


def _read_config(environment: Mapping[str, str]) -> dict[str, Any]:
    try:
        profile = ClientConfigProfile.load(override_env_vars=dict(environment))
        return dict(profile.to_client_connect_config())
    except (RuntimeError, ValueError, OSError, TypeError) as error:
        raise SettingError(
            "TEMPORAL_CONFIG_FILE or TEMPORAL_…",
            f"Temporal's settings can't be read: {clean_text(str(error))}",
            next_step="correct them",
        ) from None


@contextmanager
def explaining(address: str, namespace: str) -> Iterator[None]:
    """Make whatever the server refuses in the block a sentence."""
    try:
        yield
    except RPCError as error:
        said = clean_text(error.message)
        if error.status == RPCStatusCode.NOT_FOUND and "amespace" in error.message:
            raise SettingError(
                "TEMPORAL_NAMESPACE",
                f"the server at {address} has no namespace {namespace}",
                next_step=f"correct it, or make it: `temporal operator namespace create -n {namespace}`",
                page=PAGE,
            ) from None
        if error.status in (RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED):
            raise ProviderError(
                f"the Temporal server at {address} refuses us for the namespace {namespace}: {said}",
                next_step="check TEMPORAL_API_KEY, or the client certificate of TEMPORAL_TLS_CLIENT_CERT_PATH",
                page=PAGE,
            ) from None
        if error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
            raise explain_refusal(address, error.message) from None
        raise ProviderError(f"the Temporal server at {address} refuses it: {said}", page=PAGE) from None


def explain_refusal(address: str, said: str) -> ProviderError:
    """Explain why there is no connection."""
    cause = next((words for sign, words in _CAUSES.items() if sign in said), "")
    if "xpired" in said:
        return ProviderError(
            f"the Temporal server at {address} can't be spoken to: {cause or 'a certificate has expired'}",
            next_step="renew it: the server's, or the client's of TEMPORAL_TLS_CLIENT_CERT_PATH",
            page=PAGE,
        )
    if "ertificate" in said or "InvalidContentType" in said or "received fatal alert" in said:
        return ProviderError(
            f"the Temporal server at {address} and we don't agree on TLS: {cause or _shorten(said)}",
            next_step="check TEMPORAL_TLS and the certificates that TEMPORAL_TLS_… names",
            page=PAGE,
        )
    return _make_unreachable(address, cause or _shorten(said))


_CAUSES = {
    "ConnectionRefused": "the connection is refused",
    "failed to lookup address": "its name is not known",
    "NetworkUnreachable": "there is no route to it",
    "HostUnreachable": "there is no route to it",
    "received fatal alert: CertificateExpired": "it says that our certificate has expired",
    "Expired": "its certificate has expired",
    "UnknownIssuer": "its certificate is of nobody whom we trust",
    "NotValidForName": "its certificate is for another name",
    "received fatal alert": "it refuses our certificate, or wants one",
    "InvalidContentType": "it speaks no TLS",
}
"""By what the SDK says, in the words of its library."""


def _make_unreachable(address: str, why: str) -> ProviderError:
    return ProviderError(
        f"no Temporal server answers at {address}: {why}",
        next_step="check TEMPORAL_ADDRESS and TEMPORAL_TLS, or start the server",
        page=PAGE,
    )


def _shorten(said: str) -> str:
    return clean_text(" ".join(said.split())).removeprefix("Failed client connect: ").removesuffix(".")
