"""Where a company's API answers: the codebase, looked up once, and once more after an upgrade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from providers.connectwise.connection import ConnectWiseSettings
from providers.connectwise.site import Site
from providers.core.errors import OutcomeUnknown, RemoteError, SettingError, Unavailable
from providers.http.transport import Transport
from tests.unit.providers.core.loopback import LOST, Answer, Loopback, Route, SeenRequest, make_page, make_reply

LOOKUP = "/login/companyinfo/"


def make_settings(url: str, company: str = "acme", version: str = "2025.1") -> ConnectWiseSettings:
    return ConnectWiseSettings(
        site=url,
        company_id=company,
        client_id=SecretStr("c11ent"),
        public_key="Public",
        private_key=SecretStr("s3cr3t-value"),
        api_version=version,
    )


Serve = Callable[[Route], Loopback]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda route: stack.enter_context(Loopback(route))


def make_site(far: Loopback, company: str = "acme", version: str = "2025.1") -> Site:
    return Site(make_settings(far.url, company, version), far.transport)


def make_upgraded(*codebases: object) -> Route:
    """Lookups answer these codebases in turn, the last forever; only the last one's API is there."""
    answers = list(codebases)

    def route(seen: SeenRequest) -> Answer:
        if seen.path.startswith(LOOKUP):
            return make_reply({"Codebase": answers.pop(0) if len(answers) > 1 else answers[0]})
        there = seen.path.startswith(f"/{str(answers[0]).rstrip('/')}/apis/3.0/")
        return make_reply({}) if there else make_page("<h1>404</h1>", 404)

    return route


def test_the_codebase_is_looked_up_once_and_every_request_goes_below_it(serve: Serve) -> None:
    far = serve(make_upgraded("v2025_1/"))
    here = make_site(far)
    for _ in range(3):
        assert here.send("GET", "/system/info", {}).status == 200
    assert [seen.path for seen in far.seen] == [LOOKUP + "acme", *["/v2025_1/apis/3.0/system/info"] * 3]


def test_every_request_carries_the_client_id_and_the_version_and_the_lookup_nothing(serve: Serve) -> None:
    far = serve(make_upgraded("v2025_1/"))
    make_site(far).send("GET", "/system/info", {"Authorization": "Basic x"}, query={"page": 2})
    lookup, call = far.seen
    assert "authorization" not in lookup.headers
    assert "clientid" not in lookup.headers
    assert call.headers["clientid"] == "c11ent"
    assert call.headers["accept"] == "application/vnd.connectwise.com+json; version=2025.1"
    assert call.headers["authorization"] == "Basic x"
    assert call.query == {"page": "2"}


def test_without_a_version_none_is_sent(serve: Serve) -> None:
    far = serve(make_upgraded("v4_6_release"))
    make_site(far, version="none").send("GET", "/x", {})
    assert far.seen[-1].headers["accept"] == "application/json"


def test_a_company_id_cannot_break_out_of_its_address(serve: Serve) -> None:
    far = serve(make_upgraded("v2025_1/"))
    make_site(far, company="../a/b?c=d").send("GET", "/x", {})
    assert far.seen[0].path == LOOKUP + "..%2Fa%2Fb%3Fc%3Dd"


def test_after_a_sudden_404_the_codebase_is_looked_up_afresh_and_the_request_repeated(serve: Serve) -> None:
    far = serve(make_upgraded("v2025_1/", "v2025_2/"))
    here = make_site(far)
    here.send("GET", "/x", {})
    assert [seen.path for seen in far.seen] == [
        LOOKUP + "acme",
        "/v2025_1/apis/3.0/x",
        LOOKUP + "acme",
        "/v2025_2/apis/3.0/x",
    ]
    assert here.send("GET", "/x", {}).status == 200
    assert len(far.asked("GET", LOOKUP)) == 2


def test_a_codebase_that_the_vendors_gateway_cannot_route_has_moved(serve: Serve) -> None:
    current = iter(["v2025_1/", "v2025_2/", "v2025_2/"])

    def route(seen: SeenRequest) -> Answer:
        if seen.path.startswith(LOOKUP):
            return make_reply({"Codebase": next(current)})
        if seen.path.startswith("/v2025_2/"):
            return make_reply({})
        return Answer(400, b"Cannot route. Codebase/company is invalid")

    far = serve(route)
    here = make_site(far)
    assert [here.send("GET", "/x", {}).status for _ in range(2)] == [200, 200]
    assert [seen.path for seen in far.asked("GET", "/v")] == [
        "/v2025_1/apis/3.0/x",
        "/v2025_2/apis/3.0/x",
        "/v2025_2/apis/3.0/x",
    ]


