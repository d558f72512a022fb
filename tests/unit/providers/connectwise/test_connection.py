"""How to reach a site: settings, hosts, headers."""

from __future__ import annotations

from base64 import b64decode

import pytest
from pydantic import SecretStr

from providers.connectwise.connection import (
    NAMESPACE,
    ConnectWiseSettings,
    derive_api_origin,
    format_accept,
    format_basic_auth,
    format_company_key,
    format_credentials,
    make_allowance,
    unify_company_key,
)
from providers.core.configuration import Configuration
from providers.core.settings import SettingErrors, load_settings

GOOD = {
    "connectwise:site": "na.myconnectwise.net",
    "connectwise:companyId": "Acme",
    "connectwise:clientId": "c11e",
    "connectwise:publicKey": "public",
    "connectwise:privateKey": "s3cr3t-value",
    "connectwise:driver": "gateway",
    "connectwise:gatewayUrl": "https://gateway.example.com/acme",
    "connectwise:gatewayToken": "t0k3n-value",
}


def make_settings(**changed: str) -> ConnectWiseSettings:
    values = {**GOOD, **{f"connectwise:{name}": value for name, value in changed.items()}}
    return load_settings(ConnectWiseSettings, NAMESPACE, Configuration(values, {}))


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("na.myconnectwise.net", "https://api-na.myconnectwise.net"),
        ("eu.myconnectwise.net", "https://api-eu.myconnectwise.net"),
        ("au.myconnectwise.net", "https://api-au.myconnectwise.net"),
        ("aus.myconnectwise.net", "https://api-aus.myconnectwise.net"),
        ("za.myconnectwise.net", "https://api-za.myconnectwise.net"),
        ("NA.MyConnectWise.net", "https://api-na.myconnectwise.net"),
        ("https://NA.myconnectwise.net:443/", "https://api-na.myconnectwise.net"),
        ("na.myconnectwise.net.", "https://api-na.myconnectwise.net"),
        ("ca.myconnectwise.net", "https://api-ca.myconnectwise.net"),
        ("sandbox.connectwisedev.com", "https://api-sandbox.connectwisedev.com"),
        ("api-psa.example.com", "https://api-psa.example.com"),
        ("evilmyconnectwise.net", "https://evilmyconnectwise.net"),
        ("staging.connectwisedev.com", "https://api-staging.connectwisedev.com"),
        ("https://na.myconnectwise.net/", "https://api-na.myconnectwise.net"),
        ("api-na.myconnectwise.net", "https://api-na.myconnectwise.net"),
        ("psa.example.com", "https://psa.example.com"),
        ("psa.example.com:8443", "https://psa.example.com:8443"),
        ("na.myconnectwise.net.example.com", "https://na.myconnectwise.net.example.com"),
        ("http://localhost:8025", "http://localhost:8025"),
    ],
)
def test_the_api_answers_at_the_sites_host_or_at_its_cloud_sibling(site: str, origin: str) -> None:
    assert derive_api_origin(make_settings(site=site).site) == origin


NA, OWN = "https://na.myconnectwise.net", "https://psa.example.com"


@pytest.mark.parametrize(
    ("site", "named", "origin"),
    [
        (NA, "api-na.myconnectwise.net", "https://api-na.myconnectwise.net"),
        (NA, "https://na.myconnectwise.net/", "https://api-na.myconnectwise.net"),
        (NA, "http://NA.myconnectwise.net:8080/v4_6_release", "https://api-na.myconnectwise.net"),
        (NA, "api-eu.myconnectwise.net", "https://api-eu.myconnectwise.net"),
        (NA, "uk.myconnectwise.net", "https://api-uk.myconnectwise.net"),
        (OWN, "psa.example.com", "https://psa.example.com"),
        (OWN, "http://PSA.example.com.:8080/", "https://psa.example.com"),
        (OWN, "api-psa.example.com", "https://api-psa.example.com"),
        (OWN, "https://api-psa.example.com:9443/x", "https://api-psa.example.com:9443"),
        (f"{OWN}:8443", "http://api-psa.example.com", "https://api-psa.example.com:8443"),
        ("https://api-psa.example.com", "psa.example.com", "https://api-psa.example.com"),
        (OWN, "api-na.myconnectwise.net", "https://api-na.myconnectwise.net"),
        ("http://127.0.0.1:8025", "localhost:9999", "http://127.0.0.1:8025"),
    ],
)
def test_where_the_look_up_names_our_own_sibling_or_the_vendors_cloud_it_is_followed(
    site: str, named: str, origin: str
) -> None:
    assert derive_api_origin(make_settings(site=site).site, named) == origin


@pytest.mark.parametrize(
    "named",
    [
        "evil.example",
        "api-evil.example",
        "psa.example.com.evil.example",
        "na.myconnectwise.net.evil.example",
        "evilmyconnectwise.net",
        "api-other.example.com",
        "example.com",
        "https://psa.example.com@evil.example/",
        "https://na.myconnectwise.net\\@evil.example",
        "psa.example.com:99999",
        "127.0.0.1",
        "https://",
        "ftp://psa.example.com",
    ],
)
def test_where_the_look_up_names_somebody_else_nobody_is_followed(named: str) -> None:
    assert derive_api_origin(OWN, named) == ""


