"""A repeat after a lost reply carries the same 128 random bits; another operation never does; nobody else sees them."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from providers.console.customize import TABLE_SETUP
from providers.core.errors import Conflict, ProviderError, RemoteError
from tests.unit.providers.console.wire import TOKEN, Far, Reply
from tests.unit.providers.core.loopback import LOST, Answer, SeenRequest, make_reply

KEYS = "POST /apiMembers/7/keys"
MINTED = {"id": "9", "description": "x", "publicKey": "pub9", "privateKey": "s3cr3t-value", "createdAt": None}
KEY = {"id": "9", "description": "x", "publicKey": "pub9", "inactive": False}
SINK = {"kind": "ConnectWise", "enabled": True, "publicKey": "pub", "privateKeySet": True}
IN_FLIGHT = make_reply({"code": "idempotency_in_flight", "message": "still under way", "retryable": True}, 409)

Serve = Callable[[dict[str, Reply]], Far]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Far(replies))


def list_idempotency_keys(seen: list[SeenRequest]) -> list[str]:
    return [one.headers.get("idempotency-key", "") for one in seen]


def test_every_write_but_delete_carries_128_random_bits(serve: Serve) -> None:
    customize = {"function": "Table Setup", "allow": ["x"]}
    far = serve(
        {
            KEYS: make_reply(MINTED, 201),
            "PATCH /apiMembers/7/keys/9": make_reply(KEY),
            "DELETE /apiMembers/7/keys/9": Answer(204),
            "PUT /securityRoles/5/settings": make_reply({"settings": []}),
            "GET /securityRoles/5/customize": make_reply(customize),
            "PUT /securityRoles/5/customize": make_reply(customize),
            "PUT /psaIntegration": make_reply(SINK),
        }
    )
    driver = far.make_connectwise()
    driver.mint(7, "x")
    driver.set_inactive(7, "9", inactive=True)
    driver.set_levels(5, [], {})
    driver.set_allowed(5, TABLE_SETUP, ["x"])
    far.make_umbrella().write("pub", SecretStr("s3cr3t-value"))
    written = list_idempotency_keys(far.seen)
    assert len(set(written)) == 5
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in written)
    driver.get_allowed(5, TABLE_SETUP)
    driver.revoke(7, "9")
    assert list_idempotency_keys(far.seen[5:]) == ["", ""]


def test_two_operations_never_share_their_bits_even_when_they_ask_for_the_same(serve: Serve) -> None:
    far = serve({KEYS: make_reply(MINTED, 201)})
    driver = far.make_connectwise()
    for _ in range(20):
        driver.mint(7, "x")
    assert len(set(list_idempotency_keys(far.seen))) == 20


@pytest.mark.parametrize(
    "first",
    [LOST, make_reply(MINTED, 201, cut=True), make_reply({"code": "x", "message": "y"}, 503), IN_FLIGHT],
    ids=str,
)
def test_a_repeat_within_one_operation_carries_the_same_bits_and_body(first: Answer, serve: Serve) -> None:
    far = serve({KEYS: [first, make_reply(MINTED, 201)]})
    assert far.make_connectwise().mint(7, "x").id == "9"
    assert len(far.seen) == 2
    assert len(set(list_idempotency_keys(far.seen))) == 1
    assert far.seen[0].body == far.seen[1].body


def test_a_conflict_that_does_not_ask_to_come_again_is_not_repeated(serve: Serve) -> None:
    far = serve(
        {KEYS: make_reply({"code": "idempotency_key_reused", "message": "another body", "retryable": False}, 409)}
    )
    with pytest.raises(Conflict):
        far.make_connectwise().mint(7, "x")
    assert len(far.seen) == 1


def test_a_gateway_that_stays_busy_is_a_conflict_in_the_end(serve: Serve) -> None:
    far = serve({KEYS: IN_FLIGHT})
    with pytest.raises(Conflict, match="still under way; run again"):
        far.make_connectwise().mint(7, "x")
    assert len(far.seen) == 4


def make_failure(call: Callable[[], object]) -> str:
    """Everything that could be shown of a failure: the whole chain of exceptions, and each one's repr."""
    with pytest.raises(ProviderError) as caught:
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
        make_reply(MINTED, 201, cut=True),
        Answer(201, b'{"id": "9", "privateKey": "s3cr3t-value", "publ'),
        Answer(201, b'{"privateKey": "s3cr3t-value"'),
        make_reply({"privateKey": "s3cr3t-value"}, 201),
        make_reply({**MINTED, "id": 9}, 201),
        make_reply({**MINTED, "privateKey": ["s3cr3t-value"]}, 201),
        make_reply([MINTED], 201),
        make_reply("s3cr3t-value", 201),
        Answer(201, b"<html>s3cr3t-value</html>", {"Content-Type": "text/html; s3cr3t-value"}),
        Answer(201, b"s3cr3t-value"),
    ],
)
def test_a_broken_answer_to_a_mint_shows_no_private_key_anywhere(answer: Answer, serve: Serve) -> None:
    far = serve({KEYS: answer})
    shown = make_failure(lambda: far.make_connectwise().mint(7, "x"))
    # What a server puts into a header that names a type is not its answer.
    assert "s3cr3t-value" not in shown.replace("text/html; s3cr3t-value", "")


def test_neither_the_bits_nor_the_token_nor_a_private_key_are_shown_or_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    private = SecretStr("s3cr3t-" + "value")
    far = serve({KEYS: make_reply(MINTED, 201), "PUT /psaIntegration": make_reply({"code": "x", "message": "no"}, 422)})
    far.make_connectwise().mint(7, "x")
    shown = make_failure(lambda: far.make_umbrella().write("pub", private))
    printed = capfd.readouterr()
    everything = shown + caplog.text + printed.out + printed.err
    assert not [
        word for word in (*list_idempotency_keys(far.seen), private.get_secret_value(), TOKEN) if word in everything
    ]


def test_a_private_key_that_a_console_says_back_in_markup_is_masked(serve: Serve) -> None:
    far = serve({"PUT /psaIntegration": Answer(500, b"<p>you sent s3cr3t-value</p>", {"Content-Type": "text/html"})})
    far.redactor.add("s3cr3t-value")
    with pytest.raises(RemoteError) as caught:
        far.make_umbrella().write("pub", SecretStr("s3cr3t-value"))
    assert "s3cr3t-value" not in str(caught.value)
