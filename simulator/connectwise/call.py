"""One REST call on its way in, and its answer on the way out."""

import json
from dataclasses import dataclass, field
from typing import Any

from simulator.connectwise import errors
from simulator.connectwise.models import Actor, Company, Member


@dataclass(frozen=True)
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    company: Company
    member: Member
    actor: Actor
    parts: dict[str, str]
    query: dict[str, str]
    url: str  # the request's own address without its query
    base: str  # the API's address: scheme, host, codebase, /apis/3.0
    version: tuple[int, int]
    forward_only: bool
    raw: bytes = field(repr=False, default=b"")

    @property
    def id(self) -> int:
        return int(self.parts["id"])

    def json(self) -> Any:
        try:
            return json.loads(self.raw)
        except (ValueError, RecursionError):
            message = "The request body is not valid JSON."
            raise errors.ConnectWiseError(400, "InvalidObject", message) from None
