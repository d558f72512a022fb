"""Write and delete the PSA integration of a console, and add it to the company's history."""

from __future__ import annotations

from simulator.services.connectwise.models import Actor, SimulatedCompany
from simulator.services.umbrella.models import StoredIntegration, UmbrellaConsole


def write(
    console: UmbrellaConsole,
    company: SimulatedCompany,
    actor: Actor,
    *,
    kind: str | None,
    enabled: bool,
    public_key: str | None,
    private_key: str | None,
) -> None:
    console.integration = StoredIntegration(kind, enabled, public_key, private_key, actor.at)
    identity = {"console": console.kind, "consoleId": console.id}
    company.record_change(actor, "sink.written", **identity, integration=kind, enabled=enabled, publicKey=public_key)


def explain_conflict(console: UmbrellaConsole, kind: str) -> str | None:
    """Say why an integration of this kind can't be written; return null when it can."""
    held = console.integration
    if held.enabled and held.kind not in (None, kind):
        # KB 231356068: only one PSA integration at a time; the other one must be deleted first.
        return f"The {held.kind} integration is enabled and must be deleted first."
    return None


def delete(console: UmbrellaConsole, company: SimulatedCompany, actor: Actor) -> None:
    held = console.integration
    if held == StoredIntegration():
        return
    console.integration = StoredIntegration()
    identity = {"console": console.kind, "consoleId": console.id}
    company.record_change(actor, "sink.deleted", **identity, publicKey=held.public_key)
