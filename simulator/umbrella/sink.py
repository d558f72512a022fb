"""Writing and deleting the PSA integration, and telling the company's history about it."""

from simulator.connectwise.models import Actor, Company
from simulator.umbrella.models import Console, PsaIntegration


def write(
    console: Console,
    company: Company,
    actor: Actor,
    *,
    kind: str | None,
    enabled: bool,
    public_key: str | None,
    private_key: str | None,
) -> None:
    console.integration = PsaIntegration(kind, enabled, public_key, private_key, actor.at)
    where = {"console": console.kind, "consoleId": console.id}
    company.note(actor, "sink.written", **where, integration=kind, enabled=enabled, publicKey=public_key)


def remove(console: Console, company: Company, actor: Actor) -> None:
    held = console.integration
    if held == PsaIntegration():
        return
    console.integration = PsaIntegration()
    where = {"console": console.kind, "consoleId": console.id}
    company.note(actor, "sink.deleted", **where, publicKey=held.public_key)
