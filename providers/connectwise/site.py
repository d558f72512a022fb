"""One company at one site: where its API answers, and every request that goes there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from providers.connectwise.connection import ConnectWiseSettings, derive_api_origin, format_accept
from providers.connectwise.errors import make_unavailable_error
from providers.core.errors import OutcomeUnknown, RemoteError, SettingError
from providers.core.run_cache import RunCache
from providers.http.errors import TransportError
from providers.http.message import Request, Response
from providers.http.text import clean_text
from providers.http.transport import Transport

PAGE_SIZE = 1000  # the most that the vendor's guide lets a list give at once

_CODEBASE = re.compile(r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*/?")


@dataclass(frozen=True)
class _Api:
    """Where the company's look-up says that the API is."""

    codebase: str
    origin: str
    transport: Transport
    elsewhere: str  # a host that the look-up names and that is not followed


class Site:
    """Finds the API once per process, and once more when the site was upgraded under our feet."""

    def __init__(self, settings: ConnectWiseSettings, open_transport: Callable[[str], Transport]) -> None:
        self.settings = settings
        self.page_size = PAGE_SIZE
        """The most rows that a list is asked for at once; less where the site says that it gives less."""
        self._open = open_transport
        self._login = open_transport(settings.site)
        self._cache = RunCache()
        self._upgrades = 0

    @property
    def origin(self) -> str:
        """Where the API answers, and the only place that credentials go to. Raises as `send` does."""
        return self._find_api().origin

    @property
    def elsewhere(self) -> str:
        """A host that the look-up names for the API though it is neither ours nor the vendor's; usually empty."""
        return self._find_api().elsewhere

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
        api = self._find_api()
        response = self._send(api, method, path, headers, query, body)
        if not _may_have_moved(response) or path.startswith("http"):
            return response
        fresh = self._find_api_again(api)
        moved = (fresh.origin, fresh.codebase) != (api.origin, api.codebase)
        return self._send(fresh, method, path, headers, query, body) if moved else response

    def _send(self, api: _Api, method: str, path: str, headers: Mapping[str, str], query: Any, body: Any) -> Response:
        common = {
            "Accept": format_accept(self.settings.api_version),
            "clientId": self.settings.client_id.get_secret_value(),
        }
        url = path if path.startswith("http") else f"/{api.codebase}/apis/3.0{path}"
        request = Request(method, url, query=query or {}, headers={**common, **headers}, json=body)
        try:
            return api.transport.send(request)
        except TransportError as error:
            where = f"That is where the API of {self.settings.site} answers, by the site's own look-up."
            raise OutcomeUnknown.of(error, detail=where if api.origin != self.settings.site else "") from None

    def get_codebase(self) -> str:
        """Look the codebase up with the first request; it shows at once whether the site and the company are right."""
        return self._find_api().codebase

    def _find_api(self) -> _Api:
        return self._cache.get_or_fetch(("api", str(self._upgrades)), self._look_up)

    def _find_api_again(self, stale: _Api) -> _Api:
        """Look again after a sudden 404: hosted sites move to a new codebase when they are upgraded."""
        if stale is self._find_api():
            self._upgrades = 1  # once: another sudden 404 is the object's
        return self._find_api()

    def _look_up(self) -> _Api:
        site, company = self.settings.site, self.settings.company_id
        path = f"/login/companyinfo/{quote(company, safe='')}"
        try:
            response = self._login.send(Request("GET", path))
            body = response.json() if response.status == 200 else None
        except TransportError as error:
            raise RemoteError.of(error, detail="Check connectwise:site.", setting="connectwise:site") from None
        if response.status == 429:
            raise make_unavailable_error(response, f"GET {path}")
        if response.status != 200:
            raise RemoteError(
                f"{site} answered the company lookup with HTTP {response.status}",
                next_step="check that connectwise:site is a ConnectWise PSA site, and that no proxy or filter answers "
                "in its place",
                detail=f'It said: "{response.text}".' if response.text else "",
                setting="connectwise:site",
                status=response.status,
            )
        if body is None:
            raise SettingError(
                "connectwise:companyId",
                f"the site {site} does not know the company {company!r}; it is the company name that "
                "you type when you sign in",
            )
        found = body if isinstance(body, dict) else {}
        codebase = found.get("Codebase")
        if not isinstance(codebase, str) or not _CODEBASE.fullmatch(codebase):
            raise RemoteError(
                f"{site} answered the company lookup without a codebase",
                next_step="check that connectwise:site is a ConnectWise PSA site",
                setting="connectwise:site",
            )
        named = found.get("SiteUrl")
        named = named.strip() if isinstance(named, str) else ""
        followed = derive_api_origin(site, named)
        origin = followed or derive_api_origin(site)
        transport = self._login if origin == site else self._open(origin)
        return _Api(codebase.rstrip("/"), origin, transport, "" if followed else clean_text(named))


def _may_have_moved(response: Response) -> bool:
    """Tell whether the codebase may be an old one: a 404, or what the vendor's own gateway says in place of it."""
    return response.status == 404 or (response.status == 400 and "cannot route" in response.text.casefold())