@pytest.mark.parametrize(
    "site",
    [
        "na.myconnectwise.net",
        "https://api-na.myconnectwise.net",
        "API-NA.MyConnectWise.NET",
        "https://na.myconnectwise.net/",
        "https://na.myconnectwise.net.:443/v2025_1/",
        "HTTPS://api-na.myconnectwise.net:443",
    ],
)
def test_a_site_has_one_identity_however_it_is_spelt(site: str) -> None:
    """The state, the owner's tag, work orders and dashboards all name the host of the screens."""
    settings = make_settings(site=site)
    assert settings.site == "https://na.myconnectwise.net"
    assert format_company_key(settings) == "acme@na.myconnectwise.net"


def test_a_self_hosted_site_and_its_api_host_are_one_company() -> None:
    assert format_company_key(make_settings(site="api-psa.example.com")) == "acme@psa.example.com"
    assert format_company_key(make_settings(site="psa.example.com.")) == "acme@psa.example.com"


@pytest.mark.parametrize(
    ("recorded", "unified"),
    [
        ("acme@api-na.myconnectwise.net", "acme@na.myconnectwise.net"),
        ("acme@na.myconnectwise.net", "acme@na.myconnectwise.net"),
        ("api-me@x@api-psa.example.com", "api-me@x@psa.example.com"),
        ("msp/1946784", "msp/1946784"),
    ],
)
def test_a_state_that_names_the_apis_host_is_the_same_companys(recorded: str, unified: str) -> None:
    assert unify_company_key(recorded) == unified


def test_whose_objects_these_are_is_the_company_at_the_host() -> None:
    assert format_company_key(make_settings()) == "acme@na.myconnectwise.net"
    assert format_company_key(make_settings(site="https://PSA.example.com:8443")) == "acme@psa.example.com"


def test_one_signs_in_with_the_company_before_the_key() -> None:
    user, password = format_credentials("acme", "public", SecretStr("private"))
    kind, _, value = format_basic_auth(user, password).partition(" ")
    assert (kind, b64decode(value).decode()) == ("Basic", "acme+public:private")


def test_the_version_is_pinned_unless_none_is_wanted() -> None:
    assert format_accept("2025.1") == "application/vnd.connectwise.com+json; version=2025.1"
    assert format_accept("none") == "application/json"
    assert make_settings().api_version == "2025.1"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("apiVersion", "latest", "must be a version such as 2025.1, or none"),
        ("site", "http://psa.example.com", "must be https"),
        ("site", "https://user@psa.example.com", "must hold no user name"),
        ("companyId", "  ", "should have at least 1 character"),
        ("clientId", "  ", "must not be blank"),
        ("privateKey", " ", "must not be blank"),
    ],
)
def test_a_wrong_value_is_told_with_its_key(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingErrors) as caught:
        make_settings(**{name: value})
    assert str(caught.value).startswith(f"connectwise:{name}: ")
    assert words in str(caught.value)


def test_no_secret_is_in_a_repr() -> None:
    shown = repr(make_settings()) + str(make_settings())
    assert not {word for word in ("s3cr3t-value", "t0k3n-value", "c11e") if word in shown}


@pytest.mark.parametrize("site", ["https://na.myconnectwise.net/v2025_1/ConnectWise.aspx", "psa.example.com/login"])
def test_a_sites_address_is_refused_or_cut_down_to_its_host(site: str) -> None:
    try:
        kept = make_settings(site=site).site
    except SettingErrors:
        return
    assert kept.count("/") == 2


@pytest.mark.parametrize("name", ["clientId", "privateKey", "gatewayToken"])
def test_a_secret_from_a_file_is_taken_without_its_last_line_break_or_refused(name: str) -> None:
    field = {"clientId": "client_id", "privateKey": "private_key", "gatewayToken": "gateway_token"}[name]
    try:
        held = getattr(make_settings(**{name: "s3cr3t-value\n"}), field).get_secret_value()
    except SettingErrors:
        return
    assert held == "s3cr3t-value"


def test_tenants_of_a_site_share_its_requests_unless_each_company_has_its_own() -> None:
    acme, bell = (make_settings(companyId=company) for company in ("Acme", "Bell"))
    assert make_allowance(acme) == make_allowance(bell)
    assert make_allowance(acme).rate == 15
    assert make_allowance(acme).name != make_allowance(make_settings(site="eu.myconnectwise.net")).name
    acme, bell = (make_settings(companyId=company, requestBudget="company") for company in ("Acme", "Bell"))
    assert make_allowance(acme).name != make_allowance(bell).name
    assert make_allowance(make_settings(requestsPerSecond="4")).rate == 4


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("requestsPerSecond", "0", "connectwise:requestsPerSecond: should be 1 or more"),
        ("requestsPerSecond", "1001", "connectwise:requestsPerSecond: should be 1000 or less"),
        ("requestsPerSecond", "fast", "connectwise:requestsPerSecond: must be a whole number"),
        ("requestBudget", "key", "connectwise:requestBudget: must be 'site' or 'company'"),
    ],
)
def test_a_rate_out_of_bounds_is_told(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingErrors) as caught:
        make_settings(**{name: value})
    assert str(caught.value).startswith(sentence)