def test_any_other_400_is_no_reason_to_look_again(serve: Serve) -> None:
    far = serve(
        lambda seen: make_reply({"Codebase": "v1/"}) if seen.path.startswith(LOOKUP) else make_reply({"code": "x"}, 400)
    )
    assert make_site(far).send("GET", "/x", {}).status == 400
    assert len(far.asked("GET", LOOKUP)) == 1


class Opened:
    """Opens transports to one server under any name, and keeps who was asked for."""

    def __init__(self, far: Loopback) -> None:
        self.far = far
        self.origins: list[str] = []

    def __call__(self, base: str) -> Transport:
        self.origins.append(base)
        return self.far.transport()


@pytest.mark.parametrize(
    ("site", "found", "origin"),
    [
        ("na.myconnectwise.net", {"Codebase": "v2025_1/"}, "https://api-na.myconnectwise.net"),
        (
            "ca.myconnectwise.net",
            {"Codebase": "v2025_1/", "SiteUrl": "ca.myconnectwise.net"},
            "https://api-ca.myconnectwise.net",
        ),
        (
            "psa.example.com",
            {"Codebase": "v4_6_release/", "SiteUrl": "https://api-psa.example.com"},
            "https://api-psa.example.com",
        ),
        ("psa.example.com", {"Codebase": "v2025_1/", "SiteUrl": None}, "https://psa.example.com"),
        ("psa.example.com", {"Codebase": "v2025_1/", "SiteUrl": 5}, "https://psa.example.com"),
        ("psa.example.com", {"Codebase": "v2025_1/", "SiteUrl": " "}, "https://psa.example.com"),
    ],
)
def test_the_api_is_where_the_companys_look_up_says(
    site: str, found: dict[str, object], origin: str, serve: Serve
) -> None:
    far = serve(lambda seen: make_reply(found))
    opened = Opened(far)
    here = Site(make_settings(site), opened)
    here.send("GET", "/x", {"Authorization": "Basic x"})
    assert (here.origin, here.elsewhere) == (origin, "")
    assert set(opened.origins) == {f"https://{site}", origin}
    assert len(far.asked("GET", LOOKUP)) == 1


def test_an_api_host_that_cannot_be_reached_is_told_with_where_it_comes_from(serve: Serve) -> None:
    far = serve(
        lambda seen: (
            make_reply({"Codebase": "v2025_1/", "SiteUrl": "api-psa.example.com"})
            if seen.path.startswith(LOOKUP)
            else LOST
        )
    )
    with pytest.raises(
        OutcomeUnknown, match=r"That is where the API of https://psa\.example\.com answers, by the site"
    ):
        Site(make_settings("psa.example.com"), Opened(far)).send("GET", "/x", {})


def test_a_host_of_somebody_else_is_named_and_never_asked(serve: Serve) -> None:
    opened = Opened(serve(lambda seen: make_reply({"Codebase": "v2025_1/", "SiteUrl": "https://evil\x1b[2J.example/"})))
    here = Site(make_settings("psa.example.com"), opened)
    here.send("GET", "/x", {"Authorization": "Basic x"})
    assert (here.origin, here.elsewhere) == ("https://psa.example.com", "https://evil [2J.example/")
    assert set(opened.origins) == {"https://psa.example.com"}


def test_a_site_that_is_asked_too_often_for_its_look_up_is_told_with_the_wait(serve: Serve) -> None:
    far = serve(lambda seen: make_reply({"error": "ConnectWiseAPI", "message": "x"}, 429, Retry_After="600"))
    with pytest.raises(Unavailable, match=r"can't serve GET /login/companyinfo/acme now .*; wait 600 seconds and run"):
        make_site(far).get_codebase()


