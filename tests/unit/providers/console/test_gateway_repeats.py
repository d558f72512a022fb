"""A repeat after a lost reply carries the same 128 random bits; another operation never does; nobody else sees them."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from providers.core.problems import Conflict, Problem, RemoteProblem
from tests.unit.providers.console.wire import TOKEN, Far, Reply
from tests.unit.providers.core.loopback import LOST, Answer, Seen, says

KEYS = "POST /apiMembers/7/keys"
MINTED = {"id": "9", "description": "x", "publicKey": "pub9", "privateKey": "s3cr3t-value", "createdAt": None}
KEY = {"id": "9", "description": "x", "publicKey": "pub9", "inactive": False}
SINK = {"kind": "ConnectWise", "enabled": True, "publicKey": "pub", "privateKeySet": True}
IN_FLIGHT = says({"code": "idempotency_in_flight", "message": "still under way", "retryable": True}, 409)

Serve = Callable[[dict[str, Reply]], Far]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Far(replies))


def bits(seen: list[Seen]) -> list[str]:
    return [one.headers.get("idempotency-key", "") for one in seen]


def test_every_write_but_delete_carries_128_random_bits(serve: Serve) -> None:
    customize = {"function": "Table Setup", "allow": ["x"]}
    far = serve(
        {
            KEYS: says(MINTED, 201),
            "PATCH /apiMembers/7/keys/9": says(KEY),
            "DELETE /apiMembers/7/keys/9": Answer(204),
            "PUT /securityRoles/5/settings": says({"settings": []}),
            "GET /securityRoles/5/customize": says(customize),
            "PUT /securityRoles/5/customize": says(customize),
            "PUT /psaIntegration": says(SINK),
        }
    )
    hand = far.connectwise()
    hand.mint(7, "x")
    hand.set_inactive(7, "9", inactive=True)
    hand.set_levels(5, [])
    hand.set_tables(5, ["x"])
    far.umbrella().write("pub", SecretStr("s3cr3t-value"))
    written = bits(far.seen)
    assert len(set(written)) == 5
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in written)
    hand.tables(5)
    hand.revoke(7, "9")
    assert bits(far.seen[5:]) == ["", ""]


def test_two_operations_never_share_their_bits_even_when_they_ask_for_the_same(serve: Serve) -> None:
    far = serve({KEYS: says(MINTED, 201)})
    hand = far.connectwise()
    for _ in range(20):
        hand.mint(7, "x")
    assert len(set(bits(far.seen))) == 20


@pytest.mark.parametrize(
    "first", [LOST, says(MINTED, 201, cut=True), says({"code": "x", "message": "y"}, 503), IN_FLIGHT], ids=str
)
def test_a_repeat_within_one_operation_carries_the_same_bits_and_body(first: Answer, serve: Serve) -> None:
    far = serve({KEYS: [first, says(MINTED, 201)]})
    assert far.connectwise().mint(7, "x").id == "9"
    assert len(far.seen) == 2
    assert len(set(bits(far.seen))) == 1
    assert far.seen[0].body == far.seen[1].body


def test_a_conflict_that_does_not_ask_to_come_again_is_not_repeated(serve: Serve) -> None:
    far = serve({KEYS: says({"code": "idempotency_key_reused", "message": "another body", "retryable": False}, 409)})
    with pytest.raises(Conflict):
        far.connectwise().mint(7, "x")
    assert len(far.seen) == 1


def test_a_gateway_that_stays_busy_is_a_conflict_in_the_end(serve: Serve) -> None:
    far = serve({KEYS: IN_FLIGHT})
    with pytest.raises(Conflict, match="still under way; run again"):
        far.connectwise().mint(7, "x")
    assert len(far.seen) == 4


def failed(call: Callable[[], object]) -> str:
    """Everything that could be shown of a failure: the whole chain of exceptions, and each one's repr."""
    with pytest.raises(Problem) as caught:
        call()
    error: BaseException | None = caught.value
    shown = "".join(traceback.format_exception(caught.value))
    while error is not None:
        shown += f"\n{error!r} {error} {error.args!r}"
        error = error.__cause__
    return shown


@pytest.mark.parametrize(
    "answer",
    [
        says(MINTED, 201, cut=True),
        Answer(201, b'{"id": "9", "privateKey": "s3cr3t-value", "publ'),
        Answer(201, b'{"privateKey": "s3cr3t-value"'),
        says({"privateKey": "s3cr3t-value"}, 201),
        says({**MINTED, "id": 9}, 201),
        says({**MINTED, "privateKey": ["s3cr3t-value"]}, 201),
        says([MINTED], 201),
        says("s3cr3t-value", 201),
        Answer(201, b"<html>s3cr3t-value</html>", {"Content-Type": "text/html; s3cr3t-value"}),
        Answer(201, b"s3cr3t-value"),
    ],
)
def test_a_broken_answer_to_a_mint_shows_no_private_key_anywhere(answer: Answer, serve: Serve) -> None:
    far = serve({KEYS: answer})
    shown = failed(lambda: far.connectwise().mint(7, "x"))
    # What a server puts into a header that names a type is not its answer.
    assert "s3cr3t-value" not in shown.replace("text/html; s3cr3t-value", "")


def test_neither_the_bits_nor_the_token_nor_a_private_key_are_shown_or_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    private = SecretStr("s3cr3t-" + "value")
    far = serve({KEYS: says(MINTED, 201), "PUT /psaIntegration": says({"code": "x", "message": "no"}, 422)})
    far.connectwise().mint(7, "x")
    shown = failed(lambda: far.umbrella().write("pub", private))
    printed = capfd.readouterr()
    everything = shown + caplog.text + printed.out + printed.err
    assert not [word for word in (*bits(far.seen), private.get_secret_value(), TOKEN) if word in everything]


def test_a_private_key_that_a_console_says_back_in_markup_is_masked(serve: Serve) -> None:
    far = serve({"PUT /psaIntegration": Answer(500, b"<p>you sent s3cr3t-value</p>", {"Content-Type": "text/html"})})
    far.redactor.add("s3cr3t-value")
    with pytest.raises(RemoteProblem) as caught:
        far.umbrella().write("pub", SecretStr("s3cr3t-value"))
    assert "s3cr3t-value" not in str(caught.value)
