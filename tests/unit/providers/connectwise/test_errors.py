"""What a site says when it refuses, as problems that say what to do."""

from __future__ import annotations

import json
import re
import time
from email.utils import formatdate
from typing import Any

import pytest

from providers.connectwise.errors import make_error
from providers.connectwise.rights import find_right
from providers.core.errors import (
    Conflict,
    NotFound,
    PermissionDenied,
    ProviderError,
    RemoteError,
    Unauthenticated,
    Unavailable,
)
from providers.http.message import Response

BODY = {"code": "InvalidObject", "message": "role object is invalid", "errors": None}


def make_problem(
    status: int, body: object, method: str = "GET", path: str = "/system/securityroles/5"
) -> ProviderError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return make_error(Response(status, body=raw), method, path, "PubKey", "connectwise:publicKey and the rest")


def test_a_refused_sign_in_names_the_settings_and_what_else_it_may_be() -> None:
    found = make_problem(401, {"code": "Unauthorized", "message": "no", "errors": []})
    assert isinstance(found, Unauthenticated)
    assert str(found) == (
        "the site refused the key PubKey (401); check connectwise:publicKey and the rest (a wrong client id looks the "
        "same). If the provisioning key was changed after the last run, run `pulumi up --run-program` once; "
        "to destroy, `pulumi destroy --run-program --refresh=false`."
    )
    assert (found.status, found.code) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/system/securityroles", "System / Security Roles: inquire"),
        ("GET", "/system/securityRoles/5/settings", "System / Security Roles: inquire"),
        ("POST", "/system/securityroles", "System / Security Roles: add"),
        ("DELETE", "/system/securityroles/5", "System / Security Roles: delete"),
        ("GET", "/system/apiMembers/5", "System / Member Maintenance: inquire"),
        ("POST", "/system/apiMembers", "System / Member Maintenance: add"),
        ("PATCH", "/system/apiMembers/5", "System / Member Maintenance: edit"),
        ("GET", "/system/members", "System / Member Maintenance: inquire"),
        ("GET", "/system/setupScreens", "System / Table Setup: inquire"),
        ("PUT", "/system/members", "System / Member Maintenance: edit"),
    ],
)
def test_a_missing_right_is_named(method: str, path: str, right: str) -> None:
    assert find_right(method, path) == right
    found = make_problem(403, {"code": "Forbidden", "message": "not you"}, method, path)
    assert isinstance(found, PermissionDenied)
    assert str(found) == (
        f"the key PubKey may not {method} {path} (403: not you); "
        f"give its role {right} = All in System > Security Roles."
    )


@pytest.mark.parametrize("path", ["/system/mySecurity", "/system/apiMembers/default", "/service/boards"])
def test_where_no_right_is_known_none_is_made_up(path: str) -> None:
    assert find_right("GET", path) is None
    found = make_problem(403, {"code": "Forbidden", "message": "not you"}, path=path)
    assert "; check the role's permissions in" in str(found)


def test_not_there_is_only_what_the_site_itself_says() -> None:
    found = make_problem(404, {"code": "NotFound", "message": "SecurityRole 5 not found"})
    assert isinstance(found, NotFound)
    assert str(found) == "the site does not find system/securityroles/5 (SecurityRole 5 not found)."


@pytest.mark.parametrize("body", [b"<html><body><h1>404</h1></body></html>", b"", b"null", b"[]", b'{"detail": "x"}'])
def test_a_404_in_other_words_is_not_not_there(body: bytes) -> None:
    found = make_problem(404, body)
    assert type(found) is RemoteError
    assert "(HTTP 404)" in str(found)


def test_a_busy_site_is_told_as_that() -> None:
    found = make_problem(429, b"<html>busy</html>")
    assert isinstance(found, Unavailable)
    assert str(found) == "the site can't serve GET /system/securityroles/5 now (HTTP 429); wait and run again."
    found = make_problem(503, {"code": "ConnectWiseApi", "message": "Maintenance."})
    assert isinstance(found, Unavailable)
    assert str(found).endswith("now (HTTP 503); wait and run again. It says: Maintenance.")


GUIDE_429 = {"error": "ConnectWiseAPI", "message": "Too many requests. Please try again in 120 seconds."}


@pytest.mark.parametrize("length", [120, 3600])
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_too_long_for_a_run_is_told_with_its_length(status: int, length: int) -> None:
    for header in (str(length), formatdate(time.time() + length, usegmt=True)):
        raw = json.dumps(GUIDE_429).encode()
        found = make_error(Response(status, {"Retry-After": header}, raw), "GET", "/x", "PubKey", "")
        assert re.search(r"; wait (\d+) seconds and run again", str(found))
        told = int(str(found).partition("; wait ")[2].partition(" ")[0])
        assert length - 2 <= told <= length


def test_a_429_says_its_code_as_the_vendors_guide_prints_it() -> None:
    found = make_problem(429, GUIDE_429)
    assert str(found).endswith("It says: Too many requests. Please try again in 120 seconds.")
    assert isinstance(found, Unavailable)
    assert found.code == "ConnectWiseAPI"


FOREIGN = [
    b"<html><head><title>Blocked</title></head><body>Request blocked</body></html>",
    b"Access denied by policy",
    b'{"message": "Forbidden"}',
    b'{"success": false, "errors": [{"code": 1020, "message": "Access denied"}]}',
    b'{"code": 403, "message": "no"}',
    b'["no"]',
    b'"no"',
    b"null",
    b"",
]


