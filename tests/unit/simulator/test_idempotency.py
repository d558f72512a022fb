from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
import requests

from tests.unit.simulator.site import ManualClock, Site, create_idempotency_key


def minted(site: Site) -> int:
    return len(site.ask("GET", "/privateKeys")) - 1  # the provisioning key is one


def path_of(site: Site) -> str:
    return f"/apiMembers/{site.create_member(site.create_role())['id']}/keys"


BODY = {"description": "one"}


def test_a_repeat_acts_once_and_gets_the_same_answer(site: Site) -> None:
    path, key = path_of(site), create_idempotency_key()
    first = site.gateway("POST", path, json=BODY, idempotency=key)
    repeat = site.gateway("POST", path, json=BODY, idempotency=key)
    assert (repeat.status_code, repeat.text) == (201, first.text)
    assert minted(site) == 1


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_required"),
        ("short", "idempotency_key_invalid"),
        ("0" * 31, "idempotency_key_invalid"),
        ("with spaces in it, but long enough", "idempotency_key_invalid"),
        ("x" * 300, "idempotency_key_invalid"),
    ],
)
def test_a_write_needs_128_random_bits(site: Site, key: str | None, code: str) -> None:
    answer = site.gateway("POST", path_of(site), json=BODY, idempotency=key)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert minted(site) == 0


def test_both_spellings_of_128_bits_are_taken(site: Site) -> None:
    path = path_of(site)
    for key in (secrets.token_hex(16), secrets.token_urlsafe(16), "123e4567-e89b-42d3-a456-426614174000"):
        assert site.gateway("POST", path, json=BODY, idempotency=key).status_code == 201


def test_every_write_but_delete_needs_a_key(site: Site) -> None:
    role = site.create_role()
    member = site.create_member(role)
    new_key = site.mint_key(member)
    for method, path in (
        ("PUT", f"/securityRoles/{role['id']}/settings"),
        ("PUT", f"/securityRoles/{role['id']}/customize"),
        ("PATCH", f"/apiMembers/{member['id']}/keys/{new_key['id']}"),
    ):
        answer = site.gateway(method, path, json={}, idempotency=None)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert site.sink("PUT", "/psaIntegration", json={}, idempotency=None).status_code == 400
    assert site.gateway("DELETE", f"/apiMembers/{member['id']}/keys/{new_key['id']}").status_code == 204


def test_another_body_or_path_or_method_is_a_final_409(site: Site) -> None:
    role = site.create_role()
    first, second = (f"/apiMembers/{site.create_member(role, name)['id']}/keys" for name in ("One", "Two"))
    key = create_idempotency_key()
    new_key = site.gateway("POST", first, json=BODY, idempotency=key).json()
    for answer in (
        site.gateway("POST", first, json={"description": "two"}, idempotency=key),
        site.gateway("POST", second, json=BODY, idempotency=key),
        site.gateway("PATCH", f"{first}/{new_key['id']}", json={"inactive": True}, idempotency=key),
    ):
        assert (answer.status_code, answer.json()["retryable"]) == (409, False)
        assert answer.json()["code"] == "idempotency_key_reused"
    assert minted(site) == 1


def test_keys_of_another_token_are_another_matter(site: Site) -> None:
    key = create_idempotency_key()
    assert site.gateway("POST", path_of(site), json=BODY, idempotency=key).status_code == 201
    body = {"kind": "ConnectWise", "enabled": True, "publicKey": "A" * 16, "privateKey": "b" * 16}
    assert site.sink("PUT", "/psaIntegration", json=body, idempotency=key).status_code == 200


def test_a_repeat_in_flight_is_a_retryable_409(site: Site) -> None:
    path, key = path_of(site), create_idempotency_key()
    site.add_fault("delay", ms=2000, when="before", method="POST", path="/keys$")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(site.gateway, "POST", path, json=BODY, idempotency=key)
        while not any(entry["fault"] for entry in site.list_requests()):
            sleep(0.01)
        second = site.gateway("POST", path, json=BODY, idempotency=key)
        assert (second.status_code, second.json()["retryable"]) == (409, True)
        assert second.json()["code"] == "idempotency_in_flight"
        answer = first.result()
    assert answer.status_code == 201
    assert site.gateway("POST", path, json=BODY, idempotency=key).text == answer.text
    assert minted(site) == 1


def test_answers_are_forgotten_after_ten_minutes(timed_site: Site, clock: ManualClock) -> None:
    path, key = path_of(timed_site), create_idempotency_key()
    first = timed_site.gateway("POST", path, json=BODY, idempotency=key)
    clock.move(599)
    assert timed_site.gateway("POST", path, json=BODY, idempotency=key).text == first.text
    clock.move(1)
    assert timed_site.gateway("POST", path, json=BODY, idempotency=key).text != first.text
    assert minted(timed_site) == 2


@pytest.mark.parametrize("change", ["patch", "delete"])
def test_a_private_key_is_forgotten_when_its_key_changes_and_never_minted_twice(site: Site, change: str) -> None:
    path, key = path_of(site), create_idempotency_key()
    new_key = site.gateway("POST", path, json=BODY, idempotency=key).json()
    if change == "patch":
        assert site.gateway("PATCH", f"{path}/{new_key['id']}", json={"inactive": True}).status_code == 200
    else:
        assert site.gateway("DELETE", f"{path}/{new_key['id']}").status_code == 204
    repeat = site.gateway("POST", path, json=BODY, idempotency=key)
    assert (repeat.status_code, repeat.json()["code"]) == (409, "idempotency_answer_forgotten")
    assert new_key["privateKey"] not in repeat.text
    assert minted(site) == 1


def test_a_refusal_is_repeated_too_but_not_one_that_left_the_matter_open(site: Site) -> None:
    path, key, other = path_of(site), create_idempotency_key(), create_idempotency_key()
    blank = {"description": " "}
    refused = site.gateway("POST", path, json=blank, idempotency=key)
    assert site.gateway("POST", path, json=blank, idempotency=key).text == refused.text
    site.ask("PUT", "/gateway", json={"person": "captcha"})
    assert site.gateway("POST", path, json=BODY, idempotency=other).status_code == 423
    site.ask("PUT", "/gateway", json={"person": None})
    assert site.gateway("POST", path, json=BODY, idempotency=other).status_code == 201


@pytest.mark.parametrize("kind", ["reset", "truncate", "statusAfter"])
def test_a_lost_reply_is_made_up_for_by_a_repeat(site: Site, kind: str) -> None:
    path, key = path_of(site), create_idempotency_key()
    more = {"when": "after"} if kind == "reset" else {}
    site.add_fault(kind, method="POST", path="/keys$", **more)
    try:
        lost = site.gateway("POST", path, json=BODY, idempotency=key)
        assert (kind, lost.status_code) == ("statusAfter", 500)
    except requests.RequestException:
        assert kind != "statusAfter"
    assert minted(site) == 1
    new_key = site.gateway("POST", path, json=BODY, idempotency=key).json()
    assert site.ask("GET", "/privateKeys")[new_key["publicKey"]] == new_key["privateKey"]
    assert minted(site) == 1
