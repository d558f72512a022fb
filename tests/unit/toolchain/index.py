"""A package index on loopback, as a company's mirror is one, with small wheels that a test makes."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO


def make_wheel(name: str, version: str, files: dict[str, str]) -> bytes:
    """Make a pure wheel; a file below NAME-VERSION.data/scripts becomes a command."""
    about = f"{name}-{version}.dist-info"
    whole = {
        **files,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*whole, f"{about}/RECORD"])
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file, text in {**whole, f"{about}/RECORD": record}.items():
            entry = zipfile.ZipInfo(file)
            entry.external_attr = (0o100755 if "/scripts/" in file else 0o100644) << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


def compute_hash(wheel: bytes) -> str:
    """The one that stands in a lock."""
    return hashlib.sha256(wheel).hexdigest()


class Index:
    """Answers `/simple/NAME/` and the files; `asked` has the paths."""

    def __init__(self) -> None:
        self.wheels: dict[str, bytes] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple"

    def add(self, name: str, version: str, wheel: bytes) -> None:
        """Serve a wheel."""
        self.wheels[f"{name}-{version}-py3-none-any.whl"] = wheel

    def answer(self, path: str) -> bytes | None:
        """What stands at a path."""
        self.asked.append(path)
        kind, name = path.strip("/").split("/")
        if kind == "files":
            return self.wheels.get(name)
        found = [file for file in self.wheels if file.split("-")[0] == name]
        return "".join(f'<a href="/files/{file}">{file}</a>' for file in found).encode() or None

    def stop(self) -> None:
        """Let go of the port."""
        self._server.shutdown()
        self._server.server_close()

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = index.answer(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "text/html" if "/simple/" in self.path else "application/octet-stream")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body or b"")

            do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """The tests read `asked`."""

        return Handler
