from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.http.clock import Deadlines
from providers.http.errors import MalformedAnswer
from providers.http.message import Headers, Request, Response
from providers.http.redact import Redactor

URL = "https://psa.example.com/v1/x?conditions=hidden"


def test_header_names_ignore_case_and_later_layers_win() -> None:
    headers = Headers({"Accept": "a", "X": "1"}, {"ACCEPT": "b"})
    assert headers["accept"] == "b"
    assert dict(headers) == {"ACCEPT": "b", "X": "1"}
    assert len(headers) == 2
    assert "missing" not in headers
    assert repr(headers) == "Headers(ACCEPT, X)"


@pytest.mark.parametrize(
    ("method", "repeats"), [("GET", True), ("HEAD", True), ("POST", False), ("PUT", False), ("DELETE", False)]
)
def test_only_reading_is_repeatable_by_itself(method: str, repeats: bool) -> None:
    assert Request(method, "/x").may_repeat is repeats
    assert Request(method, "/x").is_write is not repeats
    assert Request(method, "/x", repeatable=True).may_repeat
    assert not Request(method, "/x", repeatable=False).may_repeat


def test_a_request_is_refused_when_it_contradicts_itself() -> None:
    with pytest.raises(ValueError, match="upper case"):
        Request("get", "/x")
    with pytest.raises(ValueError, match="not both"):
        Request("POST", "/x", json={}, form={})


def test_bodies_are_encoded_with_their_type() -> None:
    assert Request("POST", "/x", json={"ä": [1, None]}).encode_body() == (
        b'{"\\u00e4":[1,null]}',
        {"Content-Type": "application/json"},
    )
    assert Request("POST", "/x", form={"a": "b c&"}).encode_body() == (
        b"a=b+c%26",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert Request("POST", "/x").encode_body() == (None, {})
    assert Request("PUT", "/x", json=[]).encode_body()[0] == b"[]"


def test_reprs_hold_no_secret() -> None:
    request = Request("POST", "/x", {"q": "hunter22"}, {"Authorization": "hunter22"}, json={"k": "hunter22"})
    response = Response(200, {"Set-Cookie": "hunter22"}, b"hunter22", "https://h/?hunter22")
    assert "hunter22" not in repr(request) + repr(response)
    assert "hunter22" not in repr(Request("POST", "/x", form={"k": "hunter22"}))


def test_json_is_read_whatever_the_content_type_claims() -> None:
    assert Response(200, {"Content-Type": "text/html"}, b'{"a": 1}').json() == {"a": 1}
    assert Response(200, {}, b"null").json() is None


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b"NaN", b"\xff\xfe\xfa", b"[" * 100_000, b"1" * 5000])
def test_what_is_not_json_is_told_in_one_sentence(body: bytes) -> None:
    with pytest.raises(MalformedAnswer) as caught:
        Response(200, {"Content-Type": "text/html; charset=x"}, body, URL).json()
    words = str(caught.value)
    assert words.startswith("psa.example.com answered 200 with ")
    assert "instead of JSON" in words
    assert "hidden" not in words
    assert ("empty body" if not body else "bytes of text/html") in words
    assert caught.value.__context__ is None
    assert caught.value.sent


def test_a_broken_error_page_is_quoted_in_readable_words() -> None:
    page = b"<html><style>b{}</style><h1>502 Bad\r\nGateway</h1><script>x<y</script> cloud</html>"
    with pytest.raises(MalformedAnswer, match=r'502 with .* \("502 Bad Gateway cloud"\)'):
        Response(502, {"Content-Type": "text/html"}, page, URL).json()


def test_a_broken_success_is_not_quoted_because_it_may_hold_a_new_key() -> None:
    with pytest.raises(MalformedAnswer) as caught:
        Response(201, {}, b'{"privateKey": unknown-to-any-redactor', URL).json()
    assert "unknown-to-any" not in str(caught.value)


def test_text_is_redacted_before_it_is_cut() -> None:
    redactor = Redactor()
    redactor.add("swordfish")
    text = Response(500, {}, b"x" * 196 + b" swordfish", redactor=redactor).text
    assert len(text) == 200
    assert "sword" not in text
    assert text.endswith("…")


@settings(deadline=None)
@given(st.binary(max_size=500), st.integers(100, 599))
def test_no_body_breaks_its_own_description(body: bytes, status: int) -> None:
    response = Response(status, {"Content-Type": body.decode("latin-1")}, body, URL)
    assert response.text.isprintable()
    assert response.quote(body.decode("latin-1")).isprintable()
    try:
        response.json()
    except MalformedAnswer as error:
        words = str(error)
    else:
        words = ""
    assert len(words) < 600
    assert words.isprintable()


def test_megabytes_of_hostile_markup_cost_no_time() -> None:
    for piece in (b"<", b"<script>", b"<style></", b"\xff"):
        assert len(Response(500, {}, (piece * 300_000)[:300_000]).text) <= 200


@pytest.mark.parametrize("field", ["connect", "read", "total"])
def test_a_deadline_of_nothing_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="positive"):
        Deadlines(**{field: 0.0})
