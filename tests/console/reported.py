"""Made-up runs over tenants, with everything that a page has to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

from providers.console import work_orders
from stacks.acknowledging import make_acknowledgement
from stacks.reports.model import FleetRun, Row, WorkOrder

KEY = "vhpv8fcanHC53APw"
SITE = "https://na.myconnectwise.net"
HOSTILE = (
    '<img src="http://evil.example/a.png"> ![a](http://evil.example/b.png) [here](javascript:alert(1)) <b>bold</b>'
)
"""A role's name, say: all of it has to be text."""
SENTENCE = f"The role {HOSTILE} grants too much: Service Desk / Service Tickets: delete is All, should be None."


def order_entry(tenant: str) -> WorkOrder:
    """Made and acknowledged as the product does it."""
    order = str(work_orders.order_key_entry("msp/9898129", KEY, "vault://secret/umbrella/acme", HOSTILE))
    return WorkOrder(
        text=order.replace("<tenant>", tenant), acknowledge=make_acknowledgement(tenant, "PsaIntegration", KEY)
    )


def make_row(number: int, tenant: str, wave: int, begun: float) -> Row:
    """One of seven kinds of tenants, in turn."""
    row = Row(
        tenant=tenant,
        verdict="clean",
        site=SITE,
        key_age_days=7 * (number % 15),
        max_age_days=90 if number % 3 else None,
        sink="this key",
        vault="held",
        seconds=1.5 + number % 4,
        begun=begun,
        wave=wave,
    )
    kinds = (
        row,
        row.but(verdict="drift", sentences=(SENTENCE,), changes=("update permissions",)),
        row.but(verdict="waiting", sink="empty", vault="none", orders=(order_entry(tenant),)),
        row.but(verdict="failed", sink="", vault="", key_age_days=None, sentences=("the site failed; run again.",)),
        row.but(verdict="drift", sink="another key", vault="another key", changes=("update umbrella", "update vault")),
        Row(tenant=tenant, verdict="stopped", wave=wave, begun=begun),
        row,
    )
    return kinds[number % len(kinds)]


def make_run(tenants: int) -> FleetRun:
    """A run in three waves, four tenants at once."""
    begun = datetime(2026, 11, 29, 12, tzinfo=UTC)
    names = (
        "bell-partners-and-sons-international-of-upper-austria",
        *(f"tenant-{number:04}" for number in range(tenants)),
    )
    rows = [
        make_row(number, name, 1 if number == 0 else 2 if number <= tenants / 10 else 3, 5.0 * (number // 4))
        for number, name in enumerate(islice(names, tenants))
    ]
    ended = begun + timedelta(seconds=max(row.begun + row.seconds for row in rows))
    return FleetRun(verb="up", begun_at=begun, ended_at=ended, rows=rows, remarks=[f"3 failed in {HOSTILE}"])
