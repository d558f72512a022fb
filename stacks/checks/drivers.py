"""Who carries out what has no public API, whose console that is, and what the console holds."""

from __future__ import annotations

from providers.connectwise.connection import ConnectWiseSettings
from providers.core.errors import GuardViolation
from providers.sink import Sink
from providers.umbrella.connection import UmbrellaSettings, format_console_key
from providers.umbrella.foreign_integration import refuse_foreign_integration
from stacks.checks.finding import Finding, make_finding, make_ok
from stacks.clients import Clients


def check_connectwise_driver(clients: Clients, settings: ConnectWiseSettings) -> list[Finding]:
    """Ask the ConnectWise console's gateway whether it is ready; raise a `ProviderError` unless it is."""
    if settings.driver == "manual":
        return [make_ok("driver", "connectwise: a person, step by step; there is nothing to ask")]
    clients.open_connectwise_gateway(settings).refuse_unless_ready()
    took = _format_duration(clients, settings.gateway_url)
    return [make_ok("driver", f"connectwise: the gateway is ready and serves {settings.company_id}{took}")]


def check_umbrella_driver(clients: Clients, settings: UmbrellaSettings) -> list[Finding]:
    """Ask the Umbrella console's gateway the same."""
    if settings.driver == "manual":
        return [make_ok("driver", "umbrella: a person, step by step; there is nothing to ask")]
    clients.open_umbrella_gateway(settings).refuse_unless_ready()
    took = _format_duration(clients, settings.gateway_url)
    return [
        make_ok("driver", f"umbrella: the gateway is ready and serves the console {format_console_key(settings)}{took}")
    ]


def check_sink(clients: Clients, settings: UmbrellaSettings, own_key: str, in_state: bool) -> list[Finding]:
    """Judge what the console holds. `own_key`: this stack's public half, empty without one; `in_state`: this stack has
    written it before, so another key there is drift."""
    if settings.driver == "manual":
        step = "look at PSA Integration Details in the console"
        return [Finding("sink", "unknown", "what the console holds can't be read without a gateway", step)]
    integration = clients.open_umbrella_gateway(settings).get_integration()
    if integration.kind is None and not integration.enabled and not integration.publicKey:
        return [make_ok("sink", "the console holds no PSA integration")]
    enabled = "enabled" if integration.enabled else "disabled"
    sentence = f"the console holds {integration.publicKey or 'no key'} ({integration.kind}, {enabled})"
    if own_key and integration.publicKey == own_key and integration.enabled:
        return [make_ok("sink", f"{sentence}, which is this stack's")]
    if in_state:
        return [Finding("sink", "warn", f"{sentence}, which is not this stack's key", "`pulumi up` puts it right")]
    if settings.adopt == "any":
        return [Finding("sink", "warn", f"{sentence}; umbrella:adopt is any, so it will be taken over")]
    try:
        refuse_foreign_integration(format_console_key(settings), integration, lambda key: key == own_key)
    except GuardViolation as refused:
        return [make_finding("sink", refused)]
    return [
        Finding("sink", "warn", f"{sentence}; one that is disabled will be written over", "check that nobody misses it")
    ]


def describe_unseen_sink(sink: Sink) -> Finding:
    """Say where the pair goes when that is not Umbrella: nobody can look there."""
    if sink.kind == "none":
        return make_ok("sink", f"the vault alone has the key of {sink.name}; who reads it there is not known")
    step = f"look at the integration with ConnectWise PSA in {sink.name}"
    return Finding("sink", "unknown", f"a person enters the pair in {sink.name}, and nobody can look there", step)


def check_identity(clients: Clients, settings: UmbrellaSettings) -> list[Finding]:
    """Only with an API key of the console."""
    api = clients.open_umbrella_api(settings)
    if api is None:
        return []
    api.refuse_unless_provider()
    return [make_ok("umbrella", f"{settings.api_url} knows umbrella:apiKey as a provider console's")]


def _format_duration(clients: Clients, url: str | None) -> str:
    response = clients.first_responses.get(url or "")
    return f" ({response.milliseconds} ms)" if response else ""
