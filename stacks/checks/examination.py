"""All that is looked at, at once where it is independent, in the order in which a person reads it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeVar

from providers.composition import KEYS, Composition
from providers.connectwise.client import ConnectWise
from providers.connectwise.site import Site
from providers.core.concurrency import run_concurrently
from providers.core.configuration import PROJECT, Configuration, to_environment_name
from providers.core.schema import sensitive_fields
from providers.core.settings import SettingErrors
from providers.core.stack_file import locate_stack_file
from providers.umbrella.psa_integration import PsaIntegrationState
from stacks.checks import drivers
from stacks.checks.finding import Check, Finding, guard, make_finding, make_not_asked, make_ok, skip
from stacks.checks.machine import MachineChecks
from stacks.checks.plan import list_plan_checks
from stacks.checks.preset import check_preset
from stacks.checks.record import check_quotes, check_record
from stacks.checks.site import check_site
from stacks.checks.site_facts import list_fact_checks
from stacks.checks.unknowns import ProbeContext, list_assumption_checks
from stacks.checks.vault import check_vault
from stacks.clients import Clients
from stacks.exit_codes import CLEAN, ERROR, USAGE
from stacks.fleet.passphrase import PASSPHRASE
from stacks.fleet.stored import StoredStack
from stacks.fleet.sweep import ReadStack
from stacks.onboarding.catalogue import list_settings
from stacks.onboarding.prerequisites import LOGIN
from stacks.presets.model import Preset
from stacks.pulumi_cli import StackConfiguration
from stacks.settings import Tenant, read_tenant
from stacks.state import TenantState
from stacks.tenant_session import find_foreign_owner

T = TypeVar("T")
REMOTE = ("site", "driver", "sink", "vault")
REMOTE_OF_PRESET = ("site", "driver", "preset")
_ADVICE = {
    "engine": "run `make setup` in the project's folder",
    "backend": f"sign in, such as by: {LOGIN}",
    "stack": f"see `pulumi stack ls`; {PASSPHRASE} is the passphrase that its secrets are encrypted with",
}


@dataclass(frozen=True)
class Examination:
    """What was found, without a secret in it, and the exit code that says so."""

    tenant: str
    findings: list[Finding]
    code: int
    requests: int = 0
    seconds: float = 0.0
    """How often services were asked, and how long all of it took: what one waits for beside the engine."""


def examine(
    machine: MachineChecks, read: ReadStack, name: str, environment: Mapping[str, str], preset: Preset | None = None
) -> Examination:
    """Look at one stack and at what it depends on, and change nothing: its connections refuse to write.

    `preset`: hold the tenant's role against it, in place of what an `up` depends on.
    """
    clients, remote = Clients(), REMOTE_OF_PRESET if preset else REMOTE
    stacks: list[tuple[StackConfiguration, TenantState]] = []
    asked = run_concurrently(
        guard("engine", lambda: _check_engine(machine)),
        guard("backend", machine.check_backend),
        guard("stack", lambda: _collect(stacks, lambda: [_read(read(name))])),
    )
    findings = [_add_advice(finding) for answer in asked for finding in answer.result()]
    if not stacks:
        left = skip("the stack can't be read", ("settings", *remote))
        wrong = any(finding.setting for finding in findings if finding.subject == "stack")
        return Examination(name, [*findings, *left], USAGE if wrong else ERROR)
    stack, state = stacks[0]
    findings.append(make_ok("stack", _describe_state(state)))
    _register_secrets(clients, stack, state, environment)
    findings += check_quotes(stack, locate_stack_file(name))
    try:
        tenant = read_tenant(name, stack.values, stack.secret_keys, environment)
    except SettingErrors as wrong:
        findings += [make_finding("settings", error) for error in wrong.errors]
        return Examination(name, _redact(clients, [*findings, *skip("the settings are wrong", remote)]), USAGE)
    findings.append(make_ok("settings", f"complete: {tenant.connectwise.company_id}, {tenant.sink.console}"))
    findings += check_record(stack, state, environment)
    if strange := find_foreign_owner(tenant, state):
        elsewhere = Finding("stack", "fail", strange, "correct the settings, or make another stack")
        return Examination(name, [*findings, elsewhere, *skip("the stack belongs to somebody else", remote)], ERROR)
    begun = monotonic()
    if preset:
        clients.hide_secrets(tenant.connectwise, tenant.sink.umbrella, tenant.vault)
        findings += check_preset(clients, tenant, state, preset)
    else:
        own = {key: value for key, value in stack.values.items() if key.removeprefix(f"{PROJECT}:") in KEYS}
        findings += check_services(clients, tenant, state, clients.compose(Configuration(own, environment)))
    findings = _redact(clients, findings)
    code = ERROR if any(finding.verdict == "fail" for finding in findings) else CLEAN
    return Examination(name, findings, code, len(clients.heard), monotonic() - begun)


def check_services(
    clients: Clients, tenant: Tenant, state: TenantState, composition: Composition, *, documents: bool = True
) -> list[Finding]:
    """Ask site, gateways, Umbrella's API and the vault, which have nothing to do with each other.

    `composition` is of the same clients: what its handlers would refuse, a preview refuses. `documents`: also what this
    site does where no document says, which refuses nothing.
    """
    clients.hide_secrets(tenant.connectwise, tenant.sink.umbrella, tenant.vault)
    key = state.key.outputs if state.key else None
    own_key = key.public_key if key else ""
    written = bool(state.list_rows(PsaIntegrationState))

    def further(client: ConnectWise, site: Site) -> list[tuple[str, Check]]:
        context = ProbeContext(clients, tenant, site, client, key)
        plan = list_plan_checks(client, tenant, state, composition)
        return [*plan, *list_assumption_checks(context), *list_fact_checks(context)] if documents else plan

    def sink() -> list[Finding]:
        if (umbrella := tenant.sink.umbrella) is None:
            return [drivers.describe_unseen_sink(tenant.sink)]
        ready = guard("driver", lambda: drivers.check_umbrella_driver(clients, umbrella))()
        if any(finding.verdict == "fail" for finding in ready):
            return [*ready, make_not_asked("sink", "its gateway failed")]
        identity = guard("umbrella", lambda: drivers.check_identity(clients, umbrella))
        asked = run_concurrently(
            guard("sink", lambda: drivers.check_sink(clients, umbrella, own_key, written)), identity
        )
        return ready + [finding for answer in asked for finding in answer.result()]

    answers = run_concurrently(
        lambda: check_site(clients, tenant, further),
        guard("driver", lambda: drivers.check_connectwise_driver(clients, tenant.connectwise)),
        sink,
        guard("vault", lambda: check_vault(clients, tenant, state)),
    )
    return _redact(clients, [finding for answer in answers for finding in answer.result()])


def _check_engine(machine: MachineChecks) -> list[Finding]:
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return [replace(finding, found=f"{finding.found}; {python}") for finding in machine.check_engine()]


def _read(stack: StoredStack) -> tuple[StackConfiguration, TenantState]:
    return stack.settings, stack.read_state(in_clear=True)


def _collect(kept: list[T], ask: Callable[[], list[T]]) -> list[Finding]:
    """Keep an answer, which is a finding only when it does not come."""
    kept += ask()
    return []


def _add_advice(finding: Finding) -> Finding:
    """Add to a failure what to do, where it does not say so: the engine says what is wrong, not what to do."""
    step = _ADVICE.get(finding.subject, "") if finding.verdict == "fail" else ""
    return replace(finding, next_step=finding.next_step or step)


def _describe_state(state: TenantState) -> str:
    return f"{len(state.rows)} resources in its state" if state.rows else "nothing made yet"


def _register_secrets(
    clients: Clients, stack: StackConfiguration, state: TenantState, environment: Mapping[str, str]
) -> None:
    """Have secrets redacted: settings that are wrong hold some, too, and so does a state in clear."""
    for key in stack.secret_keys:
        clients.redactor.add(stack.values[key])
    for row in state.rows:
        for field in sensitive_fields(type(row.outputs)):
            clients.redactor.add(getattr(row.outputs, field).get_secret_value())
    for setting in list_settings().values():
        if setting.secret and (value := environment.get(to_environment_name(setting.key))):
            clients.redactor.add(value)


def _redact(clients: Clients, findings: list[Finding]) -> list[Finding]:
    return [finding.map_texts(clients.redactor.redact) for finding in findings]
