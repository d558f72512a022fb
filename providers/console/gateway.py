"""The driver `gateway`: an HTTP service that stands before a console (docs/gateway-contract.md)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from pydantic import SecretStr, TypeAdapter, ValidationError

from providers.console.contract import (
    ConnectWiseHealth,
    Customize,
    ErrorBody,
    Key,
    MintedKey,
    RoleSetting,
    RoleSettings,
)
from providers.console.customize import name_list
from providers.console.settings import get_comparable_host
from providers.core.errors import (
    Conflict,
    ManualActionRequired,
    NotFound,
    PermissionDenied,
    ProviderError,
    RemoteError,
    Unauthenticated,
    Unavailable,
)
from providers.core.run_cache import RunCache
from providers.core.terms import explain_recorded
from providers.core.values import get_adapter
from providers.http.errors import MalformedAnswer, TransportError, Unreachable
from providers.http.message import Request, Response
from providers.http.text import clean_value, is_clean
from providers.http.transport import Transport

A = TypeVar("A")
_IN_BETWEEN = "something in front of it, as a proxy, said so, which says nothing of what was asked for"


def asks_to_repeat(response: Response) -> bool:
    """Tell whether a repeat came while the first is in flight (409, retryable), and must come again."""
    return response.status == 409 and (error := _parse_error(response)) is not None and error.retryable


def _parse_error(response: Response) -> ErrorBody | None:
    """Read the gateway's own words; None where something in between answered."""
    try:
        said = ErrorBody.model_validate(response.json())
        return said.model_copy(update={"message": response.quote(said.message)})
    except (MalformedAnswer, ValidationError):
        return None


def _read(response: Response) -> object:
    """Read an answer as it may be shown; a private half is never shown, and must not be cut."""
    said = response.json()
    if is_clean(response.body):
        return said
    shown = clean_value(said)
    if isinstance(said, dict) and isinstance(shown, dict) and "privateKey" in said:
        shown["privateKey"] = said["privateKey"]
    return shown


class Gateway:
    """What both consoles' gateways have in common."""

    def __init__(self, transport: Transport, namespace: str) -> None:
        self._transport = transport
        self._namespace = namespace

    def ask(
        self,
        answer: type[A],
        method: str,
        path: str,
        body: Any = None,
        query: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
    ) -> A:
        """Ask for one operation; the gateway acts once and answers alike when a write is repeated after a lost reply.

        Raises:
            ProviderError: The gateway refused, could not be reached, or answered in no words of the contract.
        """
        once = {} if method in ("GET", "DELETE") else {"Idempotency-Key": secrets.token_hex(16)}
        try:
            response = self._transport.send(
                Request(method, path, query=query or {}, headers=once | (more or {}), json=body, repeatable=True)
            )
            if not 200 <= response.status < 300:
                raise self._make_error(response)
            adapter: TypeAdapter[A] = get_adapter(cast(Any, answer))
            return adapter.validate_python(None if response.status == 204 else _read(response))
        except Unreachable as error:
            detail, setting = self._explain_change("gatewayUrl"), f"{self._namespace}:gatewayUrl"
            raise RemoteError.of(error, detail=detail, setting=setting) from None
        except TransportError as error:
            raise RemoteError.of(error) from None
        except ValidationError as error:
            where = "/".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "the answer"
            raise RemoteError(
                f"the gateway of {self._namespace}:gatewayUrl answered {method} {path} in a shape that the contract "
                f"does not know (at {where}); the answer was ignored.",
                next_step="Check the gateway's version",
            ) from None

    def _make_error(self, response: Response) -> ProviderError:
        """Tell an error status as the problem it is; something in between knows nothing of an object or a token."""
        own, status, url = _parse_error(response), response.status, f"{self._namespace}:gatewayUrl"
        body = own or ErrorBody(code="", message=response.text or "no reason given")
        why, where = body.message.rstrip("."), f"the gateway of {url}"
        if own is None and status < 500 and status != 429:
            summary, detail = f"{where} was not reached: HTTP {status}, {why}", f"{_IN_BETWEEN.capitalize()}."
            return RemoteError(summary, next_step=f"check {url}", detail=detail, setting=url, status=status)
        if status == 423:
            return ManualActionRequired(f"{where} waits for a person:", detail=body.message)
        kind: type[RemoteError] = RemoteError
        step = detail = setting = ""
        if status == 401:
            kind, setting = Unauthenticated, f"{self._namespace}:gatewayToken"
            summary, step = f"{where} refused the token", f"check {setting}"
            detail = self._explain_change("gatewayToken")
        elif status == 403:
            kind, summary = PermissionDenied, f"{where} may not do this: {why}"
            step = "extend its allow-list if that is wanted"
        elif status == 404 and body.code == "not_found":
            kind, summary, detail = NotFound, f"{where} does not find the object:", body.message
        elif status == 409:
            kind, summary, step = Conflict, f"{where} reports a conflict: {why}", "run again"
        elif status in (429, 503):
            why = why if own else f"{why} ({_IN_BETWEEN})"
            kind, summary, step = Unavailable, f"{where} can't serve now: {why}", "try again later"
        elif status >= 500:
            summary = f"{where} failed (HTTP {status}: {why})"
            step = "run again, and look at its log when it stays so"
        else:
            said = "the console refused" if status == 422 else f"HTTP {status}"
            summary, detail = f"{where} says that {said}:", body.message
        return kind(summary, next_step=step, detail=detail, setting=setting, status=status, code=body.code)

    def _explain_change(self, name: str) -> str:
        """Say how a run gets a changed setting: the engine refreshes with what the last run recorded (README.md)."""
        return explain_recorded(f"{self._namespace}:{name}")

    def make_not_ready_error(self, reason: str | None) -> ProviderError:
        """Say that the gateway waits for something, in its own words."""
        return ProviderError(
            f"the gateway of {self._namespace}:gatewayUrl is not ready ({reason or 'no reason given'}), so nothing "
            "was changed",
            next_step="fix that and run again",
            setting=f"{self._namespace}:gatewayUrl",
            page="docs/gateway.md",
        )

    def make_wrong_target_error(self, theirs: str, ours: str) -> ProviderError:
        """Say that the gateway serves somebody else."""
        return ProviderError(
            f"the gateway of {self._namespace}:gatewayUrl serves {theirs}, but this stack is for {ours}",
            next_step=f"correct {self._namespace}:gatewayUrl",
            setting=f"{self._namespace}:gatewayUrl",
        )


