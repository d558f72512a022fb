"""hvac, signed in: by token or AppRole, within deadlines, with few and safe repetitions."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import hvac  # type: ignore[import-untyped]
import requests
from hvac.adapters import RawAdapter  # type: ignore[import-untyped]

from providers.core.errors import SettingError, Unauthenticated
from providers.core.settings import validate_url
from providers.core.terms import terms
from providers.http.clock import Clock, Deadlines
from providers.http.trust import get_ca_bundle
from providers.vault.connection import VaultSettings
from providers.vault.hashicorp_errors import get_error_text, make_error, make_outcome_unknown, parse_body
from providers.vault.retrying import retry_call

_EARLY = 5.0  # seconds before its end, a token is as good as expired
_HEALTH = {"standbyok": "true", "perfstandbyok": "true", "sealedcode": "200", "uninitcode": "200"}


class HashicorpClient:
    """One server, one token."""

    def __init__(self, settings: VaultSettings, clock: Clock, deadlines: Deadlines) -> None:
        self._settings = settings
        self._clock = clock
        self._deadlines = deadlines
        address = _get_address(settings)
        self.host = urlsplit(address).netloc
        self.namespace = settings.namespace or os.environ.get("VAULT_NAMESPACE") or None
        self._client = hvac.Client(
            url=address,
            token=None if settings.role_id is None else "",
            namespace=self.namespace,
            # None: hvac looks at Vault's own variables.
            verify=None if {"VAULT_CACERT", "VAULT_CAPATH"} & set(os.environ) else get_ca_bundle(),
            timeout=(deadlines.connect, deadlines.read),
            # A redirect would take the token, and the secret, along.
            allow_redirects=False,
            # Answers come back whatever their status: its exceptions carry no headers, but the server's own words.
            adapter=RawAdapter,
            ignore_exceptions=True,
        )
        if settings.token:
            self._client.token = settings.token.get_secret_value()
        self._lock = Lock()
        self._expires = 0.0
        self._heeds_namespace = (self.namespace or "").strip("/") in ("", "root")

    def ask(self, act: str, call: Callable[[Any], Any], *, repeatable: bool = True) -> requests.Response:
        """Make a call, signed in, and give its answer whatever its status below 500.

        Raises:
            RemoteError: For the rest, after the repetitions that were safe.
        """

        def once() -> requests.Response:
            self._refuse_ignored_namespace()
            self._sign_in()
            return self._send(act, lambda: call(self._client))

        return retry_call(once, repeatable=repeatable, clock=self._clock, total=self._deadlines.total)

    def make_unauthenticated_error(self) -> Unauthenticated:
        """Say that the vault doesn't know our token, or not any more."""
        step = "sign in by AppRole again" if self._settings.role_id else "make a new one and set it as vault:token"
        return Unauthenticated(
            f"the vault at {self.host} refused our token (403): it has expired, was revoked or is wrong",
            next_step=step,
            setting="vault:token",
            status=403,
        )

    def _refuse_ignored_namespace(self) -> None:
        """Raise when the server would ignore the namespace and keep the key in its root, as community Vault does.

        Its health is told in the root only by servers that have namespaces; whoever tells it in ours has none, or is
        Vault Enterprise. Any other answer is left to the request that follows.
        https://developer.hashicorp.com/vault/docs/enterprise/namespaces#root-only-api-paths
        """
        with self._lock:
            if self._heeds_namespace:
                return
            act = "tell whether it has namespaces"
            answer = self._send(act, lambda: self._client.adapter.get("/v1/sys/health", params=_HEALTH))
            health = (parse_body(answer) or {}) if answer.status_code == 200 else {}
            version = str(health.get("version", "+ent"))
            if health.get("sealed") is False and not (health.get("enterprise") or "+ent" in version):
                raise SettingError(
                    "vault:namespace",
                    f"names {self.namespace}, but the vault at {self.host} has no namespaces: it would keep the key in "
                    "its root without a word",
                    next_step=f"remove it with `{terms().remove_setting} vault:namespace` (or VAULT_NAMESPACE from the "
                    "environment), or name a vault that has them in vault:address",
                    page="docs/vaults/hashicorp.md",
                )
            self._heeds_namespace = True

    def _sign_in(self) -> None:
        settings = self._settings
        if settings.role_id is None:
            if not self._client.token:
                raise SettingError(
                    "vault:token",
                    "is required to sign in to the vault",
                    next_step=f"set it with `{terms().set_secret} vault:token`, as VAULT_TOKEN, or set vault:roleId "
                    "and vault:secretId",
                )
            return
        with self._lock:
            if self._client.token and self._clock.now() < self._expires:
                return
            secret_id = settings.secret_id.get_secret_value() if settings.secret_id else None
            approle = self._client.auth.approle
            self._client.token = ""
            answer = self._send("sign in", lambda: approle.login(settings.role_id, secret_id, use_token=False))
            if answer.status_code == 404:
                raise make_error(answer, self.host, "sign in by AppRole at auth/approle")
            granted = (parse_body(answer) or {}).get("auth") if answer.status_code == 200 else None
            if not isinstance(granted, dict) or not granted.get("client_token"):
                raise Unauthenticated(
                    f"the vault at {self.host} refused the AppRole (HTTP {answer.status_code}): the secret id has "
                    "expired, is used up or is wrong, or the role id is",
                    next_step="set vault:roleId and vault:secretId again",
                    setting="vault:roleId",
                    status=403,  # whatever it was: asking again does not help
                )
            self._client.token = granted["client_token"]
            lease = float(granted.get("lease_duration") or 0)
            self._expires = self._clock.now() + lease - _EARLY if lease else float("inf")

    def _send(self, act: str, call: Callable[[], Any]) -> requests.Response:
        try:
            answer: requests.Response = call()
        except requests.RequestException as error:
            raise make_outcome_unknown(error, self.host) from None
        # Vault 1.13 answers 500 to a used-up secret id; it is no failure of the server.
        if answer.status_code >= 500 and "invalid secret id" in get_error_text(answer):
            return answer
        if answer.status_code >= 500 or answer.status_code == 429:
            raise make_error(answer, self.host, act)
        return answer


def _get_address(settings: VaultSettings) -> str:
    address = settings.address or os.environ.get("VAULT_ADDR") or os.environ.get("BAO_ADDR") or ""
    if not address:
        raise SettingError("vault:address", "is required, or VAULT_ADDR in the environment: where the vault answers")
    try:
        return validate_url(address)
    except ValueError as wrong:
        raise SettingError("vault:address", f"{wrong} (it may come from VAULT_ADDR)") from None
