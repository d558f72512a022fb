"""new: a tenant's stack and its configuration, asked for or given, tried and written."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from providers.core.configuration import PROJECT, Configuration, to_environment_name
from providers.core.errors import MissingSetting, ProviderError, SettingError
from providers.core.settings import SettingErrors
from providers.core.stack_file import locate_stack_file
from providers.http.text import clean_lines, clean_text
from providers.sink import is_file
from stacks.checks.examination import check_services
from stacks.clients import Clients
from stacks.commands.check import count_verdicts, print_findings
from stacks.exit_codes import CLEAN, INTERRUPTED
from stacks.failures import Failures
from stacks.fleet.selection import refuse_shared_settings
from stacks.integration import SETTING
from stacks.onboarding.catalogue import list_settings
from stacks.onboarding.connection_tests import ConnectionTests
from stacks.onboarding.csv_file import read_tenants
from stacks.onboarding.interview import Interview, wrap_text
from stacks.onboarding.options import parse_plain_settings, parse_secret_sources, read_secret
from stacks.onboarding.prerequisites import refuse_without_prerequisites
from stacks.onboarding.steps import STEPS
from stacks.onboarding.writing import choose_settings, write_stack
from stacks.project import resolve_path
from stacks.pulumi_cli import PulumiCli
from stacks.settings import Tenant, read_tenant
from stacks.state import TenantState


@click.command("new")
@click.argument("tenant", required=False)
@click.option("--from", "file", metavar="FILE", help="many tenants from a CSV file; what all share is given here")
@click.option("--set", "plain", multiple=True, metavar="KEY=VALUE", help="a setting that is no secret")
@click.option(
    "--secret", multiple=True, metavar="KEY=SOURCE", help="a secret: =@FILE, =!COMMAND, or =- for standard input"
)
@click.option("--preset", metavar="NAME|FILE", help="what the key is for, if not Umbrella: see `umbrella-psa presets`")
@click.option("--yes", is_flag=True, help="ask nothing: what is not given has its default")
@click.option(
    "--secrets-provider", "provider", default="passphrase", show_default=True, help="as `pulumi stack init` takes it"
)
def command(
    tenant: str | None,
    file: str | None,
    plain: tuple[str, ...],
    secret: tuple[str, ...],
    preset: str | None,
    yes: bool,
    provider: str,
) -> int:
    """Make the stack of TENANT and its configuration, stacks/Pulumi.<TENANT>.yaml.

    Asks for what is not given, and tries credentials while it asks. Nothing that exists is written over, and nothing
    is written before all is answered. Settings in the environment (UMBRELLA_PSA_…) are used and not written down.
    """
    known = list_settings()
    values = parse_plain_settings(plain, known) | _choose_integration(preset, plain)
    sources = parse_secret_sources(secret, known, values)
    if (tenant is None) == (file is None):
        raise click.UsageError("name a tenant, or give --from FILE with many.")
    if file is not None:
        return _make_many(resolve_path(file), values, sources, yes, provider)
    return make_tenant(str(tenant), values, sources, yes, provider)


def _choose_integration(preset: str | None, plain: tuple[str, ...]) -> dict[str, str]:
    """Make the setting of --preset, which names a file as the caller does. Raises `SettingErrors`."""
    if preset is None:
        return {}
    from stacks.presets.catalogue import find_preset  # reads YAML, of which Umbrella's tenants have no use

    find_preset(preset)
    if any(given.removeprefix(f"{PROJECT}:").startswith(f"{SETTING}=") for given in plain):
        raise click.UsageError("--preset is the setting integration; give one of the two.")
    if not is_file(preset):
        return {SETTING: preset}
    place = resolve_path(preset).resolve()
    return {
        SETTING: f"./{place.relative_to(Path().resolve())}" if place.is_relative_to(Path().resolve()) else str(place)
    }


def _make_many(file: Path, values: dict[str, str], sources: dict[str, str], yes: bool, provider: str) -> int:
    """Make each tenant of a file that is not there yet; one that fails keeps no other from its turn."""
    tenants, failures = read_tenants(file, list_settings()), Failures()
    refuse_shared_settings([given.name for given in tenants])
    shared = _read_secrets(sources)  # standard input can be read once
    for given in tenants:
        with failures.collect(given.name):
            if locate_stack_file(given.name).exists() and PulumiCli().has_stack(given.name):
                click.echo(f"{given.name}: is there already and is left as it is.")
                continue
            click.secho(f"\n{given.name}", bold=True)
            code = make_tenant(given.name, {**values, **shared, **given.values}, given.sources, yes, provider)
            if code == INTERRUPTED:
                return code
    return failures.code


def make_tenant(tenant: str, values: dict[str, str], sources: dict[str, str], yes: bool, provider: str) -> int:
    """Make one tenant: ask or take what is given, try it, show it, write it. Returns the exit code."""
    pulumi = PulumiCli()
    backend = refuse_without_prerequisites(pulumi, tenant, provider, os.environ)
    asks = sys.stdin.isatty() and not yes
    try:
        values |= _read_secrets(sources)
        if asks:
            _explain(tenant, backend)
            Interview(values, os.environ).run()
        complete = _refuse_incomplete(tenant, values, asks, yes)
        if not asks:
            _test_connections(values)
        _show_summary(values)
        _check(complete, values, asks)
        if asks and not click.confirm(f"\nWrite {locate_stack_file(tenant)} and make the stack?", default=True):
            raise click.Abort
        file = write_stack(pulumi, tenant, values, provider)
    except (KeyboardInterrupt, click.Abort):
        return _report_interruption(pulumi, tenant)
    click.echo(f"\nWritten: {file}, and the stack {tenant} in {backend}.\n\nNext:\n")
    click.echo(f"  umbrella-psa check {tenant}\n  pulumi up -s {tenant}")
    return CLEAN


def _read_secrets(sources: dict[str, str]) -> dict[str, str]:
    secrets, errors = {}, []
    for key, source in sources.items():
        try:
            secrets[key] = read_secret(key, source)
        except SettingError as error:
            errors.append(error)
    if errors:
        raise SettingErrors(errors)
    return secrets


def _explain(tenant: str, backend: str) -> None:
    words = (
        f"The stack of {tenant} will be kept in {backend}. Nothing is written before all is answered; Ctrl-C leaves "
        "everything as it was. Enter takes the default in brackets; secrets are not shown."
    )
    click.echo(wrap_text(words))


def _refuse_incomplete(tenant: str, values: dict[str, str], asks: bool, yes: bool) -> Tenant:
    """Refuse all that is missing or wrong at once, each with how to give it here; the whole settings."""
    known = list_settings()
    answers = Configuration(values)
    errors: list[SettingError] = []
    complete: Tenant | None = None
    try:
        complete = read_tenant(tenant, values, [key for key in known if known[key].secret], os.environ)
    except SettingErrors as wrong:
        for error in wrong.errors:
            setting = known.get(error.setting)
            if setting and answers.get(setting.key) is None and isinstance(error, MissingSetting):
                option = f"--secret {setting.key}=@FILE" if setting.secret else f"--set {setting.key}=VALUE"
                meaning = f" ({setting.meaning})" if setting.meaning else ""
                error = SettingError(setting.key, f"is required{meaning}", next_step=f"give it with {option}")
            errors.append(error)
    if not asks and not yes:
        errors.append(SettingError("--yes", "is needed where there is no terminal to ask at"))
    if errors or complete is None:
        raise SettingErrors(errors)
    return complete


def _show_summary(values: dict[str, str]) -> None:
    """Show what will be written, secrets by name only, and what is left to the environment."""
    chosen = choose_settings(values)
    width = max((len(setting.key) for setting in chosen), default=0)
    click.secho("\nTo be written", bold=True)
    for setting in chosen:
        click.echo(f"  {setting.key:{width}}  {'(secret)' if setting.secret else clean_text(values[setting.key])}")
    given = [key for key in list_settings() if to_environment_name(key) in os.environ]
    if given:
        click.echo(wrap_text(f"Not written, from the environment: {', '.join(given)}", "  "))


def _check(tenant: Tenant, values: dict[str, str], asks: bool) -> None:
    """Ask what `check` will ask, before anything is written. Raises `ProviderError`, or asks a person, if it fails."""
    clients = Clients()
    state = TenantState()
    composition = clients.compose(Configuration(values, os.environ))
    findings = check_services(clients, tenant, state, composition, documents=False)
    click.echo()
    print_findings(sys.stdout, [finding for finding in findings if finding.verdict in ("fail", "warn")])
    click.echo(count_verdicts(tenant.name, findings))
    if not any(finding.verdict == "fail" for finding in findings):
        return
    if not asks:
        raise ProviderError(
            "what was checked fails, so nothing was written", next_step="correct it and run the same again"
        )
    if not click.confirm("Something of it fails. Write it all the same?", default=False):
        raise click.Abort


def _test_connections(values: dict[str, str]) -> None:
    """Try as in the conversation, but the first that fails ends it."""
    answers = Configuration(values)
    trials = ConnectionTests(values, os.environ)
    for step in STEPS:
        if step.test and step.keys(answers):
            click.echo(clean_lines(step.test(trials)))


def _report_interruption(pulumi: PulumiCli, tenant: str) -> int:
    made = locate_stack_file(tenant).exists() and pulumi.has_stack(tenant)
    outcome = f"the stack {tenant} and its file are complete" if made else "nothing was written"
    click.echo(f"\ninterrupted; {outcome}.", err=True)
    return INTERRUPTED
