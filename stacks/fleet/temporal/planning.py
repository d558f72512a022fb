"""A wave's plan: whom it is about, in which order, and by what each tenant's worker knows that it is the right one."""

from __future__ import annotations

from collections.abc import Sequence

import click

from providers.core.errors import ProviderError
from stacks.fleet.digest import digest_file
from stacks.fleet.selection import choose_tenants, read_site, refuse_shared_settings
from stacks.fleet.temporal.shared import WITHOUT_ENGINE, Choice, Plan, Target, Verb, WaveOrder
from stacks.fleet.waves import plan_waves, spread_by_site


def plan_targets(tenants: Sequence[str], verb: Verb) -> tuple[tuple[Target, ...], ...]:
    """Plan the waves of a verb: what only looks at tenants takes them all at once."""
    targets = [_make_target(tenant) for tenant in spread_by_site(tenants, read_site)]
    if verb in WITHOUT_ENGINE:
        return (tuple(targets),)
    return tuple(tuple(wave) for wave in plan_waves(targets))


def plan(order: WaveOrder, version: str, generation: str) -> Plan:
    """Plan a schedule's wave, by this machine's folder."""
    choice = order.choice or Choice()
    try:
        tenants = choose_tenants(choice.tenants, every=choice.every, labels=choice.labels)
        refuse_shared_settings(tenants)
    except (click.UsageError, ProviderError) as error:
        said = error.format_message() if isinstance(error, click.UsageError) else str(error)
        return Plan(waves=(), version=version, problem=f"the schedule's tenants can't be chosen: {said}")
    return Plan(waves=plan_targets(tenants, order.asked.verb), version=version, generation=generation)


def _make_target(tenant: str) -> Target:
    digest, rotate = digest_file(tenant)
    return Target(tenant=tenant, digest=digest, rotate=rotate, site=read_site(tenant))
