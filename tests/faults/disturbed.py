"""The stories' disturbances of a rotation, as lines of the table: the same deeds, another judge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.faults.oracle import settle
from tests.faults.outcome import Outcome
from tests.faults.reused_tenants import Attempt, share_out
from tests.faults.tenant import Field, Tenant
from tests.stories.disturbances import clear_up

_LIVES = 8  # of these one tenant lives through


def list_disturbances(field: Field, short: bool) -> Iterator[Attempt]:
    """All of them, in the short form too: each is a way of its own."""
    return share_out([(name, partial(_disturb, name, field)) for name in field.room.disturbances], field, _LIVES)


def _disturb(name: str, field: Field, tenant: Tenant, moment: str) -> Outcome:
    outcome = Outcome(moment)
    if not tenant.list_made().keys:
        tenant.stack.up()
    field.room.disturbances[name](tenant.stack, field.make_folder())
    clear_up(tenant.stack)
    settle(tenant, outcome)
    return outcome
