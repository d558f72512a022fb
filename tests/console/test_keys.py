"""API keys, through the screens of a real browser: once made, shown once, answered once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.console.serving import Client, Estate
from tests.console.test_labels import screens


@pytest.fixture
def client(serve: Callable[..., Client]) -> Client:
    return serve()


def test_a_key_is_made_listed_stopped_and_deleted(client: Client, estate: Estate) -> None:
    assert client.done("GET", estate.keys) == []
    made = client.ask("POST", estate.keys, {"description": "first [psa:a.b.c]"})
    assert made.status_code == 201
    key = made.json()
    assert key["privateKey"] in estate.company.private_keys()
    listed = {name: key[name] for name in ("id", "description", "publicKey", "createdAt")} | {"inactive": False}
    assert client.done("GET", estate.keys) == [listed]

    twin = client.done("POST", estate.keys, {"description": "first [psa:a.b.c]"})
    assert client.done("PATCH", f"{estate.keys}/{twin['id']}", {"inactive": True})["inactive"] is True
    states = {one["id"]: one["inactive"] for one in estate.company.member()["keys"]}
    assert states == {key["id"]: False, twin["id"]: True}, "of two keys of one description the right one"
    assert client.done("PATCH", f"{estate.keys}/{twin['id']}", {"inactive": True})["inactive"] is True
    assert client.refused("PATCH", f"{estate.keys}/1", {"inactive": True})[0] == 404

    client.done("DELETE", f"{estate.keys}/{key['id']}")
    client.done("DELETE", f"{estate.keys}/{key['id']}")
    assert [one["id"] for one in estate.company.member()["keys"]] == [twin["id"]]
    assert len(estate.history("key.minted", "key.deleted")) == 3


def test_only_members_on_the_allow_list_get_keys(client: Client, estate: Estate) -> None:
    others = [one["id"] for one in estate.company.ask("GET", "")["apiMembers"] if one["id"] != estate.member]
    body = {"description": "mine"}
    assert client.refused("POST", f"/apiMembers/{others[0]}/keys", body)[:2] == (403, "outside_allow_list")
    assert client.refused("GET", f"/apiMembers/{others[0]}/keys")[0] == 403
    assert client.refused("POST", "/apiMembers/1/keys", body)[0] == 404
    assert client.refused("POST", estate.keys, {"description": "  "})[:2] == (422, "refused_by_console")
    assert estate.history("key.minted") == []


def test_a_repeat_is_answered_alike_and_never_mints_again(client: Client, estate: Estate) -> None:
    once = secrets.token_hex(16)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(client.ask, "POST", estate.keys, {"description": "raced"}, once) for _ in range(2)]
        answers = [one.result() for one in asked]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert late.json()["retryable"] is True and late.headers["Retry-After"] == "3"
    first = next(answer for answer in answers if answer.status_code == 201).json()
    assert client.ask("POST", estate.keys, {"description": "raced"}, once).json() == first
    assert client.refused("POST", estate.keys, {"description": "other"}, once)[1] == "idempotency_key_reused"
    assert len(estate.company.member()["keys"]) == 1

    client.done("PATCH", f"{estate.keys}/{first['id']}", {"inactive": True})
    status, code, message = client.refused("POST", estate.keys, {"description": "raced"}, once)
    assert (status, code) == (409, "idempotency_answer_forgotten")
    assert first["privateKey"] not in message
    assert len(estate.company.member()["keys"]) == 1


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"inactive": True}), ("DELETE", None)])
def test_a_private_key_is_forgotten_also_when_nobody_knows_whether_its_key_was_changed(
    serve: Callable[..., Client], estate: Estate, tmp_path: Path, method: str, body: object
) -> None:
    strange = screens(tmp_path, waits={"element": 3, "save": 3}, keys={"saved": "words that never come"})
    client, once = serve(screens=strange), secrets.token_hex(16)
    made = client.ask("POST", estate.keys, {"description": "short-lived"}, once).json()
    if method == "DELETE":
        # Slow enough that the list, which needs two answers after the OK, comes too late; all else needs one.
        estate.company.ask("PUT", "/screens", {"slowMs": 2000})
    assert client.refused(method, f"{estate.keys}/{made['id']}", body)[0] in (501, 503)
    estate.company.ask("PUT", "/screens", {"slowMs": 0})
    assert [one["inactive"] for one in estate.company.member()["keys"]] == ([True] if method == "PATCH" else [])
    status, code, message = client.refused("POST", estate.keys, {"description": "short-lived"}, once)
    assert (status, code) == (409, "idempotency_answer_forgotten")
    assert made["privateKey"] not in message


def test_a_strange_table_is_not_taken_for_an_empty_one(client: Client, estate: Estate) -> None:
    estate.company.ask("PUT", "/screens", {"labels": {"Inactive": "Something else"}})
    status, _, message = client.refused("GET", estate.keys)
    assert status == 501 and "no column 'Inactive'" in message


@pytest.mark.parametrize("key", ["", "short", "0" * 31, "a b" * 20])
def test_a_weak_idempotency_key_is_refused(client: Client, estate: Estate, key: str) -> None:
    answer = client.send("POST", estate.keys, {"description": "x"}, {"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert estate.company.member()["keys"] == []
