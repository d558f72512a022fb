"""sweep: every tenant's drift without an engine, read-only, as `pulumi preview` would tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from providers.composition import KEYS
from providers.core.concurrency import ask_one_by_one
from providers.core.configuration import PROJECT, Configuration
from providers.policy import Policy
from providers.service import Service
from stacks.acknowledging import make_acknowledgement
from stacks.clients import refuse_write
from stacks.fleet.comparison import Comparison, RecordedRow, compare
from stacks.fleet.failed_row import describe_failure
from stacks.fleet.stored import StoredStack
from stacks.fleet.streaming import stream
from stacks.open_steps import find_open_step
from stacks.reports.model import Row, WorkOrder
from stacks.settings import read_tenant

ReadStack = Callable[[str], StoredStack]
"""Reads a tenant's settings and rows, in clear. Raises `ProviderError`."""


def sweep(tenants: Sequence[str], read: ReadStack, environment: Mapping[str, str], at_once: int) -> Iterator[Row]:
    """Look at tenants, several at once; give each one's row as soon as it is known."""
    return stream(tenants, lambda name: sweep_tenant(name, read, environment), at_once)


def sweep_tenant(name: str, read: ReadStack, environment: Mapping[str, str]) -> Row:
    """Look at one tenant. What can't be read is its row's sentence, never the end of the run."""
    begun = monotonic()
    row = Row(tenant=name, verdict="failed")
    try:
        stack = read(name)
        tenant = read_tenant(name, stack.settings.values, stack.settings.secret_keys, environment)
        row = describe_rows(row, stack.rows).but(site=tenant.connectwise.site, max_age_days=tenant.own.max_age_days)
        with ask_one_by_one():
            row = _judge(row, compare(_open_service(stack, environment), tenant, stack.rows), stack.rows)
        if row.verdict == "drift" and (orders := list_unrecorded_orders(name, stack, ("", ""))):
            row = row.but(verdict="waiting", orders=orders)
    except Exception as error:  # whatever it is, it is one tenant's
        row = describe_failure(row, error, "sweep")
    return row.but(seconds=monotonic() - begun)


def _open_service(stack: StoredStack, environment: Mapping[str, str]) -> Service:
    own = {key: value for key, value in stack.settings.values.items() if key.removeprefix(f"{PROJECT}:") in KEYS}
    return Service.open(Configuration(own, environment), Policy(before_write=refuse_write))


def _judge(row: Row, found: Comparison, rows: Sequence[RecordedRow]) -> Row:
    orders = list_orders(row.tenant, rows)
    return describe_rows(row, found.rows).but(
        verdict="waiting" if orders else "drift" if found.differences else "clean",
        sentences=tuple(found.sentences),
        changes=tuple(f"{difference.operation} {difference.resource}" for difference in found.differences),
        orders=orders,
    )


def list_orders(tenant: str, rows: Sequence[RecordedRow]) -> tuple[WorkOrder, ...]:
    """List the work orders that a tenant's state holds, each with the command that says it was carried out."""
    keys = (row.outputs.get("public_key") for row in rows if row.kind == "ApiKey" and not row.awaits_deletion)
    key = str(next(filter(None, keys), ""))
    return tuple(
        WorkOrder(
            text=str(order).replace("<tenant>", tenant),
            acknowledge=make_acknowledgement(tenant, row.kind, key, row.outputs.get("sink")),
        )
        for row in rows
        if row.outputs.get("pending") and (order := row.outputs.get("work_order"))
    )


def list_unrecorded_orders(tenant: str, stack: StoredStack, last_change: tuple[str, str]) -> tuple[WorkOrder, ...]:
    """List the work order of which no row of the state tells, where there is one. `last_change`: verb and result."""
    found = find_open_step(tenant, stack.read_state(), stack.settings.values, lambda: last_change)
    if not (found and found.order):
        return ()
    return (WorkOrder(text=found.order.replace("<tenant>", tenant), acknowledge=found.again),)


def _describe_sink(sink: Mapping[str, Any], key: str | None) -> str:
    if not sink.get("public_key"):
        return "empty"
    if sink["public_key"] != key:
        return "another key"
    return "this key" if sink.get("enabled", True) else "switched off"


def describe_rows(row: Row, rows: Sequence[RecordedRow]) -> Row:
    """Say what rows show of key, sink and vault."""
    outputs = {recorded.kind: recorded.outputs for recorded in rows if not recorded.awaits_deletion}
    minted, key = outputs.get("ApiKey", {}).get("minted_on"), outputs.get("ApiKey", {}).get("public_key")
    sink, vault = outputs.get("PsaIntegration"), outputs.get("VaultSecret")
    return row.but(
        key_age_days=(datetime.now(UTC).date() - date.fromisoformat(minted)).days if minted else None,
        sink=_describe_sink(sink or {}, key),
        vault=str(vault.get("vault_status")) if vault else "none",
    )
