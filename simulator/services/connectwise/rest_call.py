"""A call of the REST API, and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from simulator.services.connectwise import errors
from simulator.services.connectwise.models import Actor, PsaCompany, PsaMember


@dataclass(frozen=True)
class RestAnswer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RestCall:
    company: PsaCompany
    member: PsaMember
    actor: Actor
    path_parameters: dict[str, str]
    query: dict[str, str]
    url: str  # the request's own address without its query
    base: str  # the API's address: scheme, host, codebase, /apis/3.0
    version: tuple[int, int]
    forward_only: bool
    raw: bytes = field(repr=False, default=b"")

    @property
    def id(self) -> int:
        return int(self.path_parameters["id"])

    def parse_json(self) -> Any:
        try:
            return json.loads(self.raw)
        except (ValueError, RecursionError):
            message = "The request body is not valid JSON."
            raise errors.ConnectWiseError(400, "InvalidObject", message) from None
