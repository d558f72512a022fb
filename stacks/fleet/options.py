"""The arguments and options of every verb over tenants."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial, wraps
from importlib.util import find_spec
from typing import Any

import click

from stacks.completion import complete_tenants
from stacks.fleet.deadline import Deadline
from stacks.fleet.limits import Limits
from stacks.fleet.one_passphrase import refuse_wrong_passphrase
from stacks.fleet.selection import choose_tenants, refuse_shared_settings
from stacks.fleet.shared_budget import refuse_unusable_budget
from stacks.reports.options import add_report_options

LOCAL, TEMPORAL = "local", "temporal"


@dataclass(frozen=True)
class Fleet:
    """The chosen tenants, how many at once, and what runs them."""

    tenants: list[str]
    jobs: int
    runner: str = LOCAL


def add_selection(command: Callable[..., Any], reads_secrets: bool = True) -> Callable[..., Any]:
    """Give a command `tenants`, those that were chosen by name, `--all` or `--label`.

    `reads_secrets`: whether it needs a passphrase, where theirs are encrypted with one.
    """

    @click.argument("tenants", nargs=-1, metavar="[TENANT]...", shell_complete=complete_tenants)
    @click.option("--all", "every", is_flag=True, help="every tenant that has a file in stacks/")
    @click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="only those with it; may be repeated")
    @wraps(command)
    def choose(tenants: tuple[str, ...], every: bool, labels: tuple[str, ...], **others: Any) -> Any:
        chosen = choose_tenants(tenants, every=every, labels=labels)
        refuse_shared_settings(chosen)
        if others.get("runner") != TEMPORAL:  # there the secrets are the workers'
            refuse_wrong_passphrase(chosen, os.environ, may_be_missing=not reads_secrets)
        return command(tenants=chosen, **others)

    return choose


def add_fleet_options(command: Callable[..., Any], jobs: int = 4, reads_secrets: bool = True) -> Callable[..., Any]:
    """Give a command `fleet` and `reports`. `jobs`: how many tenants at once unless told; else as above."""

    @partial(add_selection, reads_secrets=reads_secrets)
    @click.option("--jobs", type=click.IntRange(1, 64), default=jobs, show_default=True, help="tenants at once")
    @add_report_options
    @wraps(command)
    def choose(tenants: list[str], jobs: int, **others: Any) -> Any:
        if others.get("runner") != TEMPORAL:  # else it is the workers who ask a site
            refuse_unusable_budget()
        return command(fleet=Fleet(tenants, jobs), **others)

    return choose


def add_runner_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let whoever calls a command that has `fleet` say what runs it."""

    @click.option(
        "--runner",
        type=click.Choice([LOCAL, TEMPORAL]),
        default=LOCAL,
        show_default=True,
        help="this machine, or the workers of a Temporal server",
    )
    @wraps(command)
    def choose(fleet: Fleet, runner: str, **others: Any) -> Any:
        if runner == TEMPORAL:
            refuse_missing_temporal("--runner temporal")
        return command(fleet=replace(fleet, runner=runner), **others)

    return choose


def refuse_missing_temporal(what: str) -> None:
    """Raise `click.UsageError` where the extra `temporal` is not installed."""
    if not find_spec("temporalio"):
        raise click.UsageError(f"{what} needs the Python package temporalio; install it: `uv sync --extra temporal`.")


def add_waves_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that has `fleet` and changes tenants `limits` and `dry_run`."""

    @click.option(
        "--max-failures",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="if more fail, no more are begun",
    )
    @click.option(
        "--deadline",
        type=click.IntRange(1, 86400),
        default=1800,
        show_default=True,
        metavar="SECONDS",
        help="a run of the engine that takes longer is interrupted, and a minute later killed",
    )
    @click.option("--dry-run", is_flag=True, help="say what would be done, and change nothing")
    @wraps(command)
    def choose(fleet: Fleet, max_failures: int, deadline: int, **others: Any) -> Any:
        return command(fleet=fleet, limits=Limits(fleet.jobs, max_failures, Deadline(deadline)), **others)

    return choose
