"""Which addresses a setting may hold."""

from __future__ import annotations

import pytest

from providers.core.settings import validate_url


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://psa.example.com", "https://psa.example.com"),
        (" https://psa.example.com/ ", "https://psa.example.com"),
        ("https://psa.example.com:8443/gateway/x/", "https://psa.example.com:8443/gateway/x"),
        ("http://127.0.0.1:8025", "http://127.0.0.1:8025"),
        ("http://localhost:8025", "http://localhost:8025"),
        ("http://[::1]:8025", "http://[::1]:8025"),
    ],
)
def test_an_https_address_or_a_loopback_one_is_taken_without_its_last_slash(given: str, kept: str) -> None:
    assert validate_url(given) == kept


@pytest.mark.parametrize("given", ["http://psa.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1"])
def test_plain_http_is_for_loopback_only(given: str) -> None:
    with pytest.raises(ValueError, match="must be https: plain http is allowed to loopback addresses only"):
        validate_url(given)


@pytest.mark.parametrize("given", ["ftp://psa.example.com", "psa.example.com", "https://", ""])
def test_what_is_no_web_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="must be a host name or an https URL"):
        validate_url(given)


@pytest.mark.parametrize(
    "given",
    ["https://u:hunter22@x.example", "https://u@x.example", "https://x.example?a=hunter22", "https://x.example#f"],
)
def test_an_address_holds_no_credentials_and_no_query_and_they_are_not_shown(given: str) -> None:
    with pytest.raises(ValueError, match="must hold no user name, password, query or fragment") as caught:
        validate_url(given)
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize("given", ["https://psa example.com", "https://psa.example.com:99999"])
def test_a_broken_https_address_is_not_told_to_become_https(given: str) -> None:
    with pytest.raises(ValueError) as caught:
        validate_url(given)
    assert "plain http" not in str(caught.value)
