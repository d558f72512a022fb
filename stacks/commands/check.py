"""check: everything that can be known of a tenant without changing anything."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any, TextIO

import click

from stacks.checks.examination import Examination, examine
from stacks.checks.finding import Finding
from stacks.checks.machine import MachineChecks
from stacks.checks.site_facts import condense
from stacks.exit_codes import CLEAN
from stacks.fleet.options import Fleet, add_fleet_options
from stacks.fleet.stored import make_reader
from stacks.fleet.streaming import stream
from stacks.presets.model import Preset
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports
from stacks.table import print_table

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "cyan"}


@click.command("check")
@add_fleet_options
@click.option("--preset", metavar="NAME|FILE", help="what the role lacks, or has beyond, of what a vendor asks for")
@click.option("--verbose", is_flag=True, help="a line for each thing that no document says, too")
def command(fleet: Fleet, reports: Reports, preset: str | None, verbose: bool) -> int:
    """Look at everything that each TENANT needs, and change nothing.

    Each line has a verdict and, where there is something to do, the next step. What it prints holds no secret: it is
    meant to be pasted into a report. Exits 1 when a line fails, 2 when the settings are wrong.

    With --preset, whoever made the role: hold it against what an integration's vendor asks for, and ask nothing else.
    """
    run, found = FleetRun(verb="check"), {}
    wanted = _find_preset(preset)
    pulumi = PulumiCli()
    look = partial(
        examine, MachineChecks(pulumi), make_reader(pulumi, os.environ), environment=os.environ, preset=wanted
    )
    for examination in stream(fleet.tenants, look, fleet.jobs):
        print_findings(reports.people, _choose_findings(examination, reports, verbose))
        reports.tell(f"\n{_summarize(examination, wanted)}")
        reports.tell(f"{examination.requests} requests in {examination.seconds:.1f} s.")
        run.rows.append(make_row(examination))
        found[examination.tenant] = {**_describe(examination), **({"preset": preset} if preset else {})}
    run.ended_at = datetime.now(UTC)
    run.rows.sort(key=lambda row: fleet.tenants.index(row.tenant))
    told = [found[name] for name in fleet.tenants]
    reports.write(run, told[0] if len(told) == 1 else {"tenants": told})
    return run.exit_code


def _find_preset(wanted: str | None) -> Preset | None:
    if wanted is None:
        return None
    from stacks.presets.catalogue import find_preset  # reads YAML, which no other check needs

    return find_preset(wanted)


def _choose_findings(examination: Examination, reports: Reports, verbose: bool) -> Sequence[Finding]:
    if reports.quiet:
        return [finding for finding in examination.findings if finding.verdict == "fail"]
    return examination.findings if verbose else condense(examination.findings)


def make_row(examination: Examination) -> Row:
    """Make a tenant's row of the page and of JUnit XML: what fails, and what somebody should know."""
    told = [finding for verdict in ("fail", "warn") for finding in examination.findings if finding.verdict == verdict]
    return Row(
        tenant=examination.tenant,
        verdict="clean" if examination.code == CLEAN else "failed",
        sentences=tuple(f"{subject}: {found}" for _, subject, found in map(_format_row, told)),
        seconds=examination.seconds,
        code=examination.code,
    )


def _describe(examination: Examination) -> dict[str, Any]:
    return {
        "tenant": examination.tenant,
        "code": examination.code,
        "requests": examination.requests,
        "seconds": round(examination.seconds, 2),
        "findings": [asdict(finding) for finding in examination.findings],
    }


def print_findings(output: TextIO, findings: Sequence[Finding]) -> None:
    """Print a line each."""
    print_table(output, ("verdict", "what", "found"), [_format_row(finding) for finding in findings], STYLES)


def count_verdicts(tenant: str, findings: Sequence[Finding]) -> str:
    """Say how many lines have which verdict: `acme: 23 ok, 3 unknown.`"""
    counted = Counter[str](finding.verdict for finding in findings)
    return f"{tenant}: {', '.join(f'{counted[verdict]} {verdict}' for verdict in STYLES if counted[verdict])}."


def _format_row(finding: Finding) -> tuple[str, str, str]:
    steps = [f"Next: {finding.next_step}", finding.detail.rstrip(".")] if finding.next_step else []
    return finding.verdict, finding.subject, ". ".join(filter(None, [finding.found, *steps]))


def _summarize(examination: Examination, preset: Preset | None) -> str:
    fine = f"`pulumi up -s {examination.tenant}` may run."
    if preset:
        seen = all(finding.verdict != "unknown" for finding in examination.findings)
        fine = f"The role lacks nothing that {preset.title} asks for{'' if seen else ', as far as can be seen'}."
    counted = count_verdicts(examination.tenant, examination.findings)
    return f"{counted} {fine if examination.code == CLEAN else 'Fix what fails, then check again.'}"
