"""remove: what `destroy` does, and then the tenants' stacks and files; says what stays behind."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from providers.core.errors import ProviderError
from providers.core.stack_file import locate_stack_file
from stacks.exit_codes import CLEAN, INTERRUPTED
from stacks.fleet.departures import forget_departure, note_departure
from stacks.fleet.limits import Limits
from stacks.fleet.lock import hold_fleet
from stacks.fleet.options import Fleet, add_fleet_options
from stacks.fleet.running import carry_out
from stacks.fleet.selection import confirm_taking_away
from stacks.leaving import LeavingTenant, look_at
from stacks.pulumi_cli import PulumiCli, refuse_missing_engine
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports


@click.command("remove")
@click.option("--yes", is_flag=True, help="remove one tenant without asking")
@click.option("--confirm", type=int, metavar="N", help="how many tenants that is, when more than one")
@add_fleet_options
def command(fleet: Fleet, reports: Reports, yes: bool, confirm: int | None) -> int:
    """Destroy what was made for each TENANT, then take its stack and its file away, and say what stays behind.

    Stacks and files go only once every destroy has ended well: while one fails or waits for a person they all stay, and
    the exit code is that of `destroy`. Cut off anywhere, the same command goes on from there.
    """
    confirm_taking_away(fleet.tenants, "remove", yes=yes, confirmed=confirm)
    refuse_missing_engine(os.environ)
    pulumi = PulumiCli()
    leaving = look_at(pulumi, fleet.tenants)
    run = _destroy(leaving, fleet, reports)
    if run.exit_code == CLEAN and not run.interrupted:
        _forget(pulumi, leaving)
        run.rows = [_tell_what_stays(reports, run, tenant) for tenant in leaving]
    else:
        run.remarks.append("no stack and no file was removed; running the same again goes on from here")
        reports.tell(f"\n{run.summarize()}; {run.remarks[-1]}.")
    run.ended_at = datetime.now(UTC)
    reports.write(run)
    return INTERRUPTED if run.interrupted else run.exit_code


def _destroy(leaving: list[LeavingTenant], fleet: Fleet, reports: Reports) -> FleetRun:
    """Destroy as the verb `destroy` does, but for tenants that hold nothing: there the engine would run for nothing."""
    full = [tenant.name for tenant in leaving if tenant.holds_anything]
    if not full:
        return FleetRun(verb="remove")
    run = carry_out("destroy", Fleet(full, fleet.jobs), reports, Limits(fleet.jobs, 0))
    return run.model_copy(update={"verb": "remove"})


def _forget(pulumi: PulumiCli, leaving: list[LeavingTenant]) -> None:
    """Take the stacks away, and then all files: so whatever ends this, each name is still known to the next attempt.

    The engine refuses a stack that holds something again by now, and then no file goes.
    """
    with hold_fleet("remove", shared=len(leaving) == 1):
        for tenant in leaving:
            if tenant.has_stack:
                note_departure(tenant.name, os.environ)
                pulumi.remove_stack(tenant.name)
        for tenant in leaving:
            _delete_file(locate_stack_file(tenant.name))
            forget_departure(tenant.name)


def _delete_file(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ProviderError(f"{file} can't be deleted: {error.strerror}", next_step="delete it by hand") from None


def _tell_what_stays(reports: Reports, run: FleetRun, tenant: LeavingTenant) -> Row:
    """Print it, and give the row that says it in the reports; with it stands what the engine said on the way."""
    before = next((row for row in run.rows if row.tenant == tenant.name), Row(tenant=tenant.name, verdict="clean"))
    reports.tell(f"{tenant.name}: removed, its stack and its file, too. What stays behind:")
    for line in (*before.sentences, *tenant.stays):
        reports.tell(f"  - {line}")
    return before.but(sentences=(*before.sentences, *(f"Stays behind: {line}" for line in tenant.stays)))
