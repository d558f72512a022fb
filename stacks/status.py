"""What a tenant's state shows: one line of `status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from providers.connectwise.access_proof import AccessProofState
from providers.connectwise.api_key import ApiKeyState
from providers.core.configuration import PROJECT
from providers.vault.secret import VaultSecretState
from stacks.acknowledging import make_acknowledgement
from stacks.exit_codes import CLEAN, DRIFT, ERROR
from stacks.open_steps import OpenStep
from stacks.reports.model import Row as ReportRow
from stacks.reports.model import Verdict, WorkOrder
from stacks.state import Row, TenantState, make_unreadable_error

HEADINGS = ("tenant", "key", "last run", "pending", "vault", "sink", "used", "drift")
AS_WRITTEN = "held"  # the vault's secret is as this stack wrote it


@dataclass(frozen=True)
class Status:
    """What a tenant's state shows. `error`: why it can't be read."""

    tenant: str
    key_age_days: int | None = None
    max_age_days: int | None = None
    last_run: str = ""
    pending: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    vault: str = ""
    sink: str = "empty"
    proof: str = ""
    """By whose word the key may do what it should, where it can't show that itself."""
    used: str = "unknown"
    drift: str = "unasked"
    sentences: tuple[str, ...] = ()
    """Of the drift that was looked for."""
    problem: str = ""
    problem_code: int = CLEAN
    """The exit code that the problem asks for, where it is another than that of an error."""
    acknowledge: tuple[str, ...] = ()
    """For each order the command that says it was carried out."""

    @property
    def needs_attention(self) -> bool:
        """Tell whether somebody should look at the tenant."""
        vault_drifted = self.vault not in ("", "none", "not yet", "holds it")
        return bool(self.pending) or self.sink == "another key" or vault_drifted or self.drift == "yes"

    @property
    def code(self) -> int:
        """Give the exit code that it asks for."""
        if self.problem:
            return self.problem_code or ERROR
        return DRIFT if self.needs_attention else CLEAN

    def to_report(self) -> ReportRow:
        """Make its row of the page and of JUnit XML."""
        waits: Verdict = "waiting" if self.pending else "drift"
        verdicts: dict[int, Verdict] = {DRIFT: waits, CLEAN: "clean"}
        return ReportRow(
            tenant=self.tenant,
            verdict=verdicts.get(self.code, "failed"),
            code=self.code,
            sentences=(self.problem,) if self.problem else (*self.pending, *self.sentences),
            key_age_days=self.key_age_days,
            max_age_days=self.max_age_days,
            vault=self.vault,
            sink="" if self.problem else self.sink,
            orders=tuple(
                WorkOrder(text=text, acknowledge=command)
                for text, command in zip(self.orders, self.acknowledge, strict=True)
            ),
        )

    def format_row(self) -> tuple[str, ...]:
        """Make its line in the table, by `HEADINGS`."""
        limit = f" of {self.max_age_days}" if self.max_age_days else ""
        return (
            self.tenant,
            "none" if self.key_age_days is None else f"{self.key_age_days}{limit} days",
            self.last_run.replace("T", " ") or "nothing made",
            ", ".join(step.partition(":")[0] for step in self.pending) or "none",
            self.vault,
            self.sink,
            self.used,
            self.drift,
        )


def describe_state(
    name: str,
    state: TenantState,
    settings: dict[str, str],
    today: date,
    step: OpenStep | None = None,
) -> Status:
    """Tell what an exported state shows; `step` is what a destroy or a rotation has left to be done."""
    key = state.key.outputs if state.key else None
    limit = settings.get(f"{PROJECT}:maxAgeDays")
    held_key = state.sink.outputs.public_key if state.sink else ""
    sink = (
        _describe_empty_sink(settings)
        if not held_key
        else "this key"
        if key and held_key == key.public_key
        else "another key"
    )
    public_key = key.public_key if key else ""
    orders = [
        (row.outputs.work_order, make_acknowledgement(name, row.kind, public_key, state.sink_kind))
        for row in state.pending
        if row.outputs.work_order
    ]
    if step and step.order:
        orders.append((step.order, step.again))
    proof = state.find_current(AccessProofState)
    return Status(
        tenant=name,
        proof=proof.outputs.evidence if proof else "",
        key_age_days=_count_days(key, today),
        max_age_days=int(limit) if limit and limit.isdecimal() else None,
        last_run=state.written_at[:16],
        pending=_list_pending(state, step),
        orders=tuple(order.replace("<tenant>", name) for order, _ in orders),
        acknowledge=tuple(command for _, command in orders),
        vault=_describe_vault(state.find_current(VaultSecretState), key, settings.get("vault:url")),
        sink=sink,
        used=_describe_use(key, sink),
    )


def _count_days(key: ApiKeyState | None, today: date) -> int | None:
    """Count the key's days; None without a key, or while a person is still to make it."""
    if key is None or key.pending or not key.minted_on:
        return None
    try:
        return (today - date.fromisoformat(key.minted_on)).days
    except ValueError:
        raise make_unreadable_error("ApiKey", "minted_on", "is no date") from None


def _describe_empty_sink(settings: dict[str, str]) -> str:
    """Say that nothing is there; without a gateway nobody can look, and a person's word is all there is."""
    return "empty" if settings.get("umbrella:driver") == "gateway" else "not said"


def _describe_vault(vault: Row[VaultSecretState] | None, key: ApiKeyState | None, url: str | None) -> str:
    """Tell the vault's status at the last read: a row in the state says nothing of what is in the vault."""
    if vault is None:
        return "not yet" if url else "none"
    if vault.outputs.vault_status != AS_WRITTEN:
        return vault.outputs.vault_status
    return "holds it" if key and vault.outputs.public_key == key.public_key else "another key"


def _describe_use(key: ApiKeyState | None, sink: str) -> str:
    """Say `no` where Umbrella has nothing that it could use; what it has, no public call shows in use."""
    if key is None or key.pending or not key.active or sink in ("empty", "another key"):
        return "no"
    return "unknown"


def _list_pending(state: TenantState, step: OpenStep | None) -> tuple[str, ...]:
    """List the steps that wait for a person, and what a killed run may or may not have done."""
    waiting = [f"{row.kind}: {row.outputs.pending}" for row in state.pending]
    if step:
        waiting.append(step.step)
    if state.cut_deletions:
        return tuple(waiting)  # the next `up` would make again what is to go
    cut = [
        f"{kind}: cut off by a kill; `pulumi up` looks what became of it (docs/runbooks/stuck-lock.md)"
        for kind in state.cut_off
    ]
    return (*waiting, *cut)
