"""schedule: sweeps, `up` and rotations by the clock of a Temporal server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from stacks.completion import complete_tenants
from stacks.exit_codes import CLEAN
from stacks.fleet.options import refuse_missing_temporal
from stacks.fleet.selection import choose_tenants
from stacks.table import print_table

if TYPE_CHECKING:
    from temporalio.client import Client


@click.group("schedule")
def command() -> None:
    """Have a Temporal server start sweeps, `up` and rotations by the clock; workers (`umbrella-psa worker`) do them.

    Which tenants that is, is looked up at each start in the worker's folder: with --all, new ones are in it.
    """
    refuse_missing_temporal("a schedule")


def _add_schedule_options(function: Callable[..., int]) -> Callable[..., int]:
    @click.argument("tenants", nargs=-1, metavar="[TENANT]...", shell_complete=complete_tenants)
    @click.option("--all", "every", is_flag=True, help="every tenant that has a file in stacks/ then")
    @click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="only those with it; may be repeated")
    @click.option(
        "--cron", required=True, metavar="EXPRESSION", help="minute hour day month weekday, such as '0 3 * * *'"
    )
    @click.option("--time-zone", metavar="ZONE", help="of the expression, such as Europe/Rome; else UTC")
    @click.option("--name", help="of the schedule; else the verb's")
    @click.option(
        "--overlap",
        type=click.Choice(["skip", "buffer-one", "cancel-other"]),
        default="skip",
        show_default=True,
        help="what to do while the one before is at work",
    )
    @click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="tenants at once")
    @wraps(function)
    def collect(**given: Any) -> int:
        return function(**given)

    return collect


@command.command("sweep")
@_add_schedule_options
def sweep(**given: Any) -> int:
    """Sweep each TENANT by the clock; Temporal's page has the verdicts."""
    return _make("sweep", given)


@command.command("up")
@_add_schedule_options
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="if more fail, no more begin"
)
def up(**given: Any) -> int:
    """Bring each TENANT to its settings by the clock, in waves."""
    return _make("up", given)


@command.command("rotate")
@_add_schedule_options
@click.option("--older-than", type=click.IntRange(1), metavar="DAYS", required=True, help="only keys that are older")
@click.option(
    "--max-failures", type=click.IntRange(0), default=0, show_default=True, help="if more fail, no more begin"
)
def rotate(**given: Any) -> int:
    """Replace each TENANT's key by its age and the clock, in waves."""
    return _make("rotate", given)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def show(as_json: bool) -> int:
    """List the schedules."""
    from stacks.fleet.temporal import schedules
    from stacks.fleet.temporal.connection import ask

    async def collect(client: Client) -> list[schedules.Planned]:
        return [planned async for planned in schedules.list_schedules(client)]

    found = ask(collect)
    if as_json:
        click.echo(json.dumps({"schedules": [asdict(each) for each in found]}, indent=2, default=_format_time))
        return CLEAN
    rows = [
        (
            each.name,
            each.verb,
            each.tenants,
            each.cron,
            f"paused: {each.note}" if each.paused else "on",
            _format_time(each.next_at) if each.next_at and not each.paused else "never",
            _format_time(each.last_at) if each.last_at else "never",
        )
        for each in found
    ]
    print_table(
        sys.stdout,
        ("schedule", "verb", "tenants", "cron", "state", "next", "last"),
        rows,
        named=True,
    )
    if not rows:
        click.echo("no schedules.")
    return CLEAN


@command.command("pause")
@click.argument("name")
@click.option("--note", default="", help="why, for others to see")
def pause(name: str, note: str) -> int:
    """Let the schedule NAME start nothing until it is unpaused."""
    from stacks.fleet.temporal.schedules import pause_schedule

    return _change(name, lambda client: pause_schedule(client, name, note), "is paused")


@command.command("unpause")
@click.argument("name")
@click.option("--note", default="", help="why, for others to see")
def unpause(name: str, note: str) -> int:
    """Let the schedule NAME go on."""
    from stacks.fleet.temporal.schedules import unpause_schedule

    return _change(name, lambda client: unpause_schedule(client, name, note), "goes on")


@command.command("remove")
@click.argument("name")
def remove(name: str) -> int:
    """Take the schedule NAME away. What it has begun comes to its end."""
    from stacks.fleet.temporal.schedules import remove_schedule

    return _change(name, lambda client: remove_schedule(client, name), "is removed")


def _change(name: str, change: Callable[[Client], Coroutine[Any, Any, None]], told: str) -> int:
    from stacks.fleet.temporal.connection import ask

    ask(change)
    click.echo(f"{name}: {told}.")
    return CLEAN


def _make(verb: Any, given: dict[str, Any]) -> int:
    from stacks.fleet.temporal import schedules
    from stacks.fleet.temporal.connection import ask
    from stacks.fleet.temporal.shared import Asked, Choice, WaveOrder

    choice = Choice(tenants=given["tenants"], every=given["every"], labels=given["labels"])
    choose_tenants(choice.tenants, every=choice.every, labels=choice.labels)  # refuses here what no worker could choose
    name = given["name"] or verb
    asked = Asked(verb=verb, version="", by=f"the schedule {name}", older_than=given.get("older_than"))
    order = WaveOrder(asked=asked, choice=choice, at_once=given["jobs"], max_failures=given.get("max_failures", 0))
    next_at = ask(
        lambda client: schedules.make_schedule(client, name, given["cron"], given["time_zone"], given["overlap"], order)
    )
    click.echo(f"{name}: is made; it starts {_format_time(next_at) if next_at else 'never'} for the first time.")
    return CLEAN


def _format_time(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
