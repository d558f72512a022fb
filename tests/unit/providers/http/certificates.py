"""Certificates for loopback, made with the openssl command: Python's standard library reads them but makes none."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """
[ca]
default_ca = local
[local]
dir = {folder}
new_certs_dir = $dir
database = $dir/index.txt
serial = $dir/serial
certificate = $dir/ca.pem
private_key = $dir/ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[issuer]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
"""


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder of its own."""

    folder: Path

    @property
    def bundle(self) -> Path:
        return self.folder / "ca.pem"

    @classmethod
    def found(cls, folder: Path) -> Authority:
        folder.mkdir()
        authority = cls(folder)
        (folder / "openssl.cnf").write_text(_CONFIG.format(folder=folder))
        (folder / "index.txt").touch()
        (folder / "serial").write_text("01\n")
        authority._request("ca", "Test authority", "-x509", "-days", "2", "-extensions", "issuer", "-out", "ca.pem")
        return authority

    def issue(
        self, name: str, host: str, start: str = "20200101000000Z", end: str = "20491231000000Z"
    ) -> ssl.SSLContext:
        """A server's TLS settings with a certificate for this host (`IP:…` or `DNS:…`)."""
        self._request(name, name, "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={host}\n")
        dates = ["-startdate", start, "-enddate", end]
        files = ["-in", f"{name}.csr", "-out", f"{name}.pem", "-extfile", f"{name}.ext"]
        self._openssl("ca", "-batch", "-notext", "-config", "openssl.cnf", *dates, *files)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context

    def _request(self, name: str, subject: str, *rest: str) -> None:
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"]
        self._openssl("req", "-new", "-config", "openssl.cnf", "-subj", f"/CN={subject}", *key, *rest)

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
