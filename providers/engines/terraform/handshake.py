"""How an engine and this plug-in find and trust each other: go-plugin's handshake with mutual TLS.

The engine hands over its certificate in the environment; we answer with one line on standard output: where we listen
and our own certificate. From then on either side takes the other's certificate and no other, so no third process of
the same machine can drive a provider that holds credentials. Both live as long as this process.
"""

from __future__ import annotations

import os
import ssl
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

# go-plugin's way to notice a plug-in that was started by hand; the same for every provider.
COOKIE = ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
_CORE_VERSION, PROTOCOL = 1, 6
_VALID = timedelta(days=7)


class NoEngine(Exception):
    """Nobody who speaks this protocol has started us; says so."""


def read_client_certificate(environment: Mapping[str, str]) -> str:
    """Take the engine's certificate. Raises `NoEngine`."""
    name, value = COOKIE
    if environment.get(name) != value:
        raise NoEngine("this is a plug-in: Terraform and OpenTofu start it, see docs/terraform.md")
    if str(PROTOCOL) not in environment.get("PLUGIN_PROTOCOL_VERSIONS", "").split(","):
        raise NoEngine("this plug-in speaks protocol 6: Terraform 1.11 or OpenTofu 1.11, or newer")
    certificate = environment.get("PLUGIN_CLIENT_CERT", "")
    if not certificate:
        raise NoEngine("the engine brought no certificate, and without one anybody could drive this plug-in")
    return certificate


def make_tls(client_certificate: str, folder: Path) -> tuple[ssl.SSLContext, bytes]:
    """Make our side of the connection, which takes that client only, and our certificate as DER."""
    certificate, pem = _make_certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["h2"])
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=client_certificate)
    # `ssl` reads keys from files only; nobody else can look into the folder.
    file = folder / "plugin.pem"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(pem)
    context.load_cert_chain(file)
    file.unlink()
    return context, certificate


def format_line(socket: Path, certificate: bytes) -> str:
    """Tell the engine where we are, in go-plugin's words: base64 without its padding."""
    shown = b64encode(certificate).decode().rstrip("=")
    return f"{_CORE_VERSION}|{PROTOCOL}|unix|{socket}|grpc|{shown}\n"


def _make_certificate() -> tuple[bytes, bytes]:
    """Make a certificate that signs itself, as DER, and with its key as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.DER), secret + certificate.public_bytes(Encoding.PEM)