def test_an_object_that_is_not_there_costs_one_lookup_a_process_and_no_repetition(serve: Serve) -> None:
    def route(seen: SeenRequest) -> Answer:
        return (
            make_reply({"Codebase": "v1/"}) if seen.path.startswith(LOOKUP) else make_reply({"code": "NotFound"}, 404)
        )

    far = serve(route)
    here = make_site(far)
    assert [here.send("GET", "/x", {}).status for _ in range(3)] == [404] * 3
    assert (len(far.asked("GET", LOOKUP)), len(far.asked("GET", "/v1/"))) == (2, 3)


def test_a_next_page_that_is_not_there_is_no_reason_to_look(serve: Serve) -> None:
    far = serve(make_upgraded("v1/"))
    assert make_site(far).send("GET", f"{far.url}/elsewhere", {}).status == 404
    assert len(far.asked("GET", LOOKUP)) == 1


def test_a_fresh_lookup_that_fails_is_an_error_and_not_a_404(serve: Serve) -> None:
    lookups = iter(
        [
            make_reply({"Codebase": "v1/"}),
            make_page("down", 500),
            make_page("down", 500),
            make_page("down", 500),
            make_page("x", 500),
        ]
    )

    def route(seen: SeenRequest) -> Answer:
        return next(lookups) if seen.path.startswith(LOOKUP) else make_reply({"code": "NotFound"}, 404)

    with pytest.raises(RemoteError, match="answered the company lookup with HTTP 500"):
        make_site(serve(route)).send("GET", "/x", {})


def test_a_company_that_the_site_does_not_know_is_a_wrong_setting(serve: Serve) -> None:
    far = serve(lambda seen: make_reply(None))
    with pytest.raises(SettingError) as caught:
        make_site(far, company="acmee").send("GET", "/x", {})
    assert str(caught.value) == (
        f"connectwise:companyId: the site {far.url} does not know the company 'acmee'; "
        "it is the company name that you type when you sign in."
    )


@pytest.mark.parametrize(
    "answer",
    [
        make_reply({}),
        make_reply([]),
        make_reply("v1/"),
        make_reply({"Codebase": None}),
        make_reply({"Codebase": 5}),
        make_reply({"Codebase": ""}),
        make_reply({"Codebase": "https://evil.example/"}),
        make_reply({"Codebase": "v1/../../x"}),
        make_reply({"Codebase": "v1/?x"}),
        make_page("<html>Sign in</html>"),
        Answer(200, b""),
        make_page("gone", 404),
        make_reply({"Codebase": "v1/"}, 201),
    ],
)
def test_whatever_else_a_lookup_answers_is_an_error_that_names_the_setting(answer: Answer, serve: Serve) -> None:
    far = serve(lambda seen: answer)
    with pytest.raises(RemoteError, match="connectwise:site"):
        make_site(far).send("GET", "/x", {})
    assert len(far.seen) == 1


def test_a_site_that_cannot_be_reached_names_the_setting(serve: Serve) -> None:
    with pytest.raises(RemoteError, match="Check connectwise:site"):
        make_site(serve(lambda seen: LOST)).send("GET", "/x", {})


def test_a_failed_lookup_is_tried_again_by_the_next_request(serve: Serve) -> None:
    lookups = iter([make_page("<html>", 200), make_reply({"Codebase": "v1/"})])
    far = serve(lambda seen: next(lookups) if seen.path.startswith(LOOKUP) else make_reply({}))
    here = make_site(far)
    with pytest.raises(RemoteError):
        here.send("GET", "/x", {})
    assert here.send("GET", "/x", {}).status == 200


@pytest.mark.parametrize(("method", "times"), [("GET", 4), ("POST", 1), ("PATCH", 1), ("DELETE", 1)])
def test_a_write_whose_answer_is_lost_is_not_repeated(method: str, times: int, serve: Serve) -> None:
    far = serve(lambda seen: make_reply({"Codebase": "v1/"}) if seen.path.startswith(LOOKUP) else LOST)
    with pytest.raises(OutcomeUnknown) as caught:
        make_site(far).send(method, "/x", {}, body={} if method != "GET" else None)
    assert caught.value.sent
    assert len(far.asked(method, "/v1/")) == times


def test_a_codebase_that_climbs_is_refused(serve: Serve) -> None:
    with pytest.raises(RemoteError):
        make_site(serve(lambda seen: make_reply({"Codebase": ".."}))).send("GET", "/x", {})
