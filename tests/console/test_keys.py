"""API keys, through the screens of a real browser: once made, shown once, answered once."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.console.running import Client, GatewayThread, Serve, Tenant
from tests.console.test_labels import write_screens


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve()


def test_a_key_is_made_listed_stopped_and_deleted(client: Client, tenant: Tenant) -> None:
    assert client.expect_ok("GET", tenant.keys) == []
    made = client.request("POST", tenant.keys, {"description": "first [psa:a.b.c]"})
    assert made.status_code == 201
    key = made.json()
    assert key["privateKey"] in tenant.company.private_keys()
    listed = {name: key[name] for name in ("id", "description", "publicKey", "createdAt")} | {"inactive": False}
    assert client.expect_ok("GET", tenant.keys) == [listed]

    twin = client.expect_ok("POST", tenant.keys, {"description": "first [psa:a.b.c]"})
    assert client.expect_ok("PATCH", f"{tenant.keys}/{twin['id']}", {"inactive": True})["inactive"] is True
    states = {key["id"]: key["inactive"] for key in tenant.company.member()["keys"]}
    assert states == {key["id"]: False, twin["id"]: True}, "of two keys of one description the right one"
    assert client.expect_ok("PATCH", f"{tenant.keys}/{twin['id']}", {"inactive": True})["inactive"] is True
    assert client.expect_error("PATCH", f"{tenant.keys}/1", {"inactive": True})[0] == 404

    client.expect_ok("DELETE", f"{tenant.keys}/{key['id']}")
    client.expect_ok("DELETE", f"{tenant.keys}/{key['id']}")
    assert [key["id"] for key in tenant.company.member()["keys"]] == [twin["id"]]
    assert len(tenant.list_changes("key.minted", "key.deleted")) == 3


# Makes a client that takes 30 characters of a description, and shows what was typed until its page is left.
CUTTING = """new MutationObserver(() => {
  const line = document.querySelector('input#description');
  if (!line) return;
  if (!line.readOnly) line.maxLength = 30;
  else if (%s) line.value = 'typed, not kept';
}).observe(document, { subtree: true, childList: true });"""


@pytest.mark.parametrize("page_lies", [False, True])
@pytest.mark.parametrize("asked", ["x" * 60 + " [psa:a.b.c]", "twice  blank", "short"])
def test_a_mint_answers_the_description_that_the_console_keeps(
    gateway: GatewayThread, client: Client, tenant: Tenant, asked: str, page_lies: bool
) -> None:
    client.expect_ok("GET", tenant.keys)
    page = gateway.get_session(client)._page
    assert page is not None
    gateway.run(page.add_init_script(CUTTING % str(page_lies).lower()))
    gateway.run(page.reload())
    made = client.expect_ok("POST", tenant.keys, {"description": asked})
    kept = tenant.company.member()["keys"][0]["description"]
    assert kept == asked[:30]
    assert made["description"] == (" ".join(kept.split()) if page_lies else kept)
    changed = client.expect_ok("PATCH", f"{tenant.keys}/{made['id']}", {"inactive": True})
    assert changed["description"] == " ".join(kept.split())


def test_a_description_longer_than_the_contract_s_is_refused_before_anything_is_typed(
    client: Client, tenant: Tenant
) -> None:
    assert client.expect_error("POST", tenant.keys, {"description": "x" * 101}) == (
        400,
        "invalid_request",
        "description may have at most 100 characters",
    )
    assert tenant.company.member()["keys"] == []


def test_only_members_on_the_allow_list_get_keys(client: Client, tenant: Tenant) -> None:
    others = [member["id"] for member in tenant.company.ask("GET", "")["apiMembers"] if member["id"] != tenant.member]
    body = {"description": "mine"}
    assert client.expect_error("POST", f"/apiMembers/{others[0]}/keys", body)[:2] == (403, "outside_allow_list")
    assert client.expect_error("GET", f"/apiMembers/{others[0]}/keys")[0] == 403
    assert client.expect_error("POST", "/apiMembers/1/keys", body)[0] == 404
    assert client.expect_error("POST", tenant.keys, {"description": "  "})[:2] == (422, "refused_by_console")
    assert tenant.list_changes("key.minted") == []


def test_a_repeat_is_answered_alike_and_never_mints_again(client: Client, tenant: Tenant) -> None:
    once = secrets.token_hex(16)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(client.request, "POST", tenant.keys, {"description": "raced"}, once) for _ in range(2)]
        answers = [future.result() for future in futures]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert late.json()["retryable"] is True and late.headers["Retry-After"] == "3"
    first = next(answer for answer in answers if answer.status_code == 201).json()
    assert client.request("POST", tenant.keys, {"description": "raced"}, once).json() == first
    assert client.expect_error("POST", tenant.keys, {"description": "other"}, once)[1] == "idempotency_key_reused"
    assert len(tenant.company.member()["keys"]) == 1

    client.expect_ok("PATCH", f"{tenant.keys}/{first['id']}", {"inactive": True})
    status, code, message = client.expect_error("POST", tenant.keys, {"description": "raced"}, once)
    assert (status, code) == (409, "idempotency_answer_forgotten")
    assert first["privateKey"] not in message
    assert len(tenant.company.member()["keys"]) == 1


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"inactive": True}), ("DELETE", None)])
def test_a_private_key_is_forgotten_also_when_nobody_knows_whether_its_key_was_changed(
    serve: Serve, tenant: Tenant, tmp_path: Path, method: str, body: object
) -> None:
    strange = write_screens(tmp_path, waits={"element": 3, "save": 3}, keys={"saved": "words that never come"})
    client, once = serve(screens=strange), secrets.token_hex(16)
    made = client.request("POST", tenant.keys, {"description": "short-lived"}, once).json()
    if method == "DELETE":
        tenant.company.add_fault("delay", when="after", ms=20000, method="POST", path="/ApiKeys/[0-9]+/delete$")
    assert client.expect_error(method, f"{tenant.keys}/{made['id']}", body)[0] in (501, 503)
    assert [key["inactive"] for key in tenant.company.member()["keys"]] == ([True] if method == "PATCH" else [])
    status, code, message = client.expect_error("POST", tenant.keys, {"description": "short-lived"}, once)
    assert (status, code) == (409, "idempotency_answer_forgotten")
    assert made["privateKey"] not in message


def test_a_strange_table_is_not_taken_for_an_empty_one(client: Client, tenant: Tenant) -> None:
    tenant.company.ask("PUT", "/screens", {"labels": {"Inactive": "Something else"}})
    status, _, message = client.expect_error("GET", tenant.keys)
    assert status == 501 and "no column 'Inactive'" in message


@pytest.mark.parametrize("key", ["", "short", "0" * 31, "a b" * 20])
def test_a_weak_idempotency_key_is_refused(client: Client, tenant: Tenant, key: str) -> None:
    answer = client.send("POST", tenant.keys, {"description": "x"}, {"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert tenant.company.member()["keys"] == []
