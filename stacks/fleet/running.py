"""A verb of the engine's over many tenants: ledger, waves, progress and reports."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from providers.core.errors import ProviderError
from providers.core.stack_file import locate_stack_file, read_plain_settings
from stacks.fleet.backends import find_backend
from stacks.fleet.job import TenantJob, Verb, digest_settings
from stacks.fleet.ledger import Ledger, hold_fleet
from stacks.fleet.local import Limits, LocalRunner, plan_waves, spread_by_site
from stacks.fleet.options import Fleet
from stacks.fleet.stored import make_reader
from stacks.pulumi_cli import PulumiCli, refuse_missing_engine
from stacks.reports.model import FleetRun
from stacks.reports.options import Reports
from stacks.reports.progress import show_progress


def run_fleet(verb: Verb, fleet: Fleet, reports: Reports, limits: Limits, *, force: bool = False) -> int:
    """Run a verb over tenants, with ledger, waves and reports. Returns the exit code."""
    refuse_missing_engine(os.environ)
    read = make_reader(PulumiCli(), os.environ)
    with hold_fleet(verb) as lock, _stop_on_signals(LocalRunner(read, limits, lock)) as runner:
        ledger = Ledger()
        run = FleetRun(verb=verb, remarks=[ledger.remark] if ledger.remark else [])
        ordered = spread_by_site(fleet.tenants, _read_site)
        asked = {"verb": verb, "tenants": sorted(fleet.tenants), "force": force, "backend": find_backend(os.environ)}
        todo = ledger.begin(asked, [(tenant, digest_settings(tenant)) for tenant in ordered])
        if done := len(ordered) - len(todo):
            run.remarks.append(
                f"an earlier attempt has finished {done} of {len(ordered)} tenants; they are not repeated"
            )
        for remark in run.remarks:
            reports.tell(remark)
        jobs = [TenantJob(tenant=job.tenant, verb=verb, force=force, cut_off=job.cut_off) for job in todo]
        run.rows += ledger.list_outcomes()
        waves = [len(wave) for wave in plan_waves(jobs)]
        with show_progress(reports, verb, waves, lambda: runner.stopped_because) as progress:

            def lease(tenant: str) -> None:
                ledger.lease(tenant)
                progress.begin(tenant)

            for row in runner.run(jobs, lease):
                ledger.finish(row)
                run.rows.append(row)
                progress.end(row)
        if not (run.count("stopped") or run.count("failed") or run.count("waiting")):
            ledger.end()
        ledger.close()
    run.ended_at = datetime.now(UTC)
    if runner.stopped_because:
        run.remarks.append(f"{runner.stopped_because}; no further tenant was begun")
        reports.tell(run.remarks[-1])
    reports.tell(f"\n{run.summarize()}, in {(run.ended_at - run.begun_at).total_seconds():.1f} s.")
    reports.write(run)
    return run.exit_code


def _read_site(tenant: str) -> str:
    """Read what spreads tenants; of a file that can't be read its own row will tell."""
    try:
        return read_plain_settings(locate_stack_file(tenant)).get("connectwise:site") or ""
    except (ProviderError, OSError):
        return ""


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
