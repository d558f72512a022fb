"""The HTTP library, tamed: one attempt of one request.

The only file that imports `requests` at its top; it is loaded with the first request.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from providers.http.deadline import Attempt, current, with_deadline
from providers.http.errors import RedirectRefused, TooLarge, TransportError
from providers.http.failures import explain
from providers.http.message import Headers, Response
from providers.http.redact import Redactor
from providers.http.trust import get_ca_bundle
from providers.http.urls import Origin

_POOL = 16  # connections kept per host: more than the engine's workers, and more than a fleet's usual --jobs
_CHUNK = 64 * 1024
MAX_BODY = 16 * 1024 * 1024  # bytes; the longest list we read is a few hundred kilobytes
_HEADERS = {"User-Agent": "umbrella-psa", "Accept": "application/json", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt's request, complete: absolute URL, all headers, encoded body, and its bounds."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    connect: float  # seconds
    attempt: Attempt
    redactor: Redactor


class Wire:
    """The pooled connections to one origin. Used by many threads at once.

    The library's adapter without its session: a session would look for cookies, netrc, redirects and proxies around
    each request, half of what a request costs, and nothing of it is wanted twice or at all.
    """

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._adapter = _Adapter(pool_connections=2, pool_maxsize=_POOL, max_retries=0, pool_block=False)
        self._verify = get_ca_bundle() or True
        # Plain http is for this machine only, so it must not be carried to a proxy elsewhere.
        self._proxies = {} if origin.is_loopback else get_environ_proxies(str(origin))

    def close(self) -> None:
        """Close the idle connections."""
        self._adapter.close()

    def exchange(self, call: Call) -> Response | TransportError:
        """Send once and read the whole answer.

        Failures are returned and not raised: the library's own errors carry URLs and headers, and must not be in the
        context of what is raised.
        """
        current.attempt = call.attempt
        try:
            return self._exchange(call)
        # OSError: the library's root, sockets, a CA bundle that is not there. ValueError: what HTTP cannot carry.
        # The other two: the few that the library lets through from below.
        except (OSError, ValueError, HTTPError, HTTPException) as error:
            return explain(error, host=self._origin.address, sent=call.attempt.sent)
        finally:
            del current.attempt

    def _exchange(self, call: Call) -> Response | TransportError:
        request = requests.PreparedRequest()
        # One by one, which leaves out cookies and the credentials that a URL may name.
        request.prepare_method(call.method)
        request.prepare_url(call.url, None)
        request.prepare_headers({**_HEADERS, **call.headers})
        request.prepare_body(call.body, None)
        timeout = min(call.connect, call.attempt.get_remaining_seconds()), call.attempt.get_timeout()
        with self._adapter.send(
            request, stream=True, timeout=timeout, verify=self._verify, proxies=self._proxies
        ) as answer:
            if 300 <= answer.status_code < 400 and "Location" in answer.headers:
                return self._make_redirect_error(call.url, answer.headers["Location"])
            body = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                body += chunk
                if len(body) > MAX_BODY:
                    return self._make_too_large_error()
            return Response(answer.status_code, Headers(answer.headers), bytes(body), call.url, call.redactor)

    def _make_redirect_error(self, url: str, location: str) -> TransportError:
        try:
            target = urlsplit(urljoin(url, location)).hostname or ""
        except ValueError:
            target = ""
        if target.lower() == self._origin.host:
            goal = "another address of its own"
        else:
            goal = f"another host, {target}" if target.replace(".", "").replace("-", "").isalnum() else "another host"
        return RedirectRefused(
            f"{self._origin.address} redirects to {goal}, and redirects are not followed because credentials would "
            "go along",
            next_step="put the final address into the configuration",
            host=self._origin.address,
            sent=True,
        )

    def _make_too_large_error(self) -> TransportError:
        return TooLarge(
            f"{self._origin.address} sent more than {MAX_BODY:,} bytes in one answer, more than any API call of ours "
            "should need",
            next_step="check that the address is the API's",
            host=self._origin.address,
            sent=True,
        )


class _Adapter(HTTPAdapter):
    """Takes every connection from one pool: all requests go to one origin, on the same terms."""

    _pool: Any = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        if self._pool is None:
            pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
            pool.ConnectionCls = with_deadline(pool.ConnectionCls)
            self._pool = pool
        return self._pool
