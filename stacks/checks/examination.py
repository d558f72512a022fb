"""All that is looked at, at once where it is independent, in the order in which a person reads it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from providers.connectwise.client import ConnectWise
from providers.connectwise.site import Site
from providers.core.configuration import environment_name
from providers.core.settings import BadSettings
from providers.core.together import ask_together
from providers.umbrella.connection import console_key
from providers.umbrella.psa_integration import PsaIntegrationState
from stacks.checks import ground, hands
from stacks.checks.finding import Finding, Question, looked, not_asked, ok, told
from stacks.checks.plan import plan_questions
from stacks.checks.site import site_findings
from stacks.checks.unknowns import Scene, unknown_questions
from stacks.checks.vault import vault
from stacks.engine import Engine, StackConfiguration
from stacks.exits import CLEAN, ERROR, USAGE
from stacks.onboarding.catalogue import catalogue
from stacks.onboarding.ground import LOGIN, PASSPHRASE
from stacks.reach import Reach
from stacks.settings import Tenant, read_tenant
from stacks.state import TenantState
from stacks.workbench import other_owner

T = TypeVar("T")
REMOTE = ("site", "hand", "sink", "vault")
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


def examine(engine: Engine, name: str, environment: Mapping[str, str]) -> Examination:
    """Changes nothing: its connections refuse to write."""
    reach = Reach()
    stack: list[StackConfiguration] = []
    states: list[TenantState] = []
    asked = ask_together(
        looked("engine", lambda: _engine(engine)),
        looked("backend", lambda: ground.backend(engine)),
        looked("stack", lambda: _kept(stack, lambda: [engine.configuration(name)])),
        looked("stack", lambda: _kept(states, lambda: [engine.state(name)])),
    )
    findings = [_advised(finding) for answer in asked for finding in answer.result()]
    if not (stack and states):
        left = [not_asked(subject, "the stack can't be read") for subject in ("settings", *REMOTE)]
        return Examination(name, [*_once(findings), *left], ERROR)
    state = states[0]
    findings.append(ok("stack", _about(state)))
    _hide(reach, stack[0], environment)
    try:
        tenant = read_tenant(name, stack[0].values, stack[0].secret_keys, environment)
    except BadSettings as wrong:
        findings += [told("settings", one) for one in wrong.problems]
        left = [not_asked(subject, "the settings are wrong") for subject in REMOTE]
        return Examination(name, _redacted(reach, [*findings, *left]), USAGE)
    findings.append(ok("settings", f"complete: {tenant.connectwise.company_id}, {console_key(tenant.umbrella)}"))
    if strange := other_owner(tenant, state):
        elsewhere = Finding("stack", "fail", strange, "correct the settings, or make another stack")
        left = [not_asked(subject, "the stack belongs to somebody else") for subject in REMOTE]
        return Examination(name, [*findings, elsewhere, *left], ERROR)
    findings = _redacted(reach, [*findings, *_services(reach, tenant, state)])
    return Examination(name, findings, ERROR if any(one.verdict == "fail" for one in findings) else CLEAN)


def _services(reach: Reach, tenant: Tenant, state: TenantState) -> list[Finding]:
    """Site, gateways, Umbrella's API and the vault have nothing to do with each other."""
    reach.hide_secrets(tenant.connectwise, tenant.umbrella, tenant.vault)
    key = state.key.outputs if state.key else None
    own_key = key.public_key if key else ""
    written = bool(state.rows_of(PsaIntegrationState))

    def further(client: ConnectWise, site: Site) -> list[tuple[str, Question]]:
        scene = Scene(reach, tenant, site, client, key)
        return [*plan_questions(client, tenant, state), *unknown_questions(scene)]

    def umbrella() -> list[Finding]:
        ready = looked("hand", lambda: hands.umbrella_hand(reach, tenant.umbrella))()
        if any(one.verdict == "fail" for one in ready):
            return [*ready, not_asked("sink", "its gateway failed")]
        return ready + looked("sink", lambda: hands.sink(reach, tenant.umbrella, own_key, written))()

    answers = ask_together(
        lambda: site_findings(reach, tenant, further),
        looked("hand", lambda: hands.connectwise_hand(reach, tenant.connectwise)),
        umbrella,
        looked("umbrella", lambda: hands.identity(reach, tenant.umbrella)),
        looked("vault", lambda: vault(reach, tenant, state)),
    )
    return [finding for answer in answers for finding in answer.result()]


def _engine(engine: Engine) -> list[Finding]:
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return [replace(one, found=f"{one.found}; {python}") for one in ground.engine_version(engine)]


def _kept(kept: list[T], ask: Callable[[], list[T]]) -> list[Finding]:
    """An answer that is a finding only when it does not come."""
    kept += ask()
    return []


def _once(findings: list[Finding]) -> list[Finding]:
    """A stack that can't be read is told once, not by each question about it."""
    return [one for place, one in enumerate(findings) if one.subject not in {each.subject for each in findings[:place]}]


def _advised(finding: Finding) -> Finding:
    """The engine says what is wrong, not what to do."""
    step = _ADVICE.get(finding.subject, "") if finding.verdict == "fail" else ""
    return replace(finding, next_step=finding.next_step or step)


def _about(state: TenantState) -> str:
    return f"{len(state.rows)} resources in its state" if state.rows else "nothing made yet"


def _hide(reach: Reach, stack: StackConfiguration, environment: Mapping[str, str]) -> None:
    """Settings that are wrong hold secrets, too."""
    for key in stack.secret_keys:
        reach.redactor.add(stack.values[key])
    for setting in catalogue().values():
        if setting.secret and (value := environment.get(environment_name(setting.key))):
            reach.redactor.add(value)


def _redacted(reach: Reach, findings: list[Finding]) -> list[Finding]:
    return [one.map_texts(reach.redactor.redact) for one in findings]