@pytest.mark.parametrize("body", FOREIGN)
@pytest.mark.parametrize("status", [400, 403, 404, 406, 407, 409, 410, 451])
def test_the_words_of_something_in_between_say_nothing_of_a_right_a_key_or_an_object(status: int, body: bytes) -> None:
    found = make_problem(status, body, "DELETE")
    assert type(found) is RemoteError  # no missing right, nothing that is gone, no refused key
    assert str(found).startswith(
        "DELETE /system/securityroles/5 was answered by something before the site, such as a filter or a proxy "
        f"(HTTP {status}); look at what stands before the site, and check connectwise:site. That says nothing about a "
        'right, a key or an object. Its words: "'
    )
    assert "Security Roles" not in str(found)


@pytest.mark.parametrize("body", FOREIGN)
def test_a_503_of_something_in_between_is_told_as_that(body: bytes) -> None:
    found = make_problem(503, body)
    assert isinstance(found, Unavailable)
    assert "wait and run again. That is no answer of the site, but of a filter or a proxy before it: " in str(found)


SSL = {"code": "Security", "message": "SSL is required.", "errors": None}


@pytest.mark.parametrize("status", [400, 403, 404])
def test_ssl_is_required_is_said_by_the_host_of_the_screens_and_not_for_want_of_a_right(status: int) -> None:
    raw, url = json.dumps(SSL).encode(), "https://psa.example.com/v2025_1/apis/3.0/system/info"
    found = make_error(Response(status, body=raw, url=url), "GET", "/system/info", "PubKey", "the key")
    assert type(found) is RemoteError
    assert str(found) == (
        f"psa.example.com does not serve the API ({status}: SSL is required); set connectwise:site to the host that "
        "does, such as api-psa.example.com."
    )
    assert found.setting == "connectwise:site"
    found = make_error(Response(status, body=raw, url=url), "GET", "/system/info", "PubKey", "the key", "api.other.net")
    assert "; set connectwise:site to api.other.net" in str(found)


def test_the_same_code_with_words_of_a_permission_is_a_missing_right() -> None:
    body = {"code": "Security", "message": "You do not have security permission to perform this action."}
    found = make_problem(403, body, "GET", "/system/members")
    assert isinstance(found, PermissionDenied)
    assert "give its role System / Member Maintenance: inquire = All" in str(found)


@pytest.mark.parametrize(("status", "body"), [(401, SSL), (403, {"code": "Forbidden", "message": "x"}), (403, {})])
def test_a_refusal_names_the_host_that_the_site_names_and_that_was_not_asked(status: int, body: object) -> None:
    raw = json.dumps(body).encode()
    found = make_error(Response(status, body=raw), "GET", "/x", "PubKey", "the key", "api.other.net")
    assert str(found).endswith(
        "The site names api.other.net for its API, where no credentials were sent; if that is right, set "
        "connectwise:site to it."
    )


def test_what_a_site_says_reaches_a_sentence_clean_and_cut() -> None:
    said = "no\x1b]0;pwned\x07\r\n::error::\u202egnp " + "x" * 500
    inner = [{"code": "a\x1b[2J", "field": "na\nme\u2066", "message": said}]
    for status in (400, 401, 403, 404, 409, 429, 500, 503):
        for body in ({"code": "a\x1b[2J", "message": said, "errors": inner}, said):
            found = make_problem(status, body)
            assert str(found).isprintable()
            assert all(text.isprintable() for text in found.fields().values())
            assert "x" * 201 not in str(found)


@pytest.mark.parametrize(
    ("status", "errors"), [(400, [{"code": "ObjectExists", "field": "name", "message": "exists"}]), (409, None)]
)
def test_a_name_that_is_taken_is_a_conflict(status: int, errors: Any) -> None:
    found = make_problem(status, {**BODY, "errors": errors}, "POST")
    assert isinstance(found, Conflict)
    assert found.code == "ObjectExists"
    assert found.field == ("name" if errors else "")


def test_the_sites_inner_errors_are_told_field_by_field() -> None:
    errors = [
        {"code": "MissingRequiredField", "field": "timeZone", "message": "is required"},
        {"code": "X", "message": "something else"},
        "not an object",
    ]
    found = make_problem(400, {**BODY, "errors": errors}, "POST", "/system/apiMembers")
    assert str(found) == "the site refused POST /system/apiMembers (HTTP 400): timeZone: is required; something else"
    assert isinstance(found, RemoteError)
    assert (found.code, found.field) == ("InvalidObject", "timeZone")


@pytest.mark.parametrize("errors", [None, [], {}, "x", [None, 5]])
def test_without_inner_errors_the_sites_message_is_told(errors: Any) -> None:
    assert str(make_problem(400, {**BODY, "errors": errors})).endswith("(HTTP 400): role object is invalid")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><head><style>x{}</style></head><body><h1>Bad gateway</h1></body></html>", "Bad gateway"),
        (b"", "no reason given"),
    ],
)
def test_a_page_from_in_between_is_told_without_its_markup(body: bytes, words: str) -> None:
    assert str(make_problem(502, body)) == (
        f"the site failed at GET /system/securityroles/5 (HTTP 502: {words}); run again, and look at the site and "
        "at any proxy before it when it stays so."
    )


def test_errors_that_are_no_list_are_no_crash() -> None:
    assert isinstance(make_problem(400, {**BODY, "errors": 5}), RemoteError)


def test_a_next_page_that_is_not_there_is_told_in_a_sentence() -> None:
    assert "no the" not in str(make_problem(404, {"code": "NotFound", "message": "x"}, path="the next page"))


@pytest.mark.parametrize("message", ["no Route matched with those values", "Not Found"])
def test_a_404_of_an_api_gateway_in_between_is_not_not_there(message: str) -> None:
    assert type(make_problem(404, {"message": message})) is RemoteError
