"""status: one line per tenant, from its state. Nothing outside the backend is asked, but for `--drift`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import click

from providers.core.configuration import PROJECT
from providers.core.problems import Problem
from providers.core.stack_file import plain_settings
from providers.core.together import ask_together
from stacks.engine import Engine
from stacks.exits import CLEAN, DRIFT, ERROR
from stacks.report import report_option, tell, write
from stacks.table import show

HEADINGS = ("tenant", "key", "last run", "pending", "vault", "sink", "used", "drift")
NOT_KNOWN = (
    "used: whether ConnectWise shows that Umbrella uses the key is unknown: no public call of ConnectWise tells when a "
    "key was last used; System > Members > API Members > the member > API Logs shows it to a person."
)
_AT_ONCE = 4  # engines; each is a process of its own


@dataclass(frozen=True)
class Status:
    """What a tenant's state tells. `problem`: why it can't be read."""

    tenant: str
    key_age_days: int | None = None
    max_age_days: int | None = None
    last_run: str = ""
    pending: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    vault: str = ""
    sink: str = "empty"
    used: str = "unknown"
    drift: str = "unasked"
    problem: str = ""

    @property
    def needs_attention(self) -> bool:
        return bool(self.pending) or self.sink == "another key" or self.drift == "yes"


@click.command("status")
@click.argument("tenants", nargs=-1, metavar="TENANT...")
@click.option("--all", "every", is_flag=True, help="every stack of the project")
@click.option("--drift", is_flag=True, help="run a preview of each, which takes seconds")
@report_option
def command(tenants: tuple[str, ...], every: bool, drift: bool, report: str | None) -> int:
    """One line for each TENANT: the key's age, the last run, what waits for a person, the vault, the sink.

    Exits 7 when a step waits for a person, the sink holds another key, or --drift finds some.
    """
    if every == bool(tenants):
        raise click.UsageError("name the tenants, or give --all.")
    engine = Engine()
    names = sorted(engine.stacks()) if every else list(tenants)
    today = datetime.now(UTC).date()
    found: list[Status] = []
    for start in range(0, len(names), _AT_ONCE):
        asked = ask_together(
            *(partial(_status, engine, name, today, drift) for name in names[start : start + _AT_ONCE])
        )
        found += [answer.result() for answer in asked]
    show(HEADINGS, [_row(one) for one in found if not one.problem], report, named=True)
    for one in found:
        for sentence in (*(f"{one.tenant}: {step}" for step in one.pending), one.problem):
            if sentence:
                tell(sentence, report)
    for one in found:
        for order in one.orders:
            tell(f"\n{order}", report)
    if any(one.key_age_days is not None for one in found):
        tell(f"\n{NOT_KNOWN}", report)
    write(report, {"tenants": [asdict(one) for one in found]})
    if any(one.problem for one in found):
        return ERROR
    return DRIFT if any(one.needs_attention for one in found) else CLEAN


def _status(engine: Engine, name: str, today: date, drift: bool) -> Status:
    try:
        deployment = engine.deployment(name)
        differs = "unasked" if not drift else "yes" if engine.differs(name) else "no"
        return read_state(name, deployment, plain_settings(name), today, differs)
    except Problem as problem:
        return Status(name, problem=str(problem))


def read_state(
    name: str, deployment: dict[str, Any], settings: dict[str, str], today: date, drift: str = "unasked"
) -> Status:
    """What an exported state tells."""
    resources: list[dict[str, Any]] = deployment.get("resources") or []
    key = _one(resources, "ApiKey")
    sink = _one(resources, "PsaIntegration")
    vault = _one(resources, "VaultSecret")
    minted = str(key.get("minted_on") or "") if key and not key.get("pending") else ""
    limit = settings.get(f"{PROJECT}:maxAgeDays")
    held = str(sink.get("public_key") or "") if sink else ""
    return Status(
        tenant=name,
        key_age_days=(today - date.fromisoformat(minted)).days if minted else None,
        max_age_days=int(limit) if limit and limit.isdecimal() else None,
        last_run=str((deployment.get("manifest") or {}).get("time") or "")[:16] if resources else "",
        pending=_pending(resources, deployment),
        orders=tuple(order.replace("<tenant>", name) for one in resources if (order := _order(one))),
        vault=_kept(vault, settings.get("vault:url")),
        sink=_empty(settings) if not held else "this key" if key and held == key.get("public_key") else "another key",
        drift=drift,
    )


def _empty(settings: dict[str, str]) -> str:
    """Without a gateway nobody can look, and a person's word is all there is."""
    return "empty" if settings.get("umbrella:hand") == "gateway" else "not said"


def _one(resources: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    return next(
        (one.get("outputs") or {} for one in resources if one["type"].endswith(f":{kind}") and not one.get("delete")),
        None,
    )


def _kept(vault: dict[str, Any] | None, url: str | None) -> str:
    if vault is None:
        return "not yet" if url else "none"
    return "holds it"


def _pending(resources: list[dict[str, Any]], deployment: dict[str, Any]) -> tuple[str, ...]:
    """Steps that wait for a person, and what a killed run may or may not have done."""
    waiting = [
        f"{one['type'].rpartition(':')[2]}: {step}"
        for one in resources
        if (step := (one.get("outputs") or {}).get("pending"))
    ]
    cut = [one["resource"]["type"].rpartition(":")[2] for one in deployment.get("pending_operations") or []]
    return (*waiting, *(f"{kind}: cut off by a kill; the next `pulumi up` looks what became of it" for kind in cut))


def _order(resource: dict[str, Any]) -> str:
    """What to do for an open step, as it was told when the step opened."""
    outputs = resource.get("outputs") or {}
    return str(outputs.get("order") or "") if outputs.get("pending") else ""


def _row(one: Status) -> tuple[str, ...]:
    limit = f" of {one.max_age_days}" if one.max_age_days else ""
    age = "none" if one.key_age_days is None else f"{one.key_age_days}{limit} days"
    return (
        one.tenant,
        age,
        one.last_run.replace("T", " ") or "nothing made",
        ", ".join(step.partition(":")[0] for step in one.pending) or "none",
        one.vault,
        one.sink,
        one.used,
        one.drift,
    )
