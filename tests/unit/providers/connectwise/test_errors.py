"""What a site says when it refuses, as problems that say what to do."""

from __future__ import annotations

import json
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
    assert "; check the role's permissions in" in str(make_problem(403, {"message": "not you"}, path=path))


def test_not_there_is_only_what_the_site_itself_says() -> None:
    found = make_problem(404, {"code": "NotFound", "message": "SecurityRole 5 not found"})
    assert isinstance(found, NotFound)
    assert str(found) == "the site does not find system/securityroles/5 (SecurityRole 5 not found)."


@pytest.mark.parametrize("body", [b"<html><body><h1>404</h1></body></html>", b"", b"null", b"[]", b'{"detail": "x"}'])
def test_a_404_in_other_words_is_not_not_there(body: bytes) -> None:
    found = make_problem(404, body)
    assert type(found) is RemoteError
    assert "(HTTP 404)" in str(found)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_told_as_that(status: int) -> None:
    found = make_problem(status, b"<html>busy</html>")
    assert isinstance(found, Unavailable)
    assert str(found) == f"the site can't serve GET /system/securityroles/5 now (HTTP {status}); wait and run again."


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
