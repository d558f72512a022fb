"""The arguments and options of every verb over tenants."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import click

from stacks.completion import complete_tenants
from stacks.fleet.deadline import Deadline
from stacks.fleet.limits import Limits
from stacks.fleet.one_passphrase import refuse_wrong_passphrase
from stacks.fleet.selection import choose_tenants, refuse_shared_settings
from stacks.reports.options import add_report_options


@dataclass(frozen=True)
class Fleet:
    """The chosen tenants, and how many at once."""

    tenants: list[str]
    jobs: int


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
        return command(fleet=Fleet(tenants, jobs), **others)

    return choose


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
