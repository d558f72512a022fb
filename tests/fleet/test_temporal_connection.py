"""What stands between a command and the server: one sentence with what to do, and nothing is begun."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from demo.temporal_server import TemporalServer
from tests.engine.workspace import ROOT, Workspace
from tests.fleet.temporal_server import start_server

_WITHOUT = "import sys; sys.modules['temporalio'] = None; from stacks.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two tenants, which nobody gets to."""
    project = Workspace.link_product(tmp_path_factory.mktemp("unreached")).project
    for name in ("acme", "bell"):
        (project / "stacks" / f"Pulumi.{name}.yaml").write_text("config: {}\n", encoding="utf-8")
    return project


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server whose certificate has expired: the environment that leads there."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "server.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    (tmp_path / "trusted.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.set_alpn_protocols(["h2"])
    listener = create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True):
                    pass

    serving = threading.Thread(target=serve)
    serving.start()
    yield {
        "TEMPORAL_ADDRESS": f"localhost:{listener.getsockname()[1]}",
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(tmp_path / "trusted.pem"),
    }
    listener.shutdown(2)
    listener.close()
    serving.join()


def ask(project: Path, *arguments: str, expect: int, **given: str) -> str:
    """What a command prints that ends early."""
    return ask_python(project, ("-m", "stacks", *arguments), given, expect)


def ask_python(project: Path, arguments: tuple[str, ...], given: dict[str, str], expect: int) -> str:
    nothing = project / "no-profiles.toml"
    nothing.touch()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TEMPORAL_CONFIG_FILE": str(nothing), **given},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    told = done.stdout + done.stderr
    assert done.returncode == expect, told
    assert "Traceback" not in told
    return told


def test_without_the_package_it_is_said_what_to_install(project: Path) -> None:
    for command in (("up", "acme", "--runner", "temporal"), ("worker",), ("schedule", "list")):
        told = ask_python(project, ("-c", _WITHOUT, *command), {}, 2)
        assert "needs the Python package temporalio; install it: `uv sync --extra temporal`." in told


def test_no_server_a_wrong_namespace_and_an_expired_certificate_are_a_sentence_each(
    project: Path, temporal_server: TemporalServer, expired: dict[str, str]
) -> None:
    up = ("up", "--all", "--runner", "temporal")
    told = ask(project, *up, expect=1, TEMPORAL_ADDRESS="127.0.0.1:1")
    assert told == (
        "error: no Temporal server answers at 127.0.0.1:1: the connection is refused; check TEMPORAL_ADDRESS and "
        "TEMPORAL_TLS, or start the server.\n"
    )
    told = ask(project, *up, expect=2, **{**temporal_server.variables, "TEMPORAL_NAMESPACE": "elsewhere"})
    assert f"TEMPORAL_NAMESPACE: the server at {temporal_server.address} has no namespace elsewhere; correct it" in told
    told = ask(project, *up, expect=1, **expired)
    assert f"server at {expired['TEMPORAL_ADDRESS']} can't be spoken to: its certificate has expired; renew it" in told
    told = ask(project, *up, expect=1, **{**temporal_server.variables, "TEMPORAL_TLS": "true"})
    assert "and we don't agree on TLS: it speaks no TLS; check TEMPORAL_TLS" in told


def test_a_queue_without_workers_is_told_and_not_waited_for(project: Path, tmp_path: Path) -> None:
    with start_server(tmp_path) as server:
        told = ask(project, "up", "--all", "--runner", "temporal", expect=1, **server.variables)
        assert "no worker serves the queue umbrella-psa in the namespace default" in told
        assert "start `umbrella-psa worker` where the project's folder is" in told
        assert server.ask("workflow", "list") == ""


def test_a_worker_takes_no_settings_that_are_one_tenants(project: Path, temporal_server: TemporalServer) -> None:
    given = {**temporal_server.variables, "UMBRELLA_PSA_CONNECTWISE_COMPANY_ID": "acme"}
    told = ask(project, "worker", expect=2, **given)
    assert "UMBRELLA_PSA_CONNECTWISE_COMPANY_ID: is set, and a worker would use it for every tenant; unset it." in told
