"""A verb of the engine's over many tenants: ledger, waves, progress and reports."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from stacks.backend_address import find_backend, fingerprint_backend
from stacks.fleet.digest import digest_settings
from stacks.fleet.job import TenantJob, Verb
from stacks.fleet.ledger import Ledger
from stacks.fleet.limits import Limits
from stacks.fleet.local import LocalRunner
from stacks.fleet.lock import FOLDER, hold_fleet
from stacks.fleet.options import TEMPORAL, Fleet
from stacks.fleet.rotation import name_generation
from stacks.fleet.selection import read_site
from stacks.fleet.stored import make_reader
from stacks.fleet.waves import NO_FURTHER, plan_waves, spread_by_site
from stacks.pulumi_cli import PulumiCli, refuse_missing_engine
from stacks.reports.model import FleetRun
from stacks.reports.options import Reports
from stacks.reports.progress import show_progress

_GOES_ON = "what was finished is kept, and running the same again goes on from there"


def run_fleet(verb: Verb, fleet: Fleet, reports: Reports, limits: Limits, **how: Any) -> int:
    """Run a verb over tenants, with ledger, waves and reports. Returns the exit code; `how` as in `carry_out`."""
    run = carry_out(verb, fleet, reports, limits, **how)
    return report_run(run, reports)


def report_run(run: FleetRun, reports: Reports) -> int:
    """Say how a run has ended, and write its reports; the exit code."""
    reports.tell(
        f"\n{run.summarize()}, in {((run.ended_at or datetime.now(UTC)) - run.begun_at).total_seconds():.1f} s."
    )
    reports.write(run)
    return run.exit_code


def carry_out(verb: Verb, fleet: Fleet, reports: Reports, limits: Limits, **how: Any) -> FleetRun:
    """Run a verb over tenants, with ledger and waves; each row is printed as it is known, and no report written yet.

    `how`: the fields of each tenant's `TenantJob` that are the same for all. What only looks is not taken up again, nor
    is a run of one tenant, which leaves other tenants to other runs.
    """
    if fleet.runner == TEMPORAL:
        from stacks.fleet.temporal import runner as remote  # an extra, which nobody else needs

        return remote.carry_out(verb, fleet, reports, limits, **how)
    refuse_missing_engine(os.environ)
    read = make_reader(PulumiCli(), os.environ)
    alone = len(fleet.tenants) == 1
    with hold_fleet(verb, shared=alone) as lock, _stop_on_signals(LocalRunner(read, limits, lock)) as runner:
        ledger = Ledger(None if alone or verb == "preview" or how.get("dry_run") else FOLDER)
        run = FleetRun(verb=verb, remarks=[ledger.remark] if ledger.remark else [])
        ordered = spread_by_site(fleet.tenants, read_site)
        backend = fingerprint_backend(find_backend(os.environ))
        asked = {"verb": verb, "tenants": sorted(fleet.tenants), **how, "backend": backend}
        if alone and verb != "preview":
            Ledger.forget(fleet.tenants[0])  # what a run over many had of it is another tenant's by now
        # A rotation changes the settings itself, and is not done twice because of that.
        todo = ledger.begin(asked, [(name, "" if verb == "rotate" else digest_settings(name)) for name in ordered])
        generation = name_generation(ledger.begun_at)
        if done := len(ordered) - len(todo):
            run.remarks.append(
                f"an earlier attempt has finished {done} of {len(ordered)} tenants; they are not repeated"
            )
        for remark in run.remarks:
            reports.tell(remark)
        jobs = [
            TenantJob(tenant=job.tenant, verb=verb, cut_off=job.cut_off, generation=generation, **how) for job in todo
        ]
        run.rows += [row.but(begun=0.0, seconds=0.0, wave=0) for row in ledger.list_outcomes()]  # of another time
        waves = [len(wave) for wave in plan_waves(jobs)]
        with show_progress(reports, verb, waves, lambda: runner.stopped_because) as progress:

            def lease(tenant: str) -> None:
                ledger.lease(tenant)
                progress.begin(tenant)

            for row in runner.run(jobs, lease, progress.note):
                ledger.finish(row)
                run.rows.append(row)
                progress.end(row)
        if not (run.count("stopped") or run.count("failed") or run.count("waiting")):
            ledger.end()
        ledger.close()
    run.ended_at, run.interrupted = datetime.now(UTC), runner.was_interrupted
    if runner.stopped_because:
        run.remarks.append(f"{runner.stopped_because}; {_GOES_ON if runner.was_interrupted else NO_FURTHER}")
        reports.tell(run.remarks[-1])
    return run


@contextmanager
def _stop_on_signals(runner: LocalRunner) -> Iterator[LocalRunner]:
    """Take Ctrl-C, and what ends a session or a service, as the wish to end soon and well."""

    def stop(*_: Any) -> None:
        runner.interrupt()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield runner
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
