"""How moments are shared out among tenants: one tenant lives through many, as long as each leaves it as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.faults.outcome import Outcome, guard
from tests.faults.tenant import Field, Tenant

Attempt = Callable[[], Iterator[Outcome]]
"""Some moments, one after the other; attempts of one scenario run beside each other."""

Moment = tuple[str, Callable[[Tenant, str], Outcome]]
"""Its name, and what makes and judges it."""


def share_out(chosen: Sequence[Moment], field: Field, lives: int) -> Iterator[Attempt]:
    """As many to one tenant as it may live through, but so that two can always work beside each other."""
    size = max(1, min(lives, -(-len(chosen) // 2)))
    for start in range(0, len(chosen), size):
        yield partial(_live_through, field, chosen[start : start + size])


def _live_through(field: Field, chosen: Sequence[Moment]) -> Iterator[Outcome]:
    """One tenant after the other; a new one where the last was left in another state than wanted."""
    tenant = None
    for name, judged in chosen:
        tenant = tenant or field.make_tenant()
        (outcome,) = guard(name, partial(judged, tenant))()
        yield outcome
        if not outcome.good:
            tenant = None
