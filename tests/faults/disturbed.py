"""The engine tests' disturbances of a rotation, as lines of the table: the same deeds, another judge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.engine.disturbances import DISTURBANCES, clear_up
from tests.faults.oracle import settle
from tests.faults.outcome import Outcome
from tests.faults.reused_tenants import Attempt, share_out
from tests.faults.tenant import Field, Tenant

_LIVES = 8  # of these one tenant lives through


def list_disturbances(field: Field, short: bool) -> Iterator[Attempt]:
    """All of them, in the short form too: each is a way of its own."""
    return share_out([(name, partial(_disturb, name, field)) for name in DISTURBANCES], field, _LIVES)


def _disturb(name: str, field: Field, tenant: Tenant, moment: str) -> Outcome:
    outcome = Outcome(moment)
    if not tenant.list_made().keys:
        tenant.stack.up()
    DISTURBANCES[name](tenant.stack, field.make_folder())
    clear_up(tenant.stack)
    settle(tenant, outcome)
    return outcome
