"""What a gateway says when it refuses, as problems that say what to do (the contract's statuses)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from providers.core.problems import (
    Conflict,
    NotPermitted,
    NotSignedIn,
    NotThere,
    Overloaded,
    PersonNeeded,
    Problem,
    RemoteProblem,
)
from tests.unit.providers.console.wire import Far, Reply
from tests.unit.providers.core.loopback import LOST, Answer, page, says

WHERE = "the gateway of connectwise:gatewayUrl"
KEYS = "GET /apiMembers/7/keys"

IF_CHANGED = "If connectwise:gatewayToken was changed after the last run, run `pulumi up --run-program` once."

Serve = Callable[[dict[str, Reply]], Far]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Far(replies))


def body(message: str = "why", code: str = "some_code", retryable: bool = False) -> dict[str, object]:
    return {"code": code, "message": message, "retryable": retryable}


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (401, NotSignedIn, f"{WHERE} refused the token; check connectwise:gatewayToken. {IF_CHANGED}"),
        (403, NotPermitted, f"{WHERE} may not do this: why; extend its allow-list if that is wanted."),
        (404, NotThere, f"{WHERE} does not find the object: why"),
        (409, Conflict, f"{WHERE} reports a conflict: why; run again."),
        (422, RemoteProblem, f"{WHERE} says that the console refused: why"),
        (423, PersonNeeded, f"{WHERE} waits for a person: why"),
        (429, Overloaded, f"{WHERE} can't serve now: why; try again later."),
        (418, RemoteProblem, f"{WHERE} says that HTTP 418: why"),
        (503, Overloaded, f"{WHERE} can't serve now: why; try again later."),
        (500, RemoteProblem, f"{WHERE} failed (HTTP 500: why); run again, and look at its log when it stays so."),
    ],
)
def test_each_status_is_the_problem_it_is(status: int, kind: type[Problem], sentence: str, serve: Serve) -> None:
    with pytest.raises(Problem) as caught:
        serve({KEYS: says(body(), status)}).connectwise().keys(7)
    assert type(caught.value) is kind
    assert str(caught.value) == sentence
    if isinstance(caught.value, RemoteProblem):
        assert caught.value.status == status


def test_the_umbrella_sides_settings_are_named_there(serve: Serve) -> None:
    with pytest.raises(NotSignedIn, match="the gateway of umbrella:gatewayUrl refused the token; check umbrella:gatew"):
        serve({"GET /psaIntegration": says(body(), 401)}).umbrella().integration()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page("<html><h1>Bad gateway</h1></html>", 502), "HTTP 502: Bad gateway"),
        (Answer(500, b""), "HTTP 500: no reason given"),
        (says({"error": "x"}, 500), 'HTTP 500: {"error": "x"}'),
    ],
)
def test_an_error_in_other_words_is_quoted_without_markup(answer: Answer, words: str, serve: Serve) -> None:
    with pytest.raises(RemoteProblem) as caught:
        serve({KEYS: answer}).connectwise().keys(7)
    assert str(caught.value) == f"{WHERE} failed ({words}); run again, and look at its log when it stays so."


def test_a_reason_that_ends_in_a_full_stop_makes_no_second_one(serve: Serve) -> None:
    with pytest.raises(Overloaded, match=r"now: Too many requests; try again later\.$"):
        serve({KEYS: says(body("Too many requests."), 503)}).connectwise().keys(7)


def test_a_gateway_that_breaks_off_each_time_is_an_error(serve: Serve) -> None:
    far = serve({KEYS: LOST})
    with pytest.raises(RemoteProblem, match="broke the connection before its answer was complete"):
        far.connectwise().keys(7)
    assert len(far.seen) == 4


@pytest.mark.parametrize(
    ("answer", "place"),
    [(says([{"id": "7"}]), "0/description"), (says({"x": 1}), "the answer"), (says(None), "the answer")],
)
def test_an_answer_in_another_shape_says_where_and_concludes_nothing(answer: Answer, place: str, serve: Serve) -> None:
    with pytest.raises(RemoteProblem) as caught:
        serve({KEYS: answer}).connectwise().keys(7)
    assert str(caught.value) == (
        f"{WHERE} answered GET /apiMembers/7/keys in a shape that the contract does not know (at {place}); "
        "nothing was concluded from it. Check the gateway's version."
    )


def test_a_delete_that_answers_with_a_body_is_not_in_the_contract(serve: Serve) -> None:
    with pytest.raises(RemoteProblem, match="in a shape that the contract does not know"):
        serve({"DELETE /psaIntegration": says({})}).umbrella().clear()


@pytest.mark.parametrize("answer", [page("<h1>404 Not Found</h1>", 404), Answer(404, b""), says({"detail": "x"}, 404)])
def test_a_404_that_is_not_in_the_contracts_words_is_not_not_there(answer: Answer, serve: Serve) -> None:
    with pytest.raises(RemoteProblem) as caught:
        serve({KEYS: answer}).connectwise().keys(7)
    assert not isinstance(caught.value, NotThere)


def test_a_long_message_is_cut_and_one_line(serve: Serve) -> None:
    with pytest.raises(RemoteProblem) as caught:
        serve({KEYS: says(body("why\n" * 10_000), 500)}).connectwise().keys(7)
    assert len(str(caught.value)) < 1000
    assert "\n" not in str(caught.value)
