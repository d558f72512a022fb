"""Write and delete the PSA integration of a console, and add it to the company's history."""

from __future__ import annotations

from simulator.services.connectwise.models import Actor, PsaCompany
from simulator.services.umbrella.models import StoredIntegration, UmbrellaConsole


def write(console: UmbrellaConsole, company: PsaCompany, actor: Actor, integration: StoredIntegration) -> None:
    console.integration = integration
    identity = {"console": console.kind, "consoleId": console.id, "integration": integration.kind}
    details = {"enabled": integration.enabled, "publicKey": integration.public_key}
    company.log_change(actor, "sink.written", **identity, **details)


def explain_conflict(console: UmbrellaConsole, kind: str) -> str | None:
    """Say why an integration of this kind can't be written; return null when it can."""
    held = console.integration
    if held.enabled and held.kind not in (None, kind):
        # KB 231356068: only one PSA integration at a time; the other one must be deleted first.
        return f"The {held.kind} integration is enabled and must be deleted first."
    return None


def delete(console: UmbrellaConsole, company: PsaCompany, actor: Actor) -> None:
    held = console.integration
    if held == StoredIntegration():
        return
    console.integration = StoredIntegration()
    identity = {"console": console.kind, "consoleId": console.id}
    company.log_change(actor, "sink.deleted", **identity, publicKey=held.public_key)
