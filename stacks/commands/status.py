"""status: one line per tenant, from its state. Nothing outside the backend is asked, but for `--drift`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import click

from providers.core.errors import Defect, ProviderError
from providers.core.stack_file import locate_stack_file, read_plain_settings
from stacks.failures import describe_problem, get_exit_code
from stacks.fleet.one_passphrase import refuse_wrong_passphrase
from stacks.fleet.options import TEMPORAL, Fleet, add_fleet_options, add_runner_option
from stacks.fleet.stored import ReadState, make_reader, make_state_reader
from stacks.fleet.sweep import ReadStack, sweep_tenant
from stacks.open_steps import find_open_step
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun
from stacks.reports.options import Reports
from stacks.status import HEADINGS, Status, describe_state
from stacks.table import print_table

NOT_KNOWN = (
    "used: whether ConnectWise shows that Umbrella uses the key is unknown: no public call of ConnectWise tells when a "
    "key was last used; System > Members > API Members > the member > API Logs shows it to a person."
)


@click.command("status")
@partial(add_fleet_options, reads_secrets=False)
@add_runner_option
@click.option("--drift", is_flag=True, help="look for drift, as `sweep` does, and say what")
def command(fleet: Fleet, reports: Reports, drift: bool) -> int:
    """One line for each TENANT: the key's age, the last run, what waits for a person, the vault, the sink.

    With `--runner temporal` it also says which workers serve, and what is at work where.
    Exits 7 when a step waits for a person, sink or vault hold something else than the key, or --drift finds some.
    """
    if drift:
        refuse_wrong_passphrase(fleet.tenants, os.environ)
    pulumi, run = PulumiCli(), FleetRun(verb="status")
    read = make_reader(pulumi, os.environ) if drift else None
    statuses = read_statuses(pulumi, make_state_reader(pulumi, os.environ), fleet, datetime.now(UTC).date(), read)
    run.rows, run.ended_at = [status.to_report() for status in statuses], datetime.now(UTC)
    if reports.quiet:
        for problem in filter(None, (status.problem for status in statuses)):
            reports.complain(problem)
    else:
        print_table(
            reports.people, HEADINGS, [status.format_row() for status in statuses if not status.problem], named=True
        )
        for sentence in _list_sentences(statuses):
            reports.tell(sentence)
    content: dict[str, Any] = {"tenants": [asdict(status) for status in statuses]}
    if fleet.runner == TEMPORAL:
        content |= _tell_work(fleet, reports)
    reports.write(run, content)
    return run.exit_code


def _tell_work(fleet: Fleet, reports: Reports) -> dict[str, Any]:
    """Tell which workers serve, and what runs where."""
    from stacks.fleet.temporal.connection import ask  # an extra, which nobody else needs
    from stacks.fleet.temporal.presence import look_around

    workers, work = ask(lambda client: look_around(client, fleet.tenants))
    reports.tell(f"\nworkers: {'; '.join(workers) or 'none'}")
    for each in work:
        reports.tell(str(each))
    rows = [{**asdict(each), "since": each.since.strftime("%Y-%m-%dT%H:%M:%SZ")} for each in work]
    return {"workers": workers, "work": rows}


def read_statuses(
    pulumi: PulumiCli, read_state: ReadState, fleet: Fleet, today: date, look: ReadStack | None = None
) -> list[Status]:
    """Read each tenant's; in the fleet's order, though one that is slow keeps none but itself waiting.

    `look`: by what its drift is looked for, if that is wanted. `pulumi` is asked for a history, where one matters.
    """
    with ThreadPoolExecutor(fleet.jobs) as pool:
        return list(pool.map(lambda name: _read_status(pulumi, read_state, name, today, look), fleet.tenants))


def _read_status(pulumi: PulumiCli, read_state: ReadState, name: str, today: date, look: ReadStack | None) -> Status:
    try:
        settings, state = _read_settings(name), read_state(name)
        found = sweep_tenant(name, look, os.environ) if look else None
        if found and found.verdict == "failed":
            problem = describe_problem(name, ProviderError(" ".join(found.sentences)))
            return Status(name, problem=problem, problem_code=found.exit_code)
        step = find_open_step(name, state, settings, lambda: pulumi.get_last_change(name))
        status = describe_state(name, state, settings, today, step)
        return replace(status, drift="yes" if found.changes else "no", sentences=found.sentences) if found else status
    except Exception as error:  # whatever it is, it is one tenant's
        wrong = error if isinstance(error, ProviderError) else Defect.of(error, "status", name)
        return Status(name, problem=describe_problem(name, wrong), problem_code=get_exit_code(wrong))


def _read_settings(name: str) -> dict[str, str]:
    """Read the plain settings that the stack's file names."""
    settings = read_plain_settings(locate_stack_file(name))
    return {key: value for key, value in settings.items() if value is not None}


def _list_sentences(statuses: Sequence[Status]) -> Iterator[str]:
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
