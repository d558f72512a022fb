"""Which company a request is for and who claims to send it, read from the path or the Authorization header."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple

from simulator.routing import find_service
from simulator.services.umbrella.models import UmbrellaConsole
from simulator.world import World


class ClaimedCaller(NamedTuple):
    """A company's id and the public name of the caller; null where the request does not say."""

    company: str | None = None
    name: str | None = None


def parse_basic(header: str | None) -> tuple[str, str] | None:
    """Take HTTP Basic credentials apart; null when there are none."""
    scheme, _, rest = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, secret) if colon else None


def parse_bearer(header: str | None) -> str | None:
    scheme, _, rest = (header or "").partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else None


def identify_caller(world: World, path: str, headers: Mapping[str, str]) -> ClaimedCaller:
    """Tell the company that a request is for and who claims to send it, before anything is authenticated."""
    service, segments = find_service(path), path.strip("/").split("/")
    authorization = headers.get("authorization")
    match service, segments:
        case "login", [_, _, company_id]:
            return ClaimedCaller(company_id)
        case "rest", _:
            user, _ = parse_basic(authorization) or ("", "")
            company_id, plus, public_key = user.partition("+")
            return ClaimedCaller(company_id, public_key) if plus else ClaimedCaller()
        case (("gateway" | "console"), [_, "connectwise", *rest]):
            return ClaimedCaller(rest[0] if rest else None, f"{service}:connectwise")
        case (("gateway" | "console"), [_, "umbrella", kind, console_id, *_]):
            return _name_owner(world.consoles.get((kind, console_id)), f"{service}:umbrella")
        case (("gateway" | "console"), _):
            return ClaimedCaller(None, f"{service}:umbrella")
        case "umbrella", _:
            return _identify_api_client(world, authorization)
        case "control", [_, "companies", company_id, *_]:
            return ClaimedCaller(company_id)
    return ClaimedCaller()


def _identify_api_client(world: World, authorization: str | None) -> ClaimedCaller:
    pair, token = parse_basic(authorization), parse_bearer(authorization)
    if pair is not None:
        matches = (console for console in world.consoles.values() if console.api_key == pair[0])
        return _name_owner(next(matches, None), pair[0])
    console_key = world.tokens.find_console(token) if token else None
    console = world.consoles.get(console_key) if console_key else None
    return ClaimedCaller(console.company_id, console.api_key) if console else ClaimedCaller()


def _name_owner(console: UmbrellaConsole | None, name: str) -> ClaimedCaller:
    return ClaimedCaller(console.company_id if console else None, name)
