"""Whose request is it? Read from the path or the sign-in, before anything is decided."""

import base64
import binascii
from collections.abc import Mapping

from simulator.services import service_of
from simulator.world import World


def basic(header: str | None) -> tuple[str, str] | None:
    """Take HTTP Basic credentials apart; null when there are none."""
    scheme, _, rest = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, secret) if colon else None


def bearer(header: str | None) -> str | None:
    scheme, _, rest = (header or "").partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else None


def company_of(world: World, path: str, headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Give the company that a request is about and the public name of who claims to make it."""
    service, parts = service_of(path), path.strip("/").split("/")
    authorization = headers.get("authorization")
    if service == "login":
        return (parts[2] if len(parts) == 3 else None), None
    if service == "rest":
        user, _ = basic(authorization) or ("", "")
        company, plus, public = user.partition("+")
        return (company, public) if plus else (None, None)
    if service == "gateway":
        if len(parts) > 2 and parts[1] == "connectwise":
            return parts[2], "gateway:connectwise"
        console = world.consoles.get((parts[2], parts[3])) if len(parts) > 3 and parts[1] == "umbrella" else None
        return (console.company_id if console else None), "gateway:umbrella"
    if service == "console":
        if parts[1:2] == ["connectwise"]:
            return (parts[2] if len(parts) > 2 else None), "console:connectwise"
        console = world.consoles.get((parts[2], parts[3])) if len(parts) > 3 else None
        return (console.company_id if console else None), "console:umbrella"
    if service == "umbrella":
        return _umbrella(world, authorization)
    if service == "control":
        return (parts[2] if len(parts) > 2 and parts[1] == "companies" else None), None
    return None, None


def _umbrella(world: World, authorization: str | None) -> tuple[str | None, str | None]:
    pair, token = basic(authorization), bearer(authorization)
    if pair is not None:
        console = next((one for one in world.consoles.values() if one.api_key == pair[0]), None)
        return (console.company_id if console else None), pair[0]
    where = world.tokens.console(token) if token else None
    console = world.consoles.get(where) if where else None
    return (console.company_id, console.api_key) if console else (None, None)
