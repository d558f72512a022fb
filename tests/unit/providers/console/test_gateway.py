"""The gateway on the wire: each operation's request and answer as docs/gateway-contract.md has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from providers.console.contract import RoleSetting
from providers.core.errors import Conflict, ProviderError, RemoteError
from tests.unit.providers.console.wire import HEALTH, UMBRELLA_HEALTH, Far, Reply
from tests.unit.providers.core.loopback import Answer, SeenRequest, make_page, make_reply

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
    far = serve({f"GET {KEYS}": make_reply([KEY])})
    far.make_connectwise().list_keys(7)
    assert far.seen[0].headers["authorization"] == "Bearer t0k3n-value"


def test_levels_are_set_for_the_rows_named_and_answered_as_they_are_now(serve: Serve) -> None:
    row = {"moduleName": "Companies", "moduleFunctionName": "Reports", "inquireLevel": "All"}
    full = {**row, "addLevel": None, "editLevel": None, "deleteLevel": "None"}
    far = serve({"PUT /securityRoles/5/settings": make_reply({"settings": [full]})})
    asked = RoleSetting.model_validate({**row, "deleteLevel": "None"})
    assert far.make_connectwise().set_levels(5, [asked], {}) == [asked]
    assert far.seen[0].json() == {"settings": [full]}


@pytest.mark.parametrize(
    ("function", "sent"),
    [("System / Table Setup", "Table Setup"), ("Companies / Configurations", "Companies / Configurations")],
)
def test_a_list_is_read_and_replaced_by_its_functions_name(function: str, sent: str, serve: Serve) -> None:
    body = {"function": sent, "allow": ["Service / Priority"]}
    far = serve(
        {"GET /securityRoles/5/customize": make_reply(body), "PUT /securityRoles/5/customize": make_reply(body)}
    )
    driver = far.make_connectwise()
    assert (
        driver.get_allowed(5, function)
        == driver.set_allowed(5, function, ["Service / Priority"])
        == ["Service / Priority"]
    )
    assert far.seen[0].query == {"function": sent}
    assert far.seen[1].json() == body


def test_a_members_keys_are_listed_once_a_run(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": make_reply([KEY, OTHER])})
    driver = far.make_connectwise()
    assert [key.id for key in driver.list_keys(7)] == [key.id for key in driver.list_keys(7)] == ["7", "8"]
    assert len(far.seen) == 1


def test_a_key_is_minted_and_the_list_is_stale_then(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": make_reply([KEY]), f"POST {KEYS}": make_reply(MINTED, 201)})
    driver = far.make_connectwise()
    driver.list_keys(7)
    minted = driver.mint(7, "Umbrella [psa:x]")
    assert far.asked("POST")[0].json() == {"description": "Umbrella [psa:x]"}
    assert (minted.id, minted.privateKey.get_secret_value()) == ("9", "s3cr3t-value")
    driver.list_keys(7)
    assert len(far.asked("GET")) == 2


def test_after_a_mint_that_failed_the_list_is_stale_too(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": make_reply([KEY]), f"POST {KEYS}": make_reply({"code": "x", "message": "no"}, 422)})
    driver = far.make_connectwise()
    driver.list_keys(7)
    with pytest.raises(RemoteError):
        driver.mint(7, "x")
    driver.list_keys(7)
    assert len(far.asked("GET")) == 2


def test_a_key_is_switched_and_the_list_is_stale_then(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": make_reply([KEY]), f"PATCH {KEYS}/7": make_reply(KEY)})
    driver = far.make_connectwise()
    driver.list_keys(7)
    driver.set_inactive(7, "7", inactive=False)
    assert far.asked("PATCH")[0].json() == {"inactive": False}
    driver.list_keys(7)
    assert len(far.asked("GET")) == 2


def test_a_key_that_stays_inactive_is_not_taken_for_active(serve: Serve) -> None:
    far = serve({f"PATCH {KEYS}/7": make_reply({**KEY, "inactive": True})})
    with pytest.raises(RemoteError, match="did not keep that the key is active again; run again"):
        far.make_connectwise().set_inactive(7, "7", inactive=False)


def test_a_revoked_key_is_off_the_list_without_asking_again(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": make_reply([KEY, OTHER]), f"DELETE {KEYS}/7": Answer(204)})
    driver = far.make_connectwise()
    driver.list_keys(7)
    driver.revoke(7, "7")
    assert [key.id for key in driver.list_keys(7)] == ["8"]
    assert len(far.asked("GET")) == 1


def test_revoking_what_was_never_listed_asks_nothing_more(serve: Serve) -> None:
    far = serve({f"DELETE {KEYS}/7": Answer(204)})
    far.make_connectwise().revoke(7, "7")
    assert [seen.method for seen in far.seen] == ["DELETE"]


def test_a_revocation_that_failed_leaves_the_list_as_it_was(serve: Serve) -> None:
    far = serve({f"GET {KEYS}": make_reply([KEY]), f"DELETE {KEYS}/7": make_reply({"code": "x", "message": "no"}, 403)})
    driver = far.make_connectwise()
    driver.list_keys(7)
    with pytest.raises(RemoteError):
        driver.revoke(7, "7")
    assert [key.id for key in driver.list_keys(7)] == ["7"]


def test_the_sink_is_read_once_and_known_after_a_write(serve: Serve) -> None:
    written = {**SINK, "publicKey": "new"}
    far = serve({"GET /psaIntegration": make_reply(SINK), "PUT /psaIntegration": make_reply(written)})
    driver = far.make_umbrella()
    assert driver.get_integration().publicKey == driver.get_integration().publicKey == "pub"
    assert driver.write("new", SecretStr("s3cr3t-value")).publicKey == "new"
    assert far.asked("PUT")[0].json() == {
        "kind": "ConnectWise",
        "enabled": True,
        "publicKey": "new",
        "privateKey": "s3cr3t-value",
    }
    assert driver.get_integration().publicKey == "new"
    assert len(far.asked("GET")) == 1


def test_a_write_names_the_key_that_it_takes_the_place_of_when_that_is_known(serve: Serve) -> None:
    far = serve({"PUT /psaIntegration": make_reply(SINK)})
    driver = far.make_umbrella()
    for over in (None, "", "old"):
        driver.write("pub", SecretStr("s3cr3t-value"), over)
    assert [asked.headers.get("if-match") for asked in far.asked("PUT")] == [None, '""', '"old"']


def test_a_sink_that_was_changed_meanwhile_is_told_and_looked_at_again(serve: Serve) -> None:
    refusal = {"code": "changed", "message": "The console holds another key than the one to be replaced."}
    far = serve({"GET /psaIntegration": make_reply(SINK), "PUT /psaIntegration": make_reply(refusal, 409)})
    driver = far.make_umbrella()
    driver.get_integration()
    with pytest.raises(Conflict, match="holds another key than the one to be replaced; run again"):
        driver.write("new", SecretStr("s3cr3t-value"), "old")
    driver.get_integration()
    assert len(far.asked("GET")) == 2


def test_after_a_write_that_failed_or_a_removal_the_sink_is_read_again(serve: Serve) -> None:
    far = serve(
        {
            "GET /psaIntegration": make_reply(SINK),
            "PUT /psaIntegration": make_reply({"code": "x", "message": "no"}, 422),
            "DELETE /psaIntegration": Answer(204),
        }
    )
    driver = far.make_umbrella()
    driver.get_integration()
    with pytest.raises(RemoteError):
        driver.write("new", SecretStr("s3cr3t-value"))
    driver.get_integration()
    driver.clear()
    driver.get_integration()
    assert len(far.asked("GET")) == 3


def test_a_gateway_that_is_ready_and_ours_is_asked_once(serve: Serve) -> None:
    far = serve({"GET /health": make_reply(HEALTH)})
    driver = far.make_connectwise()
    driver.refuse_unless_ready()
    driver.refuse_unless_ready()
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
    far = serve({"GET /health": make_reply({**HEALTH, **changed})})
    with pytest.raises(ProviderError, match=words):
        far.make_connectwise().refuse_unless_ready()


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
    far = serve({"GET /health": make_reply({**UMBRELLA_HEALTH, **changed})})
    with pytest.raises(ProviderError, match=words):
        far.make_umbrella().refuse_unless_ready()


def test_a_console_that_is_ready_and_ours_passes(serve: Serve) -> None:
    far = serve({"GET /health": make_reply(UMBRELLA_HEALTH)})
    far.make_umbrella().refuse_unless_ready()
    assert [seen.path for seen in far.seen] == ["/health"]


@pytest.mark.parametrize(
    "answer",
    [
        make_reply(None),
        make_reply([1]),
        make_reply([{**KEY, "id": 7}]),
        make_reply({}),
        make_page("<html>"),
        make_reply([KEY], cut=True),
    ],
)
def test_a_malformed_list_of_keys_is_an_error_and_never_a_shorter_list(answer: Answer, serve: Serve) -> None:
    with pytest.raises(RemoteError):
        serve({f"GET {KEYS}": answer}).make_connectwise().list_keys(7)


def test_a_look_while_the_sink_is_written_is_not_taken_for_what_it_holds_then(serve: Serve) -> None:
    far = serve({"GET /psaIntegration": make_reply(SINK)})
    driver = far.make_umbrella()

    def write(seen: SeenRequest) -> Answer:
        # The engine runs four operations at a time: another one looks before this write takes effect.
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(driver.get_integration).result().publicKey == "pub"
        return make_reply({**SINK, "publicKey": "new"})

    far.replies["PUT /psaIntegration"] = write
    assert driver.write("new", SecretStr("s3cr3t-value")).publicKey == "new"
