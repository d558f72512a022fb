"""A console gateway on loopback: answers by method and path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from providers.console.gateway import ConnectWiseGateway, asks_to_repeat
from providers.console.umbrella_gateway import UmbrellaGateway
from providers.core.run_cache import RunCache
from providers.http.redact import Redactor
from providers.http.transport import Transport
from tests.unit.providers.core.loopback import Answer, Loopback, SeenRequest, make_reply

TOKEN = "t0k3n-value"
Reply = Answer | list[Answer] | Callable[[SeenRequest], Answer]

HEALTH: dict[str, Any] = {
    "console": "connectwise",
    "site": "psa.example.com",
    "companyId": "acme",
    "ready": True,
    "reason": None,
}
UMBRELLA_HEALTH: dict[str, Any] = {"console": "msp", "consoleId": "9898129", "ready": True, "reason": None}


class Far(Loopback):
    """`replies["GET /health"]`: an answer, answers in turn, or a function of the request; anything else is 404."""

    def __init__(self, replies: dict[str, Reply]) -> None:
        super().__init__(self._reply)
        self.replies = replies
        self.cache = RunCache()
        self.redactor = Redactor()
        self.redactor.add(TOKEN)
        self._turns: dict[str, Iterator[Answer]] = {}

    def make_connectwise(self) -> ConnectWiseGateway:
        return ConnectWiseGateway(self._signed(), self.cache, "Acme", "https://psa.example.com")

    def make_umbrella(self) -> UmbrellaGateway:
        return UmbrellaGateway(self._signed(), self.cache, "msp", "9898129")

    def _signed(self) -> Transport:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return self.transport(redactor=self.redactor, headers=headers, retry_if=asks_to_repeat)

    def _reply(self, seen: SeenRequest) -> Answer:
        name = f"{seen.method} {seen.path}"
        missing = make_reply({"code": "not_found", "message": "There is no such object.", "retryable": False}, 404)
        reply = self.replies.get(name, missing)
        if isinstance(reply, list):
            return next(self._turns.setdefault(name, iter(reply)))
        return reply(seen) if callable(reply) else reply
