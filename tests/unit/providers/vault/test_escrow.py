"""What is kept, and the fingerprint that says nothing of it."""

from __future__ import annotations

import hashlib
import json
from time import perf_counter
from typing import Any

import pytest
from pydantic import SecretStr

from providers.core.errors import GuardViolation
from providers.vault.escrow import Escrow, get_generation, parse_escrow

PRIVATE = "Zq8PrivateHalf01"


def escrow(**changed: Any) -> Escrow:
    given: dict[str, Any] = {
        "company_id": "Acme",
        "site": "https://na.myconnectwise.net",
        "public_key": "PublicHalf",
        "private_key": SecretStr(PRIVATE),
        "key_id": "401",
        "generation": "0a1b2c",
        "created_at": "2026-01-31",
        "tenant": "acme",
    }
    return Escrow(**given | changed)


def test_the_names_of_the_fields_are_promised() -> None:
    assert escrow().to_fields() == {
        "companyId": "Acme",
        "site": "https://na.myconnectwise.net",
        "publicKey": "PublicHalf",
        "privateKey": PRIVATE,
        "keyId": "401",
        "generation": "0a1b2c",
        "createdAt": "2026-01-31",
        "tenant": "acme",
    }
    assert json.loads(escrow().to_text()) == escrow().to_fields()


def test_the_env_form_is_read_by_a_shell_as_it_was_meant() -> None:
    text = escrow(tenant="it's", private_key=SecretStr("a$b `c`")).to_text("env")
    assert text.splitlines() == [
        "CONNECTWISE_COMPANY_ID=Acme",
        "CONNECTWISE_SITE=https://na.myconnectwise.net",
        "CONNECTWISE_PUBLIC_KEY=PublicHalf",
        "CONNECTWISE_PRIVATE_KEY='a$b `c`'",
        "CONNECTWISE_KEY_ID=401",
        "CONNECTWISE_GENERATION=0a1b2c",
        "CONNECTWISE_CREATED_AT=2026-01-31",
        "CONNECTWISE_TENANT='it'\"'\"'s'",
    ]


def test_what_was_kept_is_known_again() -> None:
    assert parse_escrow(escrow().to_text()) == escrow()
    assert parse_escrow(escrow().to_fields()) == escrow()
    found = parse_escrow(escrow().to_text())
    assert found and found.fingerprint == escrow().fingerprint


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "",
        "not json",
        "[]",
        "null",
        {},
        {"password": "x"},
        {**escrow().to_fields(), "note": "by somebody"},
        {**escrow().to_fields(), "generation": "not one of ours"},
        {name: text for name, text in escrow().to_fields().items() if name != "privateKey"},
    ],
)
def test_anything_else_is_not_ours(kept: Any) -> None:
    assert parse_escrow(kept) is None


def test_the_fingerprint_is_of_everything_that_is_kept() -> None:
    changed = [
        escrow(private_key=SecretStr("another")),
        escrow(public_key="Another"),
        escrow(key_id="402"),
        escrow(generation="ffffff"),
        escrow(tenant="beta"),
        escrow(site="https://eu.myconnectwise.net"),
    ]
    assert len({each.fingerprint for each in [escrow(), *changed]}) == 7
    assert len(escrow().fingerprint) == 40


def test_equal_private_keys_do_not_look_equal() -> None:
    assert escrow(key_id="401").fingerprint != escrow(key_id="402").fingerprint


def test_a_guess_is_dear_and_no_plain_digest_helps() -> None:
    fingerprint = escrow().fingerprint
    plain = [PRIVATE, "PublicHalf" + PRIVATE, escrow().to_text(), json.dumps(escrow().to_fields(), sort_keys=True)]
    digests = [hashlib.new(name, text.encode()).hexdigest() for name in ("md5", "sha1", "sha256") for text in plain]
    assert not [digest for digest in digests if fingerprint in digest or digest[:40] == fingerprint]
    started = perf_counter()
    assert escrow(key_id="409").fingerprint
    assert perf_counter() - started > 0.01


def test_neither_its_repr_nor_what_stands_beside_shows_the_private_key() -> None:
    shown = repr(escrow()) + str(escrow()) + json.dumps(escrow().to_metadata()) + repr(escrow().model_dump())
    assert PRIVATE not in shown
    assert escrow().to_metadata() == {
        "tenant": "acme",
        "companyId": "Acme",
        "keyId": "401",
        "generation": "0a1b2c",
        "fingerprint": escrow().fingerprint,
    }


@pytest.mark.parametrize(
    "blank", [{"public_key": " "}, {"private_key": SecretStr("")}, {"private_key": SecretStr("\n")}]
)
def test_a_blank_is_refused(blank: dict[str, Any]) -> None:
    with pytest.raises(GuardViolation, match="a blank key is never written into a vault"):
        escrow(**blank).refuse_blank()
    escrow().refuse_blank()


def test_the_generation_is_the_tags() -> None:
    assert get_generation("spring", "2026-01-31") == get_generation("spring", "2026-01-31")
    assert get_generation("spring", "2026-01-31") != get_generation("summer", "2026-01-31")
    assert len(get_generation("", "")) == 6
