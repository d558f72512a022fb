"""Whether a key is gone: a console's silence is not enough while the key itself signs in."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from providers.core.errors import NotObservable, RemoteError

if TYPE_CHECKING:
    from providers.connectwise.api_key import ApiKeyState
    from providers.console.contract import Key
    from providers.console.drivers import KeyDriver


class KeySite(Protocol):
    """What this module needs of the site."""

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Tell whether this pair signs in. Raises when it can't be known."""


class KeyLookup:
    """Looks a key up by the driver, with the site as the witness. Changes nothing."""

    def __init__(self, driver: KeyDriver, site: KeySite) -> None:
        self._driver = driver
        self._site = site

    def refuse_hidden(self, state: ApiKeyState) -> None:
        """Raise where a console hides the member of a key that signs in: that does not show that the key is gone."""
        with suppress(NotObservable):
            if self._site.can_sign_in(state.public_key, state.private_key):
                raise RemoteError(
                    f"the console does not show the API member of the key {state.public_key}, but the key signs in, "
                    "so the answer was ignored",
                    next_step="look at the member's list in the console, and at the gateway",
                )

    def find(self, object_id: str, state: ApiKeyState) -> Key | None:
        """Find the key; None when it is certainly gone.

        Of a list without a single row the key itself must be witness: an answer that went wrong looks the same.
        """
        member_id = int(state.member_id)
        key = self._driver.find_key(member_id, object_id, state.public_key, state.private_key)
        with suppress(NotObservable):  # then `find_key` was the witness
            if (
                not key
                and not self._driver.list_keys(member_id)
                and self._site.can_sign_in(state.public_key, state.private_key)
            ):
                raise RemoteError(
                    f"the console lists no key of the API member, but the key {state.public_key} signs in, so "
                    "the answer was ignored",
                    next_step="run again, and look at the gateway of connectwise:gatewayUrl when it stays so",
                    setting="connectwise:gatewayUrl",
                )
        return key