class ConnectWiseGateway(Gateway):
    """`RoleDriver`, `KeyDriver` and `Readiness` of a ConnectWise console."""

    def __init__(self, transport: Transport, cache: RunCache, company_id: str, site: str) -> None:
        super().__init__(transport, "connectwise")
        self._cache = cache
        self._company_id = company_id
        self._site = site

    def get_health(self) -> ConnectWiseHealth:
        """Asked once a run."""
        return self._cache.get_or_fetch(
            ("connectwise", "health"), lambda: self.ask(ConnectWiseHealth, "GET", "/health")
        )

    def refuse_unless_ready(self) -> None:
        """Refuse a gateway of another company or site, or one that can't act now (see `Readiness`)."""
        health = self.get_health()
        if (health.companyId.casefold(), get_comparable_host(health.site)) != (
            self._company_id.casefold(),
            get_comparable_host(self._site),
        ):
            raise self.make_wrong_target_error(
                f"the company {health.companyId} at {health.site}", f"{self._company_id} at {self._site}"
            )
        if not health.ready:
            raise self.make_not_ready_error(health.reason)

    def list_prefetches(self) -> tuple[Callable[[], object], ...]:
        """Have its health asked at once."""
        return (self.get_health,)

    def set_levels(
        self, role_id: int, settings: Sequence[RoleSetting], lists: Mapping[str, Sequence[str]]
    ) -> list[RoleSetting]:
        """Set the rows named; `lists` is for people only."""
        body = RoleSettings(settings=list(settings)).model_dump()
        return self.ask(RoleSettings, "PUT", f"/securityRoles/{role_id}/settings", body).settings

    def get_allowed(self, role_id: int, function: str) -> list[str]:
        """Ask for a customize list."""
        query = {"function": name_list(function)}
        return self.ask(Customize, "GET", f"/securityRoles/{role_id}/customize", query=query).allow

    def set_allowed(self, role_id: int, function: str, allow: Sequence[str]) -> list[str]:
        """Replace that list; answer it as the gateway read it back."""
        body = Customize(function=name_list(function), allow=list(allow)).model_dump()
        return self.ask(Customize, "PUT", f"/securityRoles/{role_id}/customize", body).allow

    def list_keys(self, member_id: int) -> list[Key]:
        """Ask for the member's keys, once a run until something writes."""
        return self._cache.get_or_fetch(
            ("keys", str(member_id)), lambda: self.ask(list[Key], "GET", f"/apiMembers/{member_id}/keys")
        )

    def find_key(self, member_id: int, key_id: str, public_key: str, private_key: SecretStr) -> Key | None:
        """Look for a key on that list, by its number or its public half."""
        return next((key for key in self.list_keys(member_id) if key_id == key.id or public_key == key.publicKey), None)

    def mint(self, member_id: int, description: str, replaced_public_key: str = "") -> MintedKey:
        """Make a key; its description in the answer is the one that the console keeps."""
        with self._cache.invalidating("keys", str(member_id)):
            return self.ask(MintedKey, "POST", f"/apiMembers/{member_id}/keys", {"description": description})

    def set_inactive(self, member_id: int, key_id: str, inactive: bool) -> None:
        """Switch a key off or on."""
        with self._cache.invalidating("keys", str(member_id)):
            kept = self.ask(Key, "PATCH", f"/apiMembers/{member_id}/keys/{key_id}", {"inactive": inactive})
        if kept.inactive and not inactive:
            raise RemoteError("the console did not keep that the key is active again", next_step="run again")

    def revoke(self, member_id: int, key_id: str, public_key: str = "") -> None:
        """Delete a key, and take it off the list that this run knows."""
        listed = ("keys", str(member_id))
        left = [key for key in self.list_keys(member_id) if key.id != key_id] if self._cache.has(*listed) else None
        with self._cache.invalidating(*listed):
            self.ask(type(None), "DELETE", f"/apiMembers/{member_id}/keys/{key_id}")
        if left is not None:
            self._cache.get_or_fetch(listed, lambda: left)
