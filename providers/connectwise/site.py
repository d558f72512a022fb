"""One company at one site: where its API answers, and every request that goes there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from providers.connectwise.connection import ConnectWiseSettings, derive_api_origin, format_accept
from providers.core.errors import OutcomeUnknown, RemoteError, SettingError
from providers.core.run_cache import RunCache
from providers.http.errors import TransportError
from providers.http.message import Request, Response
from providers.http.transport import Transport

_CODEBASE = re.compile(r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*/?")


class Site:
    """Finds the codebase once per process, and once more when the site was upgraded under our feet."""

    def __init__(self, settings: ConnectWiseSettings, open_transport: Callable[[str], Transport]) -> None:
        self.settings = settings
        self.origin = derive_api_origin(settings.site)
        self._login = open_transport(settings.site)
        self._api = open_transport(self.origin)
        self._cache = RunCache()
        self._upgrades = 0

    def send(
        self, method: str, path: str, headers: Mapping[str, str], *, query: Any = None, body: Any = None
    ) -> Response:
        """Send one request below the API's base.

        Args:
            method: In upper case.
            path: Below the API's base, or an absolute URL of the same origin, from a `Link`.
            headers: Go with the request, beside the version and the client id.
            query: Parameters by name.
            body: Goes as JSON; None is no body.

        Returns:
            The answer, whatever its status.

        Raises:
            OutcomeUnknown: There is no answer.
            RemoteError: The company's look-up did not say where the API is.
            SettingError: The site does not know the company.
        """
        codebase = self.get_codebase()
        response = self._send(codebase, method, path, headers, query, body)
        if response.status != 404 or path.startswith("http"):
            return response
        fresh = self._refresh_codebase(codebase)
        return self._send(fresh, method, path, headers, query, body) if fresh != codebase else response

    def _send(
        self, codebase: str, method: str, path: str, headers: Mapping[str, str], query: Any, body: Any
    ) -> Response:
        common = {
            "Accept": format_accept(self.settings.api_version),
            "clientId": self.settings.client_id.get_secret_value(),
        }
        url = path if path.startswith("http") else f"/{codebase}/apis/3.0{path}"
        try:
            return self._api.send(Request(method, url, query=query or {}, headers={**common, **headers}, json=body))
        except TransportError as error:
            raise OutcomeUnknown(error.summary, next_step=error.next_step, sent=error.sent) from None

    def get_codebase(self) -> str:
        """Look the codebase up with the first request; it shows at once whether the site and the company are right."""
        return self._cache.get_or_fetch(("codebase", str(self._upgrades)), self._look_up)

    def _refresh_codebase(self, stale: str) -> str:
        """Look again after a sudden 404: hosted sites move to a new codebase when they are upgraded."""
        if stale == self.get_codebase():
            self._upgrades = 1  # once: another sudden 404 is the object's
        return self.get_codebase()

    def _look_up(self) -> str:
        company = self.settings.company_id
        try:
            response = self._login.send(Request("GET", f"/login/companyinfo/{quote(company, safe='')}"))
            body = response.json() if response.status == 200 else None
        except TransportError as error:
            raise RemoteError.of(error, detail="Check connectwise:site.", setting="connectwise:site") from None
        if response.status != 200:
            raise RemoteError(
                f"{self.settings.site} answered the company lookup with HTTP {response.status}",
                next_step="check that connectwise:site is a ConnectWise PSA site",
                setting="connectwise:site",
                status=response.status,
            )
        if body is None:
            raise SettingError(
                "connectwise:companyId",
                f"the site {self.settings.site} does not know the company {company!r}; it is the company name that "
                "you type when you sign in",
            )
        codebase = body.get("Codebase") if isinstance(body, dict) else None
        if not isinstance(codebase, str) or not _CODEBASE.fullmatch(codebase):
            raise RemoteError(
                f"{self.settings.site} answered the company lookup without a codebase",
                next_step="check that connectwise:site is a ConnectWise PSA site",
                setting="connectwise:site",
            )
        return codebase.rstrip("/")
