"""new: a tenant's stack and its configuration, asked for or given, tried and written."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from providers.core.configuration import Configuration
from providers.core.problems import BadSetting, MissingSetting
from providers.core.settings import BadSettings
from providers.core.stack_file import FOLDER
from stacks.engine import Engine
from stacks.exits import CLEAN, INTERRUPTED
from stacks.onboarding.catalogue import catalogue
from stacks.onboarding.given import plain_settings, read_secret, secret_sources
from stacks.onboarding.ground import refuse_without_ground
from stacks.onboarding.interview import Interview, in_80_columns
from stacks.onboarding.steps import STEPS
from stacks.onboarding.trials import Trials
from stacks.onboarding.writing import write
from stacks.settings import read_tenant


@click.command("new")
@click.argument("tenant")
@click.option("--set", "plain", multiple=True, metavar="KEY=VALUE", help="a setting that is no secret")
@click.option(
    "--secret", multiple=True, metavar="KEY=SOURCE", help="a secret: =@FILE, =!COMMAND, or =- for standard input"
)
@click.option("--yes", is_flag=True, help="ask nothing: what is not given has its default")
@click.option(
    "--secrets-provider", "provider", default="passphrase", show_default=True, help="as `pulumi stack init` takes it"
)
def command(tenant: str, plain: tuple[str, ...], secret: tuple[str, ...], yes: bool, provider: str) -> int:
    """Make the stack of TENANT and its configuration, stacks/Pulumi.<TENANT>.yaml.

    Asks for what is not given, and tries credentials while it asks. Nothing that exists is written over, and nothing
    is written before all is answered. Settings in the environment (UMBRELLA_PSA_…) are used and not written down.
    """
    known = catalogue()
    values = plain_settings(plain, known)
    sources = secret_sources(secret, known, values)
    engine = Engine()
    backend = refuse_without_ground(engine, tenant, provider, os.environ)
    asks = sys.stdin.isatty() and not yes
    try:
        values |= _read(sources)
        if asks:
            _explain(tenant, backend)
            Interview(values, os.environ).run()
        _refuse_incomplete(tenant, values, asks, yes)
        if asks and not click.confirm(f"\nWrite {FOLDER}/Pulumi.{tenant}.yaml and make the stack?", default=True):
            raise click.Abort
        if not asks:
            _try_all(values)
        file = write(engine, tenant, values, provider)
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(engine, tenant)
    click.echo(f"\nWritten: {file}, and the stack {tenant} in {backend}.\n\nNext:\n")
    click.echo(f"  python -m stacks check {tenant}\n  pulumi up -s {tenant}")
    return CLEAN


def _read(sources: dict[str, str]) -> dict[str, str]:
    found, problems = {}, []
    for key, source in sources.items():
        try:
            found[key] = read_secret(key, source)
        except BadSetting as problem:
            problems.append(problem)
    if problems:
        raise BadSettings(problems)
    return found


def _explain(tenant: str, backend: str) -> None:
    words = (
        f"The stack of {tenant} will be kept in {backend}. Nothing is written before all is answered; Ctrl-C leaves "
        "everything as it was. Enter takes the default in brackets; secrets are not shown."
    )
    click.echo(in_80_columns(words))


def _refuse_incomplete(tenant: str, values: dict[str, str], asks: bool, yes: bool) -> None:
    """All that is missing or wrong at once, each with how to give it here."""
    known = catalogue()
    answers = Configuration(values)
    problems: list[BadSetting] = []
    try:
        read_tenant(tenant, values, [key for key in known if known[key].secret], os.environ)
    except BadSettings as wrong:
        for problem in wrong.problems:
            setting = known.get(problem.setting)
            if setting and answers.get(setting.key) is None and isinstance(problem, MissingSetting):
                way = f"--secret {setting.key}=@FILE" if setting.secret else f"--set {setting.key}=VALUE"
                meaning = f" ({setting.meaning})" if setting.meaning else ""
                problem = BadSetting(setting.key, f"is required{meaning}", next_step=f"give it with {way}")
            problems.append(problem)
    if not asks and not yes:
        problems.append(BadSetting("--yes", "is needed where there is no terminal to ask at"))
    if problems:
        raise BadSettings(problems)


def _try_all(values: dict[str, str]) -> None:
    """As in the conversation, but the first that fails ends it."""
    answers = Configuration(values)
    trials = Trials(values, os.environ)
    for step in STEPS:
        if step.trial and step.keys(answers):
            click.echo(step.trial(trials))


def _interrupted(engine: Engine, tenant: str) -> int:
    made = Path(FOLDER / f"Pulumi.{tenant}.yaml").exists() and tenant in engine.stacks()
    told = f"the stack {tenant} and its file are complete" if made else "nothing was written"
    click.echo(f"\ninterrupted; {told}.", err=True)
    return INTERRUPTED
