"""The plug-in's edge: the code made of our description of the protocol, and who may drive the process."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from providers.engines.terraform.handshake import COOKIE
from tests.unit.providers.http.certificates import Authority
from toolchain.groups import ensure_group

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "providers" / "engines" / "terraform" / "protocol"
ENTRY = [sys.executable, "-m", "providers.engines.terraform"]


def test_the_generated_code_is_what_our_description_makes(tmp_path: Path) -> None:
    names = sorted(path.name for path in PROTOCOL.glob("*.proto"))
    outputs = [f"--python_out={tmp_path}", f"--pyi_out={tmp_path}"]
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOCOL}", *outputs, *names],
        env={**os.environ, "PYTHONPATH": str(ensure_group("protocol", Path.home()))},
        check=True,
        capture_output=True,
    )
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert len(made) == 2 * len(names)
    assert made == {name: (PROTOCOL / name).read_text(encoding="utf-8") for name in made}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture
def plugin(authority: Authority) -> Iterator[subprocess.Popen[str]]:
    """A provider whose engine has this authority's certificate, and nobody else's."""
    name, value = COOKIE
    certificate = authority.bundle.read_text(encoding="utf-8")
    handed = {name: value, "PLUGIN_PROTOCOL_VERSIONS": "5,6", "PLUGIN_CLIENT_CERT": certificate}
    with subprocess.Popen(
        ENTRY, cwd=ROOT, env={**os.environ, **handed}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def open_client(authority: Authority | None) -> ssl.SSLContext:
    """A client as go-plugin makes one; with a certificate of the engine's, or without any."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_alpn_protocols(["h2"])
    if authority:
        authority.issue("engine", "DNS:localhost")
        client.load_cert_chain(authority.folder / "engine.pem", authority.folder / "engine.key")
    return client


def greet(client: ssl.SSLContext, path: str) -> bytes:
    """The first bytes that the provider says; nothing from one that hangs up."""
    with socket.socket(socket.AF_UNIX) as plain:
        plain.connect(path)
        plain.settimeout(30)
        try:
            with client.wrap_socket(plain) as wrapped:
                wrapped.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
                return wrapped.recv(1)
        except (ssl.SSLError, ConnectionError):
            return b""


def test_a_second_process_can_not_drive_the_provider(plugin: subprocess.Popen[str], authority: Authority) -> None:
    assert plugin.stdout is not None
    core, protocol, kind, path, served, certificate = plugin.stdout.readline().strip().split("|")
    assert (core, protocol, kind, served) == ("1", "6", "unix", "grpc")
    assert certificate
    assert os.stat(Path(path).parent).st_mode & 0o077 == 0
    assert greet(open_client(None), path) == b""
    assert greet(open_client(authority), path) != b""


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "this is a plug-in: Terraform and OpenTofu start it"),
        (dict([COOKIE]) | {"PLUGIN_PROTOCOL_VERSIONS": "5"}, "this plug-in speaks protocol 6"),
        (dict([COOKIE]) | {"PLUGIN_PROTOCOL_VERSIONS": "5,6"}, "the engine brought no certificate"),
    ],
    ids=["a person", "an old engine", "no certificate"],
)
def test_whoever_is_no_engine_is_told_so(environment: dict[str, str], says: str) -> None:
    ours = {key: value for key, value in os.environ.items() if key != "PLUGIN_CLIENT_CERT"}
    done = subprocess.run(ENTRY, cwd=ROOT, env=ours | environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(says)
