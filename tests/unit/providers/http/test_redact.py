from __future__ import annotations

import base64
import html
import json
import threading
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.http.redact import Redactor

SECRET = "p/w+ör\"d'<&> \\x"
secrets = st.text(min_size=4, max_size=40).filter(lambda s: s not in "[redacted]" and not set(s) <= set("[redacted]"))


def make_redactor(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.add(value)
    return redactor


@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda s: quote(s, safe=""),
        quote,
        quote_plus,
        lambda s: quote(s, safe="").lower(),
        lambda s: json.dumps({"x": s}),
        lambda s: json.dumps({"x": s}, ensure_ascii=False),
        lambda s: html.escape(s),
        repr,
        lambda s: base64.b64encode(s.encode()).decode(),
        lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    ],
)
def test_every_form_of_a_secret_is_hidden(form: object) -> None:
    assert callable(form)
    shown = make_redactor(SECRET).redact(f"before {form(SECRET)} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert "[redacted]" in shown
    assert "p/w" not in shown and form(SECRET) not in shown


def test_basic_credentials_are_hidden_with_their_password() -> None:
    redactor = Redactor()
    redactor.add_basic("company+public", "privateHalf1")
    encoded = base64.b64encode(b"company+public:privateHalf1").decode()
    assert (
        redactor.redact(f"<{encoded}> <{encoded.rstrip('=')}> <privateHalf1>")
        == "<[redacted]> <[redacted]> <[redacted]>"
    )


def test_public_words_stay_readable() -> None:
    redactor = Redactor()
    redactor.add_basic("company+public", "privateHalf1")
    assert redactor.redact("company+public may not") == "company+public may not"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Basic dXNlcjpwYXNz!", "Authorization: Basic [redacted]"),
        ('{"authorization": "Bearer abc.def"}', '{"authorization": "Bearer [redacted]"}'),
        ("sent Bearer abcdefghijkl to it", "sent Bearer [redacted] to it"),
        ("Basic authentication is needed", "Basic authentication is needed"),
        ('Basic realm="PSA"', 'Basic realm="PSA"'),
        ('{"privateKey": "abc", "publicKey": "def"}', '{"privateKey": "[redacted]", "publicKey": "def"}'),
        ('{"privateKey":"ab\\"c', '{"privateKey":"[redacted]"'),
        ('{\\"client_secret\\": \\"abc', '{\\"client_secret\\": \\"[redacted]"'),
    ],
)
def test_what_looks_like_a_credential_is_hidden_unregistered(text: str, shown: str) -> None:
    assert Redactor().redact(text) == shown


def test_a_value_of_three_characters_is_too_common_to_hide() -> None:
    redactor = make_redactor("", "abc")
    redactor.add_basic("user", "abc")
    assert redactor.redact("abc dXNlcjphYmM=") == "abc dXNlcjphYmM="


def test_secrets_that_overlap_leave_no_letter_of_either() -> None:
    assert make_redactor("abcdef", "defghi").redact("<abcdefghi>") == "<[redacted]>"
    assert make_redactor("abcdefghi", "cdef").redact("<abcdefghi>") == "<[redacted]>"


def test_its_repr_counts_and_shows_nothing() -> None:
    assert repr(make_redactor("hunter22", "hunter22", "swordfish")) == "Redactor(2 secrets)"


@settings(deadline=None, max_examples=40)
@given(st.lists(secrets, min_size=1, max_size=4), st.lists(st.text(max_size=20), min_size=5, max_size=5))
def test_no_registered_secret_survives_in_any_text(values: list[str], gaps: list[str]) -> None:
    text = gaps[0] + "".join(value + gap for value, gap in zip(values, gaps[1:], strict=False))
    shown = make_redactor(*values).redact(text)
    for part in shown.split("[redacted]"):
        assert not any(value in part for value in values)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=300))
def test_text_without_secrets_or_credentials_is_left_alone(text: str) -> None:
    if not any(word in text.lower() for word in ("basic", "bearer", "auth", "key", "secret", "pass", "token")):
        assert make_redactor("a secret nobody types").redact(text) == text.replace(
            "a secret nobody types", "[redacted]"
        )


def test_threads_may_add_while_others_redact() -> None:
    redactor = Redactor()
    names = [f"secret-{number:04}" for number in range(200)]

    def add(part: list[str]) -> None:
        for name in part:
            redactor.add(name)

    threads = [threading.Thread(target=add, args=(part,)) for part in (names[::2], names[1::2])]
    for thread in threads:
        thread.start()
    redactor.redact(" ".join(names))
    for thread in threads:
        thread.join()
    assert "secret-" not in redactor.redact(" ".join(names))


def test_megabytes_of_hostile_text_cost_no_time() -> None:
    for piece in ("secret", 'token"', "authorization:", "basic ", "password: ", "\\"):
        Redactor().redact((piece * 300_000)[:300_000])
