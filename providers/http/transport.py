"""Sending a request: address, rate budget, attempts, deadline. Each policy lives in its own file; here they meet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from providers.http.budget import Allowance, Budget
from providers.http.clock import Clock, Deadlines
from providers.http.errors import BudgetExhausted, BudgetUnknown, LinkRefused, TransportError
from providers.http.message import Headers, Request, Response
from providers.http.redact import Redactor
from providers.http.retry import NOT_PROCESSED, UNAVAILABLE, RetryPolicy, describe_wait, parse_retry_after
from providers.http.session import SharedSession
from providers.http.urls import parse_origin, require_https

if TYPE_CHECKING:
    from providers.http.wire import Wire

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_LONG = 5.0  # seconds; who waits longer wonders why


def _print(sentence: str) -> None:
    """Print to standard error, which an engine shows, too: standard output may be a report's."""
    sys.stderr.write(sentence + "\n")


class Transport:
    """HTTP to one base URL. Shared by threads; close it when done, or use it in a `with`."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | Callable[[], Mapping[str, str]] = _NO_HEADERS,
        redactor: Redactor,
        deadlines: Deadlines = Deadlines(),  # noqa: B008 - immutable
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - immutable
        budget: Budget | Allowance | None = None,
        before_write: Callable[[], None] = lambda: None,
        retry_if: Callable[[Response], bool] = lambda response: False,
        announce: Callable[[str], None] = _print,
        clock: Clock = Clock(),  # noqa: B008 - immutable
    ) -> None:
        """Contact nobody yet.

        Args:
            base_url: What requests' paths are below; https unless its host is loopback.
            headers: Go with every request, `Authorization` among them; asked before each attempt when callable.
            redactor: Hides secrets in what an answer's quotation shows.
            deadlines: Seconds, for every request.
            retry: How often, and after how long, something is tried again.
            budget: Counts on the same clock; the default is the allowance that all transports of this origin share.
            before_write: Runs before each attempt of anything but GET and HEAD, and stops it by raising.
            retry_if: May ask for another attempt of a repeatable request by its answer.
            announce: Is told of long pauses that the host asks for, in a sentence.
            clock: Time, waiting and chance.

        Raises:
            InsecureUrl: The address would let requests be read or misdirected.
        """
        self._origin = origin = require_https(base_url)
        self._base = base_url.rstrip("/")
        self._host = origin.address
        self._headers = headers
        self._redactor = redactor
        self._deadlines = deadlines
        self._retry = retry
        if not isinstance(budget, Budget):
            budget = (budget or Allowance(str(origin))).open(self._host, clock)
        self._budget = budget
        self._before_write = before_write
        self._retry_if = retry_if
        self._announce = announce
        self._clock = clock
        self._shared: SharedSession | None = SharedSession.join(origin)

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status, after as many attempts as are safe within the total deadline.

        Raises:
            TransportError: There is no answer.
            Exception: Whatever `before_write` raises.
        """
        url = self._build_url(request)
        body, content_type = request.encode_body()
        finish = self._clock.now() + self._deadlines.total
        self._open_wire()  # before the turn, which then is used at once
        sent_at = self._budget.acquire(finish)
        attempt = 0
        while True:
            attempt += 1
            if request.is_write:
                self._before_write()
            headers = dict(Headers(content_type, self._get_headers(), request.headers))
            outcome = self._attempt(request.method, url, headers, body, finish)
            told = self._read_wait(outcome)
            self._keep_pause(outcome, told, sent_at)
            pause = self._get_pause(request, outcome, attempt, told)
            if pause is None or self._clock.now() + pause >= finish:
                break
            self._clock.sleep(pause)
            try:
                sent_at = self._budget.acquire(finish)
            except (BudgetExhausted, BudgetUnknown):
                break  # what the host said is worth more than that we may not ask again
        if isinstance(outcome, TransportError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Give up the connections; those of other transports to this origin live on."""
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.leave()

    def __enter__(self) -> Transport:
        """Return the transport itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Show the host only."""
        return f"Transport({self._host})"

    def _get_headers(self) -> Mapping[str, str]:
        return self._headers() if callable(self._headers) else self._headers

    def _attempt(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, finish: float
    ) -> Response | TransportError:
        from providers.http.deadline import Attempt
        from providers.http.wire import Call

        attempt = Attempt(read=self._deadlines.read, finish=finish, now=self._clock.now)
        call = Call(method, url, headers, body, self._deadlines.connect, attempt, self._redactor)
        return self._open_wire().exchange(call)

    def _open_wire(self) -> Wire:
        if self._shared is None:
            raise RuntimeError("This transport is closed.")
        return self._shared.wire

    def _read_wait(self, outcome: Response | TransportError) -> float | None:
        """Read the seconds that an answer asks us to wait, None without a word about it."""
        if not isinstance(outcome, Response):
            return None
        told = self._read_named_wait(outcome)
        if outcome.status == NOT_PROCESSED and told is None:
            return self._retry.unnamed_wait + self._clock.random() * self._retry.base
        return told

    def _read_named_wait(self, answer: Response) -> float | None:
        return parse_retry_after(answer.headers.get("Retry-After"), self._clock.wall())

    def _keep_pause(self, outcome: Response | TransportError, told: float | None, sent_at: float) -> None:
        """Let all of us wait, where the host means all of us; a 409 that names a wait is about its operation alone."""
        if not isinstance(outcome, Response) or told is None:
            return
        news = False
        longest = self._retry.longest_retry_after
        if outcome.status == NOT_PROCESSED:
            news = self._budget.refuse(min(told, longest), sent_at)  # whoever is told to wait for longer gives up
        elif outcome.status == UNAVAILABLE and 0 < told <= longest:
            news = self._budget.pause(told)
        if news and told >= _LONG:
            silent = "" if self._read_named_wait(outcome) is not None else ", and does not say for how long: we wait"
            self._announce(f"{self._host} asks us to wait{silent} {describe_wait(told)} (HTTP {outcome.status}).")

    def _get_pause(
        self, request: Request, outcome: Response | TransportError, attempt: int, retry_after: float | None
    ) -> float | None:
        """Return the seconds until the next attempt, None when this was the last."""
        repeatable, wished = request.may_repeat, False
        if isinstance(outcome, Response):
            # Who names a time for the repeat is asked until the total deadline.
            wished = repeatable and bool(attempt < self._retry.attempts or retry_after) and self._retry_if(outcome)
        result = outcome.status if isinstance(outcome, Response) else outcome
        if not wished and not self._retry.should_retry(result, repeatable=repeatable, attempt=attempt):
            return None
        return self._retry.get_delay(attempt, retry_after, self._clock.random)

    def _build_url(self, request: Request) -> str:
        """Make the absolute URL. However odd the path, it stays with the origin that the credentials are for."""
        path, _, _ = request.path.partition("#")
        absolute = path.lower().startswith(("http://", "https://"))
        url = path if absolute else f"{self._base}/{path.lstrip('/')}"
        if request.query:
            url += ("&" if "?" in path else "?") + urlencode(request.query)
        if parse_origin(url) != self._origin:
            raise LinkRefused(
                f"A request for {self._host} was addressed elsewhere and was not sent",
                next_step="look for odd characters in the names and ids that it was made of",
                host=self._host,
                sent=False,
            )
        return url
