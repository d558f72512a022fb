"""The gateway on the wire: each operation's request and answer as docs/gateway-contract.md has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from providers.console.contract import RoleSetting
from providers.core.problems import Conflict, Problem, RemoteProblem
from tests.unit.providers.console.wire import HEALTH, UMBRELLA_HEALTH, Far, Reply
from tests.unit.providers.core.loopback import Answer, Seen, page, says

KEY = {"id": "7", "description": "x", "publicKey": "pub", "inactive": False, "createdAt": None}
OTHER = {**KEY, "id": "8", "publicKey": "pub8"}
MINTED = {"id": "9", "description": "x", "publicKey": "pub9", "privateKey": "s3cr3t-value", "createdAt": None}
SINK = {"kind": "ConnectWise", "enabled": True, "publicKey": "pub", "privateKeySet": True, "updatedAt": None}
KEYS = "/apiMembers/7/keys"

Serve = Callable[[dict[str, Reply]], Far]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Far(replies))


def test_every_request_carries_the_token(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY])})
    far.connectwise().keys(7)
    assert far.seen[0].headers["authorization"] == "Bearer t0k3n-value"


def test_levels_are_set_for_the_rows_named_and_answered_as_they_are_now(serve: Serve) -> None:
    row = {"moduleName": "Companies", "moduleFunctionName": "Reports", "inquireLevel": "All"}
    full = {**row, "addLevel": None, "editLevel": None, "deleteLevel": "None"}
    far = serve({"PUT /securityRoles/5/settings": says({"settings": [full]})})
    asked = RoleSetting.model_validate({**row, "deleteLevel": "None"})
    assert far.connectwise().set_levels(5, [asked]) == [asked]
    assert far.seen[0].json() == {"settings": [full]}


def test_tables_are_read_and_replaced_for_table_setup(serve: Serve) -> None:
    body = {"function": "Table Setup", "allow": ["Service / Priority"]}
    far = serve({"GET /securityRoles/5/customize": says(body), "PUT /securityRoles/5/customize": says(body)})
    hand = far.connectwise()
    assert hand.tables(5) == hand.set_tables(5, ["Service / Priority"]) == ["Service / Priority"]
    assert far.seen[0].query == {"function": "Table Setup"}
    assert far.seen[1].json() == body


def test_a_members_keys_are_listed_once_a_run(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY, OTHER])})
    hand = far.connectwise()
    assert [key.id for key in hand.keys(7)] == [key.id for key in hand.keys(7)] == ["7", "8"]
    assert len(far.seen) == 1


def test_a_key_is_minted_and_the_list_is_stale_then(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY]), f"POST {KEYS}": says(MINTED, 201)})
    hand = far.connectwise()
    hand.keys(7)
    minted = hand.mint(7, "Umbrella [psa:x]")
    assert far.asked("POST")[0].json() == {"description": "Umbrella [psa:x]"}
    assert (minted.id, minted.privateKey.get_secret_value()) == ("9", "s3cr3t-value")
    hand.keys(7)
    assert len(far.asked("GET")) == 2


def test_after_a_mint_that_failed_the_list_is_stale_too(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY]), f"POST {KEYS}": says({"code": "x", "message": "no"}, 422)})
    hand = far.connectwise()
    hand.keys(7)
    with pytest.raises(RemoteProblem):
        hand.mint(7, "x")
    hand.keys(7)
    assert len(far.asked("GET")) == 2


def test_a_key_is_switched_and_the_list_is_stale_then(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY]), f"PATCH {KEYS}/7": says(KEY)})
    hand = far.connectwise()
    hand.keys(7)
    hand.set_inactive(7, "7", inactive=False)
    assert far.asked("PATCH")[0].json() == {"inactive": False}
    hand.keys(7)
    assert len(far.asked("GET")) == 2


def test_a_revoked_key_is_off_the_list_without_asking_again(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY, OTHER]), f"DELETE {KEYS}/7": Answer(204)})
    hand = far.connectwise()
    hand.keys(7)
    hand.revoke(7, "7")
    assert [key.id for key in hand.keys(7)] == ["8"]
    assert len(far.asked("GET")) == 1


def test_revoking_what_was_never_listed_asks_nothing_more(serve: Serve) -> None:
    far = serve({f"DELETE {KEYS}/7": Answer(204)})
    far.connectwise().revoke(7, "7")
    assert [seen.method for seen in far.seen] == ["DELETE"]


def test_a_revocation_that_failed_leaves_the_list_as_it_was(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": says([KEY]), f"DELETE {KEYS}/7": says({"code": "x", "message": "no"}, 403)})
    hand = far.connectwise()
    hand.keys(7)
    with pytest.raises(RemoteProblem):
        hand.revoke(7, "7")
    assert [key.id for key in hand.keys(7)] == ["7"]


def test_the_sink_is_read_once_and_known_after_a_write(serve: Serve) -> None:
    written = {**SINK, "publicKey": "new"}
    far = serve({"GET /psaIntegration": says(SINK), "PUT /psaIntegration": says(written)})
    hand = far.umbrella()
    assert hand.integration().publicKey == hand.integration().publicKey == "pub"
    assert hand.write("new", SecretStr("s3cr3t-value")).publicKey == "new"
    assert far.asked("PUT")[0].json() == {
        "kind": "ConnectWise",
        "enabled": True,
        "publicKey": "new",
        "privateKey": "s3cr3t-value",
    }
    assert hand.integration().publicKey == "new"
    assert len(far.asked("GET")) == 1


def test_a_write_names_the_key_that_it_takes_the_place_of_when_that_is_known(serve: Serve) -> None:
    far = serve({"PUT /psaIntegration": says(SINK)})
    hand = far.umbrella()
    for over in (None, "", "old"):
        hand.write("pub", SecretStr("s3cr3t-value"), over)
    assert [asked.headers.get("if-match") for asked in far.asked("PUT")] == [None, '""', '"old"']


def test_a_sink_that_was_changed_meanwhile_is_told_and_looked_at_again(serve: Serve) -> None:
    refusal = {"code": "changed", "message": "The console holds another key than the one to be replaced."}
    far = serve({"GET /psaIntegration": says(SINK), "PUT /psaIntegration": says(refusal, 409)})
    hand = far.umbrella()
    hand.integration()
    with pytest.raises(Conflict, match="holds another key than the one to be replaced; run again"):
        hand.write("new", SecretStr("s3cr3t-value"), "old")
    hand.integration()
    assert len(far.asked("GET")) == 2


def test_after_a_write_that_failed_or_a_removal_the_sink_is_read_again(serve: Serve) -> None:
    far = serve(
        {
            "GET /psaIntegration": says(SINK),
            "PUT /psaIntegration": says({"code": "x", "message": "no"}, 422),
            "DELETE /psaIntegration": Answer(204),
        }
    )
    hand = far.umbrella()
    hand.integration()
    with pytest.raises(RemoteProblem):
        hand.write("new", SecretStr("s3cr3t-value"))
    hand.integration()
    hand.clear()
    hand.integration()
    assert len(far.asked("GET")) == 3


def test_a_gateway_that_is_ready_and_ours_is_asked_once(serve: Serve) -> None:
    far = serve({"GET /health": says(HEALTH)})
    hand = far.connectwise()
    hand.refuse_unless_ready()
    hand.refuse_unless_ready()
    assert len(far.seen) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"companyId": "beta"},
            "serves the company beta at psa.example.com, but this stack is for Acme at https://psa.example.com",
        ),
        ({"ready": False, "reason": "second factor"}, r"is not ready \(second factor\), so nothing was changed"),
        ({"ready": False}, r"is not ready \(no reason given\)"),
    ],
)
def test_another_companys_gateway_or_one_that_is_not_ready_is_refused(
    changed: dict[str, object], words: str, serve: Serve
) -> None:
    far = serve({"GET /health": says({**HEALTH, **changed})})
    with pytest.raises(Problem, match=words):
        far.connectwise().refuse_unless_ready()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"console": "mssp"}, "serves the console mssp/9898129, but this stack is for the console msp/9898129"),
        (
            {"consoleId": "1"},
            "serves the console msp/1, but this stack is for the console msp/9898129; correct umbrella",
        ),
        ({"ready": False, "reason": "captcha"}, r"is not ready \(captcha\)"),
    ],
)
def test_another_console_or_one_that_is_not_ready_is_refused(
    changed: dict[str, object], words: str, serve: Serve
) -> None:
    far = serve({"GET /health": says({**UMBRELLA_HEALTH, **changed})})
    with pytest.raises(Problem, match=words):
        far.umbrella().refuse_unless_ready()


def test_a_console_that_is_ready_and_ours_passes(serve: Serve) -> None:
    far = serve({"GET /health": says(UMBRELLA_HEALTH)})
    far.umbrella().refuse_unless_ready()
    assert [seen.path for seen in far.seen] == ["/health"]


@pytest.mark.parametrize(
    "answer", [says(None), says([1]), says([{**KEY, "id": 7}]), says({}), page("<html>"), says([KEY], cut=True)]
)
def test_a_malformed_list_of_keys_is_an_error_and_never_a_shorter_list(answer: Answer, serve: Serve) -> None:
    with pytest.raises(RemoteProblem):
        serve({f"GET {KEYS}": answer}).connectwise().keys(7)


def test_a_look_while_the_sink_is_written_is_not_taken_for_what_it_holds_then(serve: Serve) -> None:
    far = serve({"GET /psaIntegration": says(SINK)})
    hand = far.umbrella()

    def write(seen: Seen) -> Answer:
        # The engine runs four operations at a time: another one looks before this write takes effect.
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(hand.integration).result().publicKey == "pub"
        return says({**SINK, "publicKey": "new"})

    far.replies["PUT /psaIntegration"] = write
    assert hand.write("new", SecretStr("s3cr3t-value")).publicKey == "new"
