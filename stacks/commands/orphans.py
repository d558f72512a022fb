"""orphans: keys with our tag that no state claims, and states whose key is gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from providers.core.errors import ProviderError, SettingError
from stacks.exit_codes import CLEAN, DRIFT, INTERRUPTED
from stacks.failures import Failures
from stacks.fleet.limits import Limits
from stacks.fleet.options import TEMPORAL, Fleet, add_fleet_options, add_runner_option
from stacks.fleet.orphans import Orphan, TenantOrphans, find_orphans, list_revocable, revoke_orphans
from stacks.fleet.selection import require_confirmation
from stacks.fleet.stored import make_reader
from stacks.fleet.streaming import stream
from stacks.fleet.sweep import ReadStack
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports
from stacks.tenant_session import TenantSession, open_session


@dataclass
class Found:
    """What was found so far, of each tenant that was looked at."""

    tenants: dict[str, TenantOrphans] = field(default_factory=dict)

    def add(self, one: TenantOrphans) -> None:
        """Take what was found of a tenant, in the place of what was known of it before."""
        self.tenants[one.tenant] = one

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left of what was found."""
        return all(one.to_row().verdict == "clean" for one in self.tenants.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not any(one.orphans or one.gone for one in self.tenants.values())

    def describe(self, problems: list[dict[str, str]]) -> dict[str, Any]:
        """Make the report that scripts know."""
        every = self.tenants.values()
        return {
            "orphans": [key.to_row(revoked=key.public_key in one.revoked) for one in every for key in one.orphans],
            "gone": [asdict(each) for one in every for each in one.gone],
            "unknown": [row["tenant"] for row in problems],
            "problems": problems,
        }

    def make_row(self, tenant: str, problem: str) -> Row:
        """Make a tenant's row of the page and of JUnit XML."""
        if problem:
            return Row(tenant=tenant, verdict="failed", sentences=(problem,))
        return self.tenants[tenant].to_row() if tenant in self.tenants else Row(tenant=tenant, verdict="stopped")


@click.command("orphans")
@add_fleet_options
@add_runner_option
@click.option(
    "--revoke", is_flag=True, help="revoke them, but for what Umbrella holds and what is younger than an hour"
)
@click.option("--yes", is_flag=True, help="revoke without asking")
@click.option("--confirm", type=int, metavar="N", help="how many tenants that is, when --revoke is for more than one")
def command(fleet: Fleet, reports: Reports, revoke: bool, yes: bool, confirm: int | None) -> int:
    """Look for keys of each TENANT that carry its stack's tag and that no state claims.

    A plain `pulumi up` of the whole stack revokes them too. Exits 7 when something is left, and 1 when a tenant's keys
    can't be seen: without a gateway only a screen shows them.
    """
    if revoke:
        require_confirmation(fleet.tenants, confirm, "revoke keys of")
    if revoke and fleet.runner == TEMPORAL and not yes:
        raise SettingError("--yes", "nobody can be asked where the workers revoke", next_step="add --yes")
    run, failures, found, remote_code = FleetRun(verb="orphans"), Failures(), Found(), CLEAN
    try:
        if fleet.runner == TEMPORAL:
            remote = _look_elsewhere(fleet, reports, found, failures, revoke=revoke)
            run.interrupted, run.remarks, remote_code = remote.interrupted, remote.remarks, remote.exit_code
        else:
            _look_here(fleet, reports, found, failures, revoke=revoke, asked=yes)
    finally:
        # Whatever ended it: what was revoked is not forgotten.
        run.rows = [found.make_row(name, failures.describe(name)) for name in fleet.tenants]
        run.ended_at = datetime.now(UTC)
        reports.write(run, found.describe(failures.to_rows()))
    if run.interrupted:
        return INTERRUPTED
    code = failures.code if fleet.runner != TEMPORAL else remote_code
    if found.is_empty and not code:
        reports.tell("no orphans.")
    return code or (CLEAN if found.is_clean else DRIFT)


def _look_elsewhere(fleet: Fleet, reports: Reports, found: Found, failures: Failures, *, revoke: bool) -> FleetRun:
    """Have the workers look; gives their run."""
    from stacks.fleet.temporal import runner as remote  # an extra, which nobody else needs

    limits = Limits(fleet.jobs, len(fleet.tenants))
    run, outcomes = remote.collect_outcomes("orphans", fleet, reports, limits, shows_rows=False, revoke=revoke)
    for outcome in outcomes:
        with failures.collect(outcome.row.tenant):
            if outcome.found is not None:
                one = TenantOrphans.model_validate(outcome.found)
                found.add(one)
                for each in (*one.orphans, *one.gone, *(f"{one.tenant}: revoked {key}." for key in one.revoked)):
                    reports.tell(str(each))
            if outcome.row.verdict == "failed":
                raise ProviderError(" ".join(outcome.row.sentences))
    return run


def _look_here(fleet: Fleet, reports: Reports, found: Found, failures: Failures, *, revoke: bool, asked: bool) -> None:
    look = partial(_look, make_reader(PulumiCli(), os.environ))
    for name, give in stream(fleet.tenants, look, fleet.jobs):
        with failures.collect(name):
            session, one = give()
            found.add(one)
            for each in (*one.orphans, *one.gone):
                reports.tell(str(each))
            if revoke:
                _revoke(session, one, found, reports, asked=asked)


Answer = tuple[TenantSession, TenantOrphans]


def _look(read: ReadStack, name: str) -> tuple[str, Callable[[], Answer]]:
    """Look at one tenant; its answer, or its error, is given when it is asked for."""
    future = Future[Answer]()
    try:
        session = open_session(name, read(name))
        future.set_result((session, find_orphans(session, datetime.now(UTC))))
    except ProviderError as error:
        future.set_exception(error)
    return name, future.result


def _revoke(session: TenantSession, one: TenantOrphans, found: Found, reports: Reports, *, asked: bool) -> None:
    revoked: list[str] = []

    def tell(orphan: Orphan) -> None:
        revoked.append(orphan.public_key)
        found.add(one.but(revoked=tuple(revoked)))
        reports.tell(f"{orphan.tenant}: revoked {orphan.public_key}.")

    revocable = list_revocable(one.orphans)
    if revocable and (asked or _confirm(revocable)):
        revoke_orphans(session, revocable, tell)


def _confirm(orphans: list[Orphan]) -> bool:
    if not sys.stdin.isatty():
        raise SettingError("--yes", "revoking asks first, and there is no terminal to ask at", next_step="add --yes")
    return click.confirm(f"{orphans[0].tenant}: revoke {', '.join(orphan.public_key for orphan in orphans)}?", err=True)
