"""One question to the Umbrella API: do these credentials belong to a provider console?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from providers.core.errors import PermissionDenied, ProviderError, RemoteError, Unauthenticated
from providers.http.redact import Redactor
from providers.umbrella.api import UmbrellaApi
from tests.unit.providers.core.loopback import LOST, Answer, Loopback, Route, SeenRequest, make_page, make_reply

TOKEN = make_reply({"token_type": "bearer", "access_token": "b3ar3r-value", "expires_in": 3600})
CONSOLE = make_reply({"packageName": "MSP", "customerCount": 12, "rebillAt": None})

Serve = Callable[[Route], Loopback]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda route: stack.enter_context(Loopback(route))


def make_routes(token: Answer = TOKEN, console: Answer = CONSOLE) -> Route:
    def route(seen: SeenRequest) -> Answer:
        return token if seen.path == "/auth/v2/token" else console

    return route


def make_api(far: Loopback, redactor: Redactor | None = None) -> UmbrellaApi:
    return UmbrellaApi(far.transport(), redactor or Redactor(), "Basic a2V5OnNlY3JldA==")


def test_a_provider_console_passes_with_two_requests(serve: Serve) -> None:
    far = serve(make_routes())
    make_api(far).refuse_unless_provider()
    sign_in, report = far.seen
    assert (sign_in.method, sign_in.path, sign_in.body) == ("POST", "/auth/v2/token", b"grant_type=client_credentials")
    assert sign_in.headers["authorization"] == "Basic a2V5OnNlY3JldA=="
    assert sign_in.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (report.method, report.path) == ("GET", "/reports/v2/providers/consoles")
    assert report.headers["authorization"] == "Bearer b3ar3r-value"


def test_a_token_is_hidden_from_the_moment_it_is_known(serve: Serve) -> None:
    redactor = Redactor()
    make_api(serve(make_routes()), redactor).refuse_unless_provider()
    assert redactor.redact("b3ar3r-value") == "[redacted]"


@pytest.mark.parametrize(
    ("route", "kind", "words"),
    [
        (
            make_routes(token=make_reply({"message": "no"}, 401)),
            Unauthenticated,
            "refused umbrella:apiKey and umbrella:apiSecret",
        ),
        (
            make_routes(console=make_reply({"message": "no"}, 401)),
            Unauthenticated,
            "refused umbrella:apiKey and umbrella:apiSecret",
        ),
        (
            make_routes(console=make_reply({"message": "no"}, 403)),
            PermissionDenied,
            "not a provider console's, or lacks the scope r",
        ),
        (make_routes(console=make_page("<b>down</b>", 502)), RemoteError, "the Umbrella API answered HTTP 502: down"),
        (make_routes(token=make_reply({})), RemoteError, "in an unexpected shape; check umbrella:apiUrl"),
        (
            make_routes(token=make_reply({"access_token": None})),
            RemoteError,
            "in an unexpected shape; check umbrella:apiUrl",
        ),
        (make_routes(console=make_reply({"customerCount": None})), RemoteError, "in an unexpected shape"),
        (make_routes(console=make_reply([])), RemoteError, "in an unexpected shape"),
        (
            make_routes(token=make_page("<html>Sign in</html>")),
            RemoteError,
            r"instead of JSON.*Check umbrella:apiUrl\.",
        ),
        (make_routes(console=LOST), RemoteError, r"broke the connection.*Check umbrella:apiUrl\."),
    ],
)
def test_anything_else_is_a_problem_that_names_the_setting(
    route: Route, kind: type[ProviderError], words: str, serve: Serve
) -> None:
    with pytest.raises(kind, match=words) as caught:
        make_api(serve(route)).refuse_unless_provider()
    assert "b3ar3r-value" not in str(caught.value)
