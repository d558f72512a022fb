"""What a gateway says when it refuses, as problems that say what to do (the contract's statuses)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from providers.console.customize import TABLE_SETUP
from providers.core.errors import (
    Conflict,
    ManualActionRequired,
    NotFound,
    PermissionDenied,
    ProviderError,
    RemoteError,
    Unauthenticated,
    Unavailable,
)
from tests.unit.providers.console.wire import HEALTH, Far, Reply
from tests.unit.providers.core.loopback import LOST, Answer, make_page, make_reply

WHERE = "the gateway of connectwise:gatewayUrl"
KEYS = "GET /apiMembers/7/keys"

IF_CHANGED = "If connectwise:gatewayToken was changed after the last run, run `pulumi up --run-program` once."

Serve = Callable[[dict[str, Reply]], Far]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Far(replies))


def make_body(message: str = "why", code: str = "some_code", retryable: bool = False) -> dict[str, object]:
    return {"code": code, "message": message, "retryable": retryable}


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (401, Unauthenticated, f"{WHERE} refused the token; check connectwise:gatewayToken. {IF_CHANGED}"),
        (403, PermissionDenied, f"{WHERE} may not do this: why; extend its allow-list if that is wanted."),
        (404, NotFound, f"{WHERE} does not find the object: why"),
        (409, Conflict, f"{WHERE} reports a conflict: why; run again."),
        (422, RemoteError, f"{WHERE} says that the console refused: why"),
        (423, ManualActionRequired, f"{WHERE} waits for a person: why"),
        (429, Unavailable, f"{WHERE} can't serve now: why; try again later."),
        (418, RemoteError, f"{WHERE} says that HTTP 418: why"),
        (503, Unavailable, f"{WHERE} can't serve now: why; try again later."),
        (500, RemoteError, f"{WHERE} failed (HTTP 500: why); run again, and look at its log when it stays so."),
    ],
)
def test_each_status_is_the_problem_it_is(status: int, kind: type[ProviderError], sentence: str, serve: Serve) -> None:
    with pytest.raises(ProviderError) as caught:
        code = "not_found" if status == 404 else "some_code"
        serve({KEYS: make_reply(make_body(code=code), status)}).make_connectwise().list_keys(7)
    assert type(caught.value) is kind
    assert str(caught.value) == sentence
    if isinstance(caught.value, RemoteError):
        assert caught.value.status == status


def test_the_umbrella_sides_settings_are_named_there(serve: Serve) -> None:
    with pytest.raises(
        Unauthenticated, match="the gateway of umbrella:gatewayUrl refused the token; check umbrella:gatew"
    ):
        serve({"GET /psaIntegration": make_reply(make_body(), 401)}).make_umbrella().get_integration()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (make_page("<html><h1>Bad gateway</h1></html>", 502), "HTTP 502: Bad gateway"),
        (Answer(500, b""), "HTTP 500: no reason given"),
        (make_reply({"error": "x"}, 500), 'HTTP 500: {"error": "x"}'),
    ],
)
def test_an_error_in_other_words_is_quoted_without_markup(answer: Answer, words: str, serve: Serve) -> None:
    with pytest.raises(RemoteError) as caught:
        serve({KEYS: answer}).make_connectwise().list_keys(7)
    assert str(caught.value) == f"{WHERE} failed ({words}); run again, and look at its log when it stays so."


FOREIGN = [
    (make_page("<h1>403 Forbidden</h1>", 403), "HTTP 403, 403 Forbidden"),
    (make_reply({"code": 403, "message": "blocked"}, 403), 'HTTP 403, {"code": 403, "message": "blocked"}'),
    (make_page("<h1>404 Not Found</h1>", 404), "HTTP 404, 404 Not Found"),
    (make_reply({"message": "no Route matched"}, 404), 'HTTP 404, {"message": "no Route matched"}'),
    (make_page("<h1>Authorization Required</h1>", 401), "HTTP 401, Authorization Required"),
    (Answer(400, b""), "HTTP 400, no reason given"),
    (Answer(409, b"busy"), "HTTP 409, busy"),
    (Answer(423, b"locked"), "HTTP 423, locked"),
]


@pytest.mark.parametrize(("answer", "words"), FOREIGN)
def test_a_proxy_s_words_are_told_as_such_and_say_nothing_of_the_object_or_the_token(
    answer: Answer, words: str, serve: Serve
) -> None:
    with pytest.raises(RemoteError) as caught:
        serve({KEYS: answer}).make_connectwise().list_keys(7)
    assert type(caught.value) is RemoteError
    assert str(caught.value) == (
        f"{WHERE} was not reached: {words}; check connectwise:gatewayUrl. Something in front of it, as a proxy, said "
        "so, which says nothing of what was asked for."
    )


def test_a_proxy_s_503_is_waited_for_and_told_as_such(serve: Serve) -> None:
    with pytest.raises(Unavailable) as caught:
        serve({KEYS: make_page("<h1>Service Unavailable</h1>", 503)}).make_connectwise().list_keys(7)
    assert str(caught.value) == (
        f"{WHERE} can't serve now: Service Unavailable (something in front of it, as a proxy, said so, which says "
        "nothing of what was asked for); try again later."
    )


@pytest.mark.parametrize("code", ["no_route", "NotFound", ""])
def test_a_404_of_another_code_is_not_not_there(code: str, serve: Serve) -> None:
    with pytest.raises(RemoteError) as caught:
        serve({KEYS: make_reply(make_body(code=code), 404)}).make_connectwise().list_keys(7)
    assert not isinstance(caught.value, NotFound)


EVIL = "\x1b[31mred\x1b[0m\r\n::error::forged\u202e" + "x" * 300


def test_what_a_gateway_says_is_one_short_line_without_control_characters(serve: Serve) -> None:
    far = serve(
        {
            KEYS: make_reply(make_body(EVIL), 422),
            "GET /health": make_reply({**HEALTH, "ready": False, "reason": EVIL}),
            "GET /securityRoles/5/customize": make_reply({"function": "Table Setup", "allow": [EVIL, "a  b"]}),
        }
    )
    driver = far.make_connectwise()
    with pytest.raises(RemoteError) as refused:
        driver.list_keys(7)
    with pytest.raises(ProviderError) as not_ready:
        driver.refuse_unless_ready()
    tables = driver.get_allowed(5, TABLE_SETUP)
    assert tables[1] == "a  b", "names are compared with what was asked, so their blanks stay"
    for said in (str(refused.value), str(not_ready.value), tables[0]):
        assert said.isprintable() and "red" in said and len(said) < 500


def test_another_company_s_name_is_cleaned_too(serve: Serve) -> None:
    far = serve({"GET /health": make_reply({**HEALTH, "companyId": EVIL})})
    with pytest.raises(ProviderError, match="serves the company") as caught:
        far.make_connectwise().refuse_unless_ready()
    assert str(caught.value).isprintable()


def test_a_private_half_is_taken_as_it_is(serve: Serve) -> None:
    made = {"id": "9", "description": EVIL, "publicKey": "pub9", "privateKey": "p" * 300 + "\u00a0", "createdAt": None}
    key = serve({"POST /apiMembers/7/keys": make_reply(made, 201)}).make_connectwise().mint(7, "x")
    assert key.privateKey.get_secret_value() == made["privateKey"]
    assert key.description.isprintable()


def test_a_reason_that_ends_in_a_full_stop_makes_no_second_one(serve: Serve) -> None:
    with pytest.raises(Unavailable, match=r"now: Too many requests; try again later\.$"):
        serve({KEYS: make_reply(make_body("Too many requests."), 503)}).make_connectwise().list_keys(7)


def test_a_gateway_that_breaks_off_each_time_is_an_error(serve: Serve) -> None:
    far = serve({KEYS: LOST})
    with pytest.raises(RemoteError, match="broke the connection before its answer was complete"):
        far.make_connectwise().list_keys(7)
    assert len(far.seen) == 4


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (make_reply([{"id": "7"}]), "0/description"),
        (make_reply({"x": 1}), "the answer"),
        (make_reply(None), "the answer"),
    ],
)
def test_an_answer_in_another_shape_says_where_and_concludes_nothing(answer: Answer, place: str, serve: Serve) -> None:
    with pytest.raises(RemoteError) as caught:
        serve({KEYS: answer}).make_connectwise().list_keys(7)
    assert str(caught.value) == (
        f"{WHERE} answered GET /apiMembers/7/keys in a shape that the contract does not know (at {place}); "
        "the answer was ignored. Check the gateway's version."
    )


def test_a_delete_that_answers_with_a_body_is_not_in_the_contract(serve: Serve) -> None:
    with pytest.raises(RemoteError, match="in a shape that the contract does not know"):
        serve({"DELETE /psaIntegration": make_reply({})}).make_umbrella().clear()


@pytest.mark.parametrize(
    "answer", [make_page("<h1>404 Not Found</h1>", 404), Answer(404, b""), make_reply({"detail": "x"}, 404)]
)
def test_a_404_that_is_not_in_the_contracts_words_is_not_not_there(answer: Answer, serve: Serve) -> None:
    with pytest.raises(RemoteError) as caught:
        serve({KEYS: answer}).make_connectwise().list_keys(7)
    assert not isinstance(caught.value, NotFound)


def test_a_long_message_is_cut_and_one_line(serve: Serve) -> None:
    with pytest.raises(RemoteError) as caught:
        serve({KEYS: make_reply(make_body("why\n" * 10_000), 500)}).make_connectwise().list_keys(7)
    assert len(str(caught.value)) < 1000
    assert "\n" not in str(caught.value)
