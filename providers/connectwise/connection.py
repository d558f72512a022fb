"""How to reach a ConnectWise site: settings, hosts, headers."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator

from providers.console.settings import DriverSettings, validate_public_key
from providers.core.settings import Demand, format_key, validate_url
from providers.core.terms import terms
from providers.http.budget import DEFAULT_RATE, Allowance
from providers.http.urls import Origin, parse_origin

NAMESPACE = "connectwise"

# The vendor's own domains: there the API of `na.…` always answers at `api-na.…` (docs/coverage.md).
_CLOUD = (".myconnectwise.net", ".connectwisedev.com")
_API = "api-"

NonEmptyText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ConnectWiseSettings(DriverSettings):
    """The settings `connectwise:…` (docs/settings.md)."""

    site: NonEmptyText = Field(description="the site's host, such as na.myconnectwise.net, or its full URL")
    company_id: NonEmptyText = Field(description="the company id used to sign in")
    client_id: SecretStr = Field(description="the client id of your integration, from the vendor's developer site")
    public_key: NonEmptyText = Field(description="the public half of the provisioning key")
    private_key: SecretStr = Field(description="the private half of the provisioning key")
    api_version: str = Field(default="2025.1", description="sent in Accept; none sends no version")
    requests_per_second: int = Field(
        default=DEFAULT_RATE, ge=1, le=1000, description="how many the site gets from us at most"
    )
    request_budget: Literal["site", "company"] = Field(
        default="site", description="whose they are: all tenants' of a site together, or each company's own"
    )
    manual_public_key: str | None = Field(default=None, description="the public half of the pair a person made")
    manual_private_key: SecretStr | None = Field(default=None, description="its private half")

    @field_validator("site")
    @classmethod
    def _site(cls, value: str) -> str:
        # As a browser shows it, a site's address has a path; one host has several spellings.
        origin = parse_origin(validate_url(value if "://" in value else f"https://{value}"))
        if origin is None:
            raise ValueError("must be a host, or a URL such as https://na.myconnectwise.net")
        host = origin.host.rstrip(".")
        return str(origin._replace(host=host.removeprefix(_API) if host.endswith(_CLOUD) else host))

    @field_validator("api_version")
    @classmethod
    def _api_version(cls, value: str) -> str:
        if value != "none" and not re.fullmatch(r"\d{4}\.\d{1,2}", value):
            raise ValueError("must be a version such as 2025.1, or none")
        return value

    @field_validator("client_id", "private_key")
    @classmethod
    def _not_blank(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("must not be blank")
        return value

    @field_validator("manual_public_key")
    @classmethod
    def _manual_public_key(cls, value: str | None) -> str | None:
        return validate_public_key(value) if value else None

    def find_unmet_requirements(self) -> list[Demand]:
        """Add to the driver's demands that a pair is handed in whole."""
        public, private = self.manual_public_key, self.manual_private_key
        handed_in = private.get_secret_value() if private else ""
        if self.driver != "manual" or not (public or handed_in):
            return super().find_unmet_requirements()
        if not (public and handed_in):
            lacks, has = ("manual_private_key", "Public") if public else ("manual_public_key", "Private")
            command = terms().set_secret if public else terms().set_setting
            because = f"is required because connectwise:manual{has}Key is set, and a pair is handed in whole"
            return [
                (lacks, because, f"set it with `{command} {format_key(NAMESPACE, lacks)}`, or remove the other half")
            ]
        if public == handed_in:
            return [("manual_private_key", "is the public half again", "hand in the private half that goes with it")]
        return []


def derive_api_origin(site: str, named: str = "") -> str:
    """Decide where a site's API answers; nobody else is sent credentials.

    Args:
        site: The configured address, as `ConnectWiseSettings.site` holds it.
        named: The address that the site's own look-up names; empty without one.

    Returns:
        The API's origin: the sibling `api-…` on the vendor's cloud, whether the site or its look-up is there; else that
        `api-…` of the site's own host which the look-up names; else the site itself. An empty text when the look-up
        names somebody else's host, or no readable one.
    """
    address = named if "://" in named else f"https://{named or urlsplit(site).netloc}"
    own, other = parse_origin(site), parse_origin(address)
    if own is None or other is None:
        return ""
    host, screens = other.host.rstrip("."), own.host.removeprefix(_API)
    if host.endswith(_CLOUD) or host == f"{_API}{screens}":
        same = host.removeprefix(_API) == screens
        # The scheme and the port that a server names are its own view, from behind a proxy.
        port = other.port if other.scheme == "https" and urlsplit(address).port else own.port if same else 443
        return str(Origin("https", f"{_API}{host.removeprefix(_API)}", port))
    return str(own) if host in (own.host, screens) or (own.is_loopback and other.is_loopback) else ""


def format_company_key(settings: ConnectWiseSettings) -> str:
    """Name whose objects these are, at the screens' host. Without the port: the same company answers there, too."""
    return unify_company_key(f"{settings.company_id.casefold()}@{urlsplit(settings.site).hostname}")


def unify_company_key(recorded: str) -> str:
    """Name the screens' host in a company as a state has it: one of 0.1.0 may name the API's host of the same site."""
    company, at, host = recorded.rpartition("@")
    return f"{company}{at}{host.removeprefix(_API)}"


def make_allowance(settings: ConnectWiseSettings) -> Allowance:
    """Say whose budget of requests counts at a site, and how large it is; its screens' host and its API's are one."""
    whose = settings.site if settings.request_budget == "site" else format_company_key(settings)
    return Allowance(f"{settings.request_budget} {whose}", settings.requests_per_second)


def format_credentials(company_id: str, public_key: str, private_key: SecretStr) -> tuple[str, str]:
    """Make user name and password of the vendor's Basic authentication."""
    return f"{company_id}+{public_key}", private_key.get_secret_value()


def format_basic_auth(user: str, password: str) -> str:
    """Make an `Authorization` header's value."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def format_accept(api_version: str) -> str:
    """Make an `Accept` header's value: pinning the version keeps unknown fields out."""
    media = "application/vnd.connectwise.com+json"
    return "application/json" if api_version == "none" else f"{media}; version={api_version}"
