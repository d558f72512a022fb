"""worker: serve the jobs of the runner `temporal`."""

from __future__ import annotations

import os
import sys

import click

from stacks.fleet.options import refuse_missing_temporal
from stacks.reports.output import print_line


@click.command("worker")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 2, show_default="cores", help="tenants at once"
)
@click.option("--quiet", is_flag=True, help="print errors only")
def command(jobs: int, quiet: bool) -> int:
    """Do what `up`, `sweep` and the others ask for with `--runner temporal`, until a signal ends it.

    Any number of machines may run one, each with the same project folder and version, and its own access to the backend
    and the secrets. The server is found by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS… or Temporal's own
    configuration file. The first Ctrl-C or SIGTERM lets the tenants at work come to their end, the second ends their
    step.
    """
    refuse_missing_temporal("a worker")
    from stacks.fleet.temporal.worker import serve

    serve(jobs, lambda sentence: None if quiet else print_line(f"worker: {sentence}.", sys.stdout))
    return 0
