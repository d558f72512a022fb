"""URLs of vaults: what is taken, and what is refused with which words."""

from __future__ import annotations

from typing import Any

import pytest

from providers.vault.address import (
    parse_age_url,
    parse_aws_url,
    parse_azure_url,
    parse_place,
    parse_scheme,
    parse_vault_url,
)

RECIPIENT = "age1" + "q" * 58
OTHER = "age1" + "p" * 58


@pytest.mark.parametrize(
    ("parts", "url", "found"),
    [
        (parse_vault_url, "vault://secret/umbrella/acme", ("secret", "umbrella/acme")),
        (parse_vault_url, "VAULT://kv/a/", ("kv", "a")),
        (parse_vault_url, "vault://team%2Fkv/my path/a.b_c@d=e-f", ("team/kv", "my path/a.b_c@d=e-f")),
        (parse_aws_url, "awssm://acme", "acme"),
        (parse_aws_url, "awssm://umbrella/acme/key_1+2=3.4@5-6", "umbrella/acme/key_1+2=3.4@5-6"),
        (parse_azure_url, "azurekv://msp-vault/umbrella-acme", ("msp-vault", "umbrella-acme")),
        (parse_age_url, f"age:///srv/acme.age?recipient={RECIPIENT}", ("/srv/acme.age", [RECIPIENT])),
        (parse_age_url, f"age:///a%20b?recipient={RECIPIENT}&recipient={OTHER}", ("/a b", [RECIPIENT, OTHER])),
    ],
)
def test_a_place_is_found(parts: Any, url: str, found: Any) -> None:
    assert parts(url) == found


@pytest.mark.parametrize(
    ("parts", "url", "words"),
    [
        (parse_vault_url, "vault://secret", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault:///acme", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://secret/a//b", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://secret/a/../b", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://secret/./b", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://user:token@secret/b", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://secret/a*", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://secret/a%2e%2e", "must be vault://<mount>/<path>"),
        (parse_vault_url, "vault://secret/a?version=1", "must have no [?] or #"),
        (parse_aws_url, "awssm://", "must be awssm://<name>"),
        (parse_aws_url, "awssm://a b", "must be awssm://<name>"),
        (parse_aws_url, "awssm://" + "a" * 513, "must be awssm://<name>"),
        (parse_aws_url, "awssm://acme-a1B2c3", "Secrets Manager takes that for an ARN"),
        (parse_aws_url, "awssm://acme#x", "must have no [?] or #"),
        (parse_azure_url, "azurekv://msp", "must name the secret with letters, digits and hyphens"),
        (parse_azure_url, "azurekv://msp/a_b", "must name the secret with letters, digits and hyphens"),
        (parse_azure_url, "azurekv://msp/a/b", "must name the secret with letters, digits and hyphens"),
        (parse_azure_url, "azurekv://ms/a", "3 to 24 letters"),
        (parse_azure_url, "azurekv://msp--vault/a", "3 to 24 letters"),
        (parse_azure_url, "azurekv://1msp/a", "3 to 24 letters"),
        (parse_azure_url, "azurekv://evil.example.net/a", "3 to 24 letters"),
        (parse_age_url, f"age://srv/acme.age?recipient={RECIPIENT}", "must be age:///<absolute file>"),
        (parse_age_url, f"age:///srv/?recipient={RECIPIENT}", "must be age:///<absolute file>"),
        (parse_age_url, f"age:///srv/../etc/x?recipient={RECIPIENT}", "must be age:///<absolute file>"),
        (parse_age_url, f"age:///srv/%2e%2e/x?recipient={RECIPIENT}", "must be age:///<absolute file>"),
        (parse_age_url, "age:///srv/x", "must name one or more recipients"),
        (parse_age_url, "age:///srv/x?recipient", "must name one or more recipients"),
        (parse_age_url, f"age:///srv/x?recipient={RECIPIENT}&armor=1", "must name one or more recipients"),
        (parse_age_url, f"age:///srv/x?recipient={RECIPIENT}&recipient={RECIPIENT}", "each once"),
        (parse_age_url, "age:///srv/x?recipient=AGE-SECRET-KEY-1QQ", "names an identity, the secret half"),
        (parse_age_url, "age:///srv/x?recipient=age1short", "is not whole: it must be age1 and 58 letters"),
        (parse_age_url, "age:///srv/x?recipient=ssh-ed25519 AAAA", "it must start with age1"),
        (parse_age_url, f"age:///srv/x?recipient=age1pq1{'q' * 1950}", "post-quantum recipient .* X25519 only"),
        (parse_age_url, f"age:///srv/x?recipient={RECIPIENT}&recipient=age1pq1{'q' * 1950}", "post-quantum"),
        (parse_age_url, "age:///srv/x?recipient=age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq", "age plug-in yubikey, and"),
        (parse_age_url, "age:///srv/x?recipient=AGE1FIDO2-HMAC1QQQ", "age plug-in fido2-hmac, and the private key"),
        (parse_age_url, "age:///srv/x?recipient=age1tagpq1qqq", "hardware token"),
    ],
)
def test_a_bad_url_is_refused_in_words(parts: Any, url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parts(url)


def test_a_secret_half_in_a_url_is_not_repeated() -> None:
    with pytest.raises(ValueError) as caught:
        parse_age_url("age:///srv/x?recipient=AGE-SECRET-KEY-1QQ")
    assert "AGE-SECRET-KEY" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "scheme", "place"),
    [
        ("vault://secret/a/", "vault", "vault://secret/a"),
        ("AwsSM://a", "awssm", "awssm://a"),
        (f"age:///srv/a?recipient={RECIPIENT}", "age", "age:///srv/a"),
        ("drawer://one?two=3", "drawer", "drawer://one"),
        ("nothing", "", "://"),
        ("1x://a", "", "://a"),
    ],
)
def test_scheme_and_place(url: str, scheme: str, place: str) -> None:
    assert (parse_scheme(url), parse_place(url)) == (scheme, place)
