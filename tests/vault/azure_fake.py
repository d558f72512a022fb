"""A FAKE of Azure Key Vault, for the official client over TLS: there is no real server to be had off Azure.

Written from the REST reference (https://learn.microsoft.com/rest/api/keyvault/secrets): challenge, versions, tags,
soft-delete with recovery, rights by action. What it says was never compared with the service. It also answers as the
managed identity endpoint of an App Service, so that the official credential chain gets its token here.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

RIGHTS = frozenset({"readMetadata", "getSecret", "setSecret", "update", "delete", "recover"})
TOKEN = "the-fake-token"
_PAGE = 25


@dataclass
class Version:
    id: str
    value: str
    tags: dict[str, str]
    content_type: str | None
    created: int
    enabled: bool = True


@dataclass
class Secret:
    versions: list[Version] = field(default_factory=list)
    deleted: bool = False


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class FakeKeyVault:
    """One vault. `rights` are what its only user may do; `asked` are requests that carried a token."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        fake = self
        self.rights = set(RIGHTS)
        self.asked: list[str] = []
        self.token = TOKEN
        self.slow_recovery = False
        self.odd_answer: dict[str, str] | None = None  # answers the next PUT instead of what is true
        self._refusals: list[tuple[int, dict[str, str], bytes | None]] = []
        self._losses: list[tuple[str, bool]] = []
        self._secrets: dict[str, Secret] = {}
        self._clock = 1_700_000_000
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (ConnectionError, ssl.SSLError):
                    self.close_connection = True

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return lambda: fake.serve(self)
                raise AttributeError(name)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._identity = ThreadingHTTPServer(("127.0.0.1", 0), _IdentityHandler)
        self._identity.daemon_threads = True
        self.identity_url = f"http://127.0.0.1:{self._identity.server_port}/token"
        servers = (self._server, self._identity)
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}) for server in servers
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        for server in (self._server, self._identity):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    # -- what somebody with all rights does ----------------------------------------------------------------------

    def set(self, name: str, value: str, tags: dict[str, str] | None = None) -> str:
        secret = self._secrets.setdefault(name, Secret())
        self._clock += 1
        version = Version(uuid4().hex, value, dict(tags or {}), None, self._clock)
        secret.versions.append(version)
        return version.id

    def secret(self, name: str) -> Secret | None:
        return self._secrets.get(name)

    def refuse(self, status: int, headers: dict[str, str], times: int = 1, body: bytes | None = None) -> None:
        """So many of the next requests."""
        self._refusals += [(status, headers, body)] * times

    def lose(self, method: str, *, arrives: bool) -> None:
        """The answer to the next request of this method; it takes effect when it arrives."""
        self._losses.append((method, arrives))

    def purge(self, name: str) -> None:
        self._secrets.pop(name, None)

    # -- HTTP ------------------------------------------------------------------------------------------------------

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            challenge = 'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"'
            return _send(handler, 401, {"error": {"code": "Unauthorized"}}, {"WWW-Authenticate": challenge})
        with self._lock:
            url = urlsplit(handler.path)
            self.asked.append(f"{handler.command} {url.path}")
            if self._refusals:
                status, headers, page = self._refusals.pop(0)
                return _send(handler, status, page or {"error": {"code": "Refused", "message": "by it"}}, headers)
            lost = next((loss for loss in self._losses if loss[0] == handler.command), None)
            if lost:
                self._losses.remove(lost)
                if not lost[1]:
                    return _drop(handler)
            try:
                status, answer = self._act(handler.command, url.path, parse_qs(url.query), json.loads(body or b"{}"))
            except Refused as refused:
                status, answer = refused.status, {"error": {"code": refused.code, "message": "in its own words"}}
            if lost:
                return _drop(handler)
        return _send(handler, status, answer)

    def _act(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        collection, name, rest = re.fullmatch(r"/(secrets|deletedsecrets)/([^/]+)/?(.*)", path).groups()  # type: ignore[union-attr]
        if not re.fullmatch(r"[0-9A-Za-z-]{1,127}", name):
            raise Refused(400, "BadParameter")
        secret = self._secrets.get(name)
        if collection == "deletedsecrets":
            return self._act_on_deleted(method, name, rest, secret)
        if method == "PUT":
            self._need("setSecret")
            if secret and secret.deleted:
                raise Refused(409, "Conflict")
            self.set(name, body["value"], body.get("tags"))
            return 200, self.odd_answer or self._bundle(name, self._secrets[name].versions[-1], value=True)
        self._need(
            {"PATCH": "update", "DELETE": "delete"}.get(method, "readMetadata" if rest == "versions" else "getSecret")
        )
        if secret is None or secret.deleted:
            raise Refused(404, "SecretNotFound")
        if method == "DELETE":
            secret.deleted = True
            return 200, self._deleted(name, secret)
        if rest == "versions":
            start = int(query.get("start", ["0"])[0])
            page = [self._bundle(name, each) for each in secret.versions[start : start + _PAGE]]
            more = start + _PAGE < len(secret.versions)
            link = f"{self.url}/secrets/{name}/versions?api-version=7.6&start={start + _PAGE}" if more else None
            return 200, {"value": page, "nextLink": link}
        version = next((each for each in secret.versions if each.id == rest), None) if rest else secret.versions[-1]
        if version is None:
            raise Refused(404, "SecretNotFound")
        if method == "PATCH":
            version.content_type = body.get("contentType", version.content_type)
            version.tags = body.get("tags") or version.tags
            version.enabled = (body.get("attributes") or {}).get("enabled", version.enabled)
            return 200, self._bundle(name, version)
        if not version.enabled:
            raise Refused(403, "Forbidden")
        return 200, self._bundle(name, version, value=True)

    def _act_on_deleted(self, method: str, name: str, rest: str, secret: Secret | None) -> tuple[int, Any]:
        self._need("recover" if rest == "recover" else "getSecret")
        if secret is None or not secret.deleted:
            raise Refused(404, "SecretNotFound")
        if rest == "recover":
            secret.deleted = self.slow_recovery
            return 200, self._bundle(name, secret.versions[-1])
        return 200, self._deleted(name, secret)

    def _need(self, right: str) -> None:
        if right not in self.rights:
            raise Refused(403, "ForbiddenByRbac")

    def _bundle(self, name: str, version: Version, *, value: bool = False) -> dict[str, Any]:
        attributes = {"enabled": version.enabled, "created": version.created, "updated": version.created}
        shown = {"id": f"{self.url}/secrets/{name}/{version.id}", "attributes": attributes, "tags": version.tags}
        return {**shown, "contentType": version.content_type, **({"value": version.value} if value else {})}

    def _deleted(self, name: str, secret: Secret) -> dict[str, Any]:
        return {**self._bundle(name, secret.versions[-1]), "recoveryId": f"{self.url}/deletedsecrets/{name}"}


class _IdentityHandler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        _send(self, 200, {"access_token": TOKEN, "expires_on": "4102444800", "token_type": "Bearer", "resource": "x"})


def _send(handler: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def _drop(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()
