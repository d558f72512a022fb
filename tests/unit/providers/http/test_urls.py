from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.http.errors import InsecureUrl, LinkRefused
from providers.http.message import Response
from providers.http.urls import find_next_link, parse_origin, require_https

BASE = "https://psa.example.com/v1/apis/3.0"


def make_linked(value: str, url: str = BASE + "/system/members?page=1") -> Response:
    return Response(200, {"link": value}, b"[]", url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/x", "http://127.9.9.9", "http://[::1]:80/", "http://localhost/a"]
)
def test_plain_http_is_allowed_on_loopback(url: str) -> None:
    assert require_https(url).is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://psa.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "http://127.1",
        "http://2130706433",
        "http://[::ffff:127.0.0.1]",
        "HTTP://psa.example.com",
    ],
)
def test_plain_http_elsewhere_is_refused_with_the_host_and_the_cure(url: str) -> None:
    with pytest.raises(InsecureUrl, match="use https://") as caught:
        require_https(url)
    assert caught.value.host in str(caught.value)
    assert not caught.value.sent


@pytest.mark.parametrize(
    "url",
    [
        "",
        "psa.example.com",
        "ftp://psa.example.com",
        "https://",
        "https://user:hunter22@psa.example.com",
        "https://psa.example.com\\@evil.example",
        "https://psa.example.com:99999",
        "https://psa.example.com:x",
        "https://psa example.com",
        "https://psa.example.com/\r\nX: y",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused_without_repeating_it(url: str) -> None:
    assert parse_origin(url) is None
    with pytest.raises(InsecureUrl) as caught:
        require_https(url)
    assert "hunter22" not in str(caught.value)


def test_origins_are_scheme_host_and_port() -> None:
    assert parse_origin("https://PSA.example.com/a?b") == parse_origin("https://psa.example.com:443")
    assert parse_origin("https://psa.example.com") != parse_origin("http://psa.example.com")
    assert parse_origin("https://psa.example.com") != parse_origin("https://psa.example.com:444")
    assert parse_origin("https://psa.example.com") != parse_origin("https://example.com")
    assert parse_origin("nonsense") is None


def test_an_origin_is_written_without_its_default_port() -> None:
    assert str(require_https("https://PSA.example.com:443/x")) == "https://psa.example.com"
    assert str(require_https("https://psa.example.com:8443")) == "https://psa.example.com:8443"
    assert str(require_https("http://[::1]:81")) == "http://[::1]:81"


@pytest.mark.parametrize(
    "value",
    [
        '<{0}?page=2>; rel="next"',
        "<{0}?page=2>;rel=next",
        '<{0}?page=2> ; title="a, b; c" ; REL = "NEXT"',
        '<{0}?page=9>; rel="last", <{0}?page=2>; rel="next"',
        '<{0}?page=2>; rel="next last"',
        '<{0}?page=2>; title="quote \\" inside"; rel="next"; foo',
        '</v1/apis/3.0/system/members?page=2>; rel="next"',
        '<?page=2>; rel="next"',
        '<{0}?page=1>; rel="first"; rel="next", <{0}?page=2>; rel="next"; rel="first"',
    ],
)
def test_the_next_page_is_found_however_the_header_is_written(value: str) -> None:
    url = BASE + "/system/members"
    assert find_next_link(make_linked(value.replace("{0}", url)), BASE) == url + "?page=2"


@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "<>; rel=next", '<https://psa.example.com/x>; rel="prev"', "<https://psa.example.com/x>", "<"],
)
def test_no_next_page_is_none(value: str) -> None:
    assert find_next_link(make_linked(value), BASE) is None


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://psa.example.com", "//evil.example", "https://PSA.example.com:8443"]
)
def test_of_a_next_page_at_another_origin_path_and_query_are_taken(origin: str) -> None:
    found = find_next_link(make_linked(f'<{origin}/v2/x?pageId=7&a=%2F>; rel="next"'), BASE)
    assert found == "https://psa.example.com/v2/x?pageId=7&a=%2F"


@pytest.mark.parametrize(
    "target", ["https://psa.example.com@evil.example/", "ftp:x", "https://psa.example.com\\x?token=hunter22"]
)
def test_a_next_page_that_cannot_be_read_is_refused_without_repeating_it(target: str) -> None:
    with pytest.raises(LinkRefused, match="next page") as caught:
        find_next_link(make_linked(f'<{target}>; rel="next"'), BASE)
    assert "hunter22" not in str(caught.value)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('<>;,="\\ relnxthps:/a'), max_size=200))
def test_no_link_header_leads_elsewhere_or_breaks_the_parser(value: str) -> None:
    try:
        found = find_next_link(make_linked(value), BASE)
    except LinkRefused:
        return
    assert found is None or parse_origin(found) == parse_origin(BASE)


def test_a_hostile_link_header_costs_no_time() -> None:
    for piece in ("<", '<a>;x="', "<a>;", "<a>" + ";a" * 10, "<a>; "):
        assert find_next_link(make_linked((piece * 65536)[:65536]), BASE) is None
