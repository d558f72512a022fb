"""status: one line per tenant, from its state. Nothing outside the backend is asked, but for `--drift`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime

import click

from providers.connectwise.access_proof import AccessProofState
from providers.connectwise.api_key import ApiKeyState
from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError
from providers.core.stack_file import locate_stack_file, read_plain_settings
from providers.vault.secret import VaultSecretState
from stacks.acknowledging import make_acknowledgement
from stacks.exit_codes import CLEAN, DRIFT, ERROR
from stacks.failures import named
from stacks.fleet.options import add_selection
from stacks.fleet.stored import make_reader
from stacks.fleet.sweep import ReadStack, sweep_tenant
from stacks.open_deletions import OpenDeletion, find_open_deletion
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun, Verdict, WorkOrder
from stacks.reports.model import Row as ReportRow
from stacks.reports.options import Reports, add_report_options
from stacks.state import Row, TenantState, unreadable
from stacks.table import print_table

HEADINGS = ("tenant", "key", "last run", "pending", "vault", "sink", "used", "drift")
NOT_KNOWN = (
    "used: whether ConnectWise shows that Umbrella uses the key is unknown: no public call of ConnectWise tells when a "
    "key was last used; System > Members > API Members > the member > API Logs shows it to a person."
)
AS_WRITTEN = "held"  # the vault's secret is as this stack wrote it
_AT_ONCE = 4  # engines; each is a process of its own


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
        return ERROR if self.problem else DRIFT if self.needs_attention else CLEAN

    def to_report(self) -> ReportRow:
        """Make its row of the page and of JUnit XML."""
        waits: Verdict = "waiting" if self.pending else "drift"
        verdicts: dict[int, Verdict] = {ERROR: "failed", DRIFT: waits, CLEAN: "clean"}
        return ReportRow(
            tenant=self.tenant,
            verdict=verdicts[self.code],
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

    def row(self) -> tuple[str, ...]:
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


@click.command("status")
@add_selection
@click.option("--drift", is_flag=True, help="look for drift, as `sweep` does, and say what")
@add_report_options
def command(tenants: list[str], drift: bool, reports: Reports) -> int:
    """One line for each TENANT: the key's age, the last run, what waits for a person, the vault, the sink.

    Exits 7 when a step waits for a person, sink or vault hold something else than the key, or --drift finds some.
    """
    statuses = read_statuses(PulumiCli(), tenants, datetime.now(UTC).date(), drift)
    run = FleetRun(verb="status", rows=[status.to_report() for status in statuses])
    if reports.quiet:
        for problem in filter(None, (status.problem for status in statuses)):
            reports.complain(problem)
    else:
        print_table(reports.people, HEADINGS, [status.row() for status in statuses if not status.problem], named=True)
        for sentence in _sentences(statuses):
            reports.tell(sentence)
    reports.write(run, {"tenants": [asdict(status) for status in statuses]})
    return run.exit_code


def read_statuses(pulumi: PulumiCli, names: Sequence[str], today: date, drift: bool = False) -> list[Status]:
    """Read each tenant's; in the order of the names, though one that is slow keeps none but itself waiting."""
    read = make_reader(pulumi, os.environ) if drift else None
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(lambda name: _read_status(pulumi, name, today, read), names))


def _read_status(pulumi: PulumiCli, name: str, today: date, read: ReadStack | None) -> Status:
    try:
        state, settings = pulumi.state(name), _read_settings(name)
        found = sweep_tenant(name, read, os.environ) if read else None
        if found and found.verdict == "failed":
            raise ProviderError(" ".join(found.sentences))
        deletion = find_open_deletion(name, state, settings, lambda: pulumi.get_last_change(name))
        status = read_state(name, state, settings, today, deletion)
        return replace(status, drift="yes" if found.changes else "no", sentences=found.sentences) if found else status
    except ProviderError as error:
        return Status(name, problem=named(name, error))


def _read_settings(name: str) -> dict[str, str]:
    """Read the plain settings that the stack's file names."""
    settings = read_plain_settings(locate_stack_file(name))
    return {key: value for key, value in settings.items() if value is not None}


def read_state(
    name: str,
    state: TenantState,
    settings: dict[str, str],
    today: date,
    deletion: OpenDeletion | None = None,
) -> Status:
    """Tell what an exported state shows; `deletion` is what a destroy or a rotation has left to be deleted."""
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
        (row.outputs.work_order, make_acknowledgement(name, row.kind, public_key))
        for row in state.pending
        if row.outputs.work_order
    ]
    if deletion and deletion.order:
        orders.append((deletion.order, deletion.again))
    proof = state.current(AccessProofState)
    return Status(
        tenant=name,
        proof=proof.outputs.evidence if proof else "",
        key_age_days=_age(key, today),
        max_age_days=int(limit) if limit and limit.isdecimal() else None,
        last_run=state.written_at[:16],
        pending=_list_pending(state, deletion),
        orders=tuple(order.replace("<tenant>", name) for order, _ in orders),
        acknowledge=tuple(command for _, command in orders),
        vault=_describe_vault(state.current(VaultSecretState), key, settings.get("vault:url")),
        sink=sink,
        used=_describe_use(key, sink),
    )


def _age(key: ApiKeyState | None, today: date) -> int | None:
    """Count the key's days; None without a key, or while a person is still to make it."""
    if key is None or key.pending or not key.minted_on:
        return None
    try:
        return (today - date.fromisoformat(key.minted_on)).days
    except ValueError:
        raise unreadable("ApiKey", "minted_on", "is no date") from None


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


def _list_pending(state: TenantState, deletion: OpenDeletion | None) -> tuple[str, ...]:
    """List the steps that wait for a person, and what a killed run may or may not have done."""
    waiting = [f"{row.kind}: {row.outputs.pending}" for row in state.pending]
    if deletion:
        waiting.append(deletion.step)
    if state.cut_deletions:
        return tuple(waiting)  # the next `up` would make again what is to go
    cut = [f"{kind}: cut off by a kill; the next `pulumi up` looks what became of it" for kind in state.cut_off]
    return (*waiting, *cut)


def _sentences(statuses: Sequence[Status]) -> Iterator[str]:
    """Say what the table has no room for; work orders stand apart."""
    for status in statuses:
        yield from (f"{status.tenant}: {step}" for step in (*status.pending, *status.sentences))
        if status.proof:
            yield f"{status.tenant}: the API key {status.proof}"
        if status.problem:
            yield status.problem
    for status in statuses:
        yield from (f"\n{order}" for order in status.orders)
    if any(status.key_age_days is not None for status in statuses):
        yield f"\n{NOT_KNOWN}"
