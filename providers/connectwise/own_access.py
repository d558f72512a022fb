"""What a key sees of itself: who it is and what it may do, as far as its site says so.

A site may lack `/system/mySecurity`, wholly or only the list below it: its sibling `/system/myAccount` was seen to
answer 404 `ConnectWiseApi` to an API member (docs/coverage.md). Then nothing here guesses, and None says "unknown".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from pydantic import BaseModel

from providers.connectwise.records import CustomizeRecord, MySecurityRecord, Stamped
from providers.console.customize import IDENTIFIERS
from providers.core.errors import NotFound
from providers.core.run_cache import RunCache
from providers.http.message import Response

R = TypeVar("R", bound=BaseModel)
S = TypeVar("S", bound=Stamped)

_NO_ENDPOINT = "ConnectWiseApi"  # the code of a route that the site does not have, in its own words


class OwnAccess(ABC):
    """The calls of one key about itself."""

    public_key: str
    _cache: RunCache

    @abstractmethod
    def _send(self, method: str, path: str, *, query: Any = None, body: Any = None, headers: Any = None) -> Response:
        """Send a request as the key."""

    @abstractmethod
    def _fetch_all(self, record: type[R], path: str, **query: str | int) -> list[R]:
        """Read a list whole."""

    def list_my_security(self) -> list[MySecurityRecord] | None:
        """Sign in, now, and list the caller's levels and who the caller is.

        Returns:
            None where the site has no such call for this key. It has signed in then all the same, by `/system/info`.

        Raises:
            Unauthenticated: The key is refused.
        """
        rows = self._fetch_mine(MySecurityRecord, "/system/mySecurity")
        if rows is None:
            self._send("GET", "/system/info")
        self._cache.get_or_fetch(("signedIn", self.public_key), lambda: True)
        return rows

    def list_own_rights(self) -> list[MySecurityRecord] | None:
        """List the same once a run: what the provisioning key may do does not change under our feet."""
        return self._cache.get_or_fetch(("mySecurity", self.public_key), self.list_my_security)

    def list_my_items(self) -> dict[str, list[str]] | None:
        """List what the caller may use, as the site's identifiers, by function; None where the site does not say."""
        rows = self._fetch_mine(CustomizeRecord, "/system/mySecurity/customizeItems/")
        if rows is None:
            return None
        lists: dict[str, list[str]] = {identifier: [] for identifier in IDENTIFIERS.values()}
        for row in rows:
            lists.setdefault(row.customizeIdentifier or "", []).append(row.itemIdentifier or "")
        return {function: lists[identifier] for function, identifier in IDENTIFIERS.items()}

    def get_own_identifier(self) -> str:
        """Tell which member is behind the key, as `_info.updatedBy` shows it; empty until that is known.

        The site says it, or else an object that this run changed does.
        """
        for row in self.list_own_rights() or ():
            if row.member and row.member.identifier:
                return row.member.identifier
        return self._cache.get_or_fetch(("identity", self.public_key), str)

    def _learn_identity(self, changed: S) -> S:
        """Note who the site says changed an object that we have just changed."""
        if changed.info.updatedBy:
            self._cache.invalidate("identity", self.public_key)
            self._cache.get_or_fetch(("identity", self.public_key), lambda: changed.info.updatedBy)
        return changed

    def _fetch_mine(self, record: type[R], path: str) -> list[R] | None:
        """Read a list of the caller's own, None where the site has no such route. Asked in vain once a run."""
        if self._cache.has("missing", self.public_key, path):
            return None
        try:
            return self._fetch_all(record, path)
        except NotFound as error:
            if error.code != _NO_ENDPOINT:
                raise
        return self._cache.get_or_fetch(("missing", self.public_key, path), lambda: None)
