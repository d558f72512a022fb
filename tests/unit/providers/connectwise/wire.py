"""The REST client against a real server on loopback: answers by method and path below the API's base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pydantic import SecretStr

from providers.connectwise.client import ConnectWise
from providers.connectwise.connection import ConnectWiseSettings
from providers.connectwise.site import Site
from providers.core.run_cache import RunCache
from providers.http.redact import Redactor
from tests.unit.providers.core.loopback import Answer, Loopback, SeenRequest, make_reply

BASE = "/v2025_1/apis/3.0"
PRIVATE = "s3cr3t-value"
Reply = Answer | list[Answer] | Callable[[SeenRequest], Answer]


class Api(Loopback):
    """`replies["GET /system/info"]`: an answer, answers in turn, or a function of the request; anything else is 404.

    A list ends with an empty `Link`, as forward-only paging has it, unless `link` is False.
    """

    def __init__(self, replies: dict[str, Reply], *, link: bool = True) -> None:
        super().__init__(self._reply)
        self.replies = replies
        self._link = link
        self._turns: dict[str, Iterator[Answer]] = {}
        self.cache = RunCache()
        self.redactor = Redactor()
        self.redactor.add(PRIVATE)

    def make_client(self) -> ConnectWise:
        """Signed in with the provisioning key."""
        settings = ConnectWiseSettings(
            site=self.url,
            company_id="acme",
            client_id=SecretStr("c11ent"),
            public_key="Public",
            private_key=SecretStr(PRIVATE),
        )
        site = Site(settings, lambda base: self.transport(base, redactor=self.redactor))
        return ConnectWise(site, self.cache, settings.public_key, settings.private_key)

    def list_calls(self, method: str, path: str = "") -> list[SeenRequest]:
        """The requests to the API, the codebase's lookups left out."""
        return self.asked(method, BASE + path)

    def _reply(self, seen: SeenRequest) -> Answer:
        answer = self._find_reply(seen)
        return replace(answer, headers={"Link": "", **answer.headers}) if self._link else answer

    def _find_reply(self, seen: SeenRequest) -> Answer:
        if seen.path.startswith("/login/companyinfo/"):
            return make_reply({"Codebase": "v2025_1/"})
        name = f"{seen.method} {seen.path.removeprefix(BASE)}"
        reply = self.replies.get(name, make_reply({"code": "NotFound", "message": "not found", "errors": None}, 404))
        if isinstance(reply, list):
            return next(self._turns.setdefault(name, iter(reply)))
        return reply(seen) if callable(reply) else reply
