"""A tenant as the verbs see it: its settings, what its state remembers, and the clients that its providers use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from providers.composition import KEYS, Composition, compose
from providers.connectwise.connection import format_company_key, unify_company_key
from providers.core.configuration import PROJECT, Configuration
from providers.core.errors import GuardViolation
from providers.core.schema import ConnectWiseOwned, ConsoleOwned
from providers.policy import Policy
from stacks.fleet.stored import StoredStack
from stacks.graph import get_owner
from stacks.settings import Tenant, read_tenant
from stacks.state import TenantState


@dataclass(frozen=True)
class TenantSession:
    """One tenant, opened. `context` asks and changes what the providers would, by the same code."""

    tenant: Tenant
    context: Composition
    state: TenantState

    @property
    def owner(self) -> str:
        """Whose keys are this stack's: see core/tags.py."""
        return get_owner(self.tenant)

    @property
    def sink_key(self) -> str:
        """The public half that the state says the sink was given last, empty without one."""
        return self.state.sink.outputs.written_key if self.state.sink else ""


def open_session(name: str, stack: StoredStack, environment: Mapping[str, str] = os.environ) -> TenantSession:
    """Contacts nobody yet. Raises `SettingErrors`, and `ProviderError` when the stack is somebody else's."""
    settings = stack.settings
    tenant = read_tenant(name, settings.values, settings.secret_keys, environment)
    state = stack.read_state(in_clear=True)
    if strange := find_foreign_owner(tenant, state):
        raise GuardViolation(f"{name}: {strange}", next_step="correct the settings, or make another stack")
    own = {key: value for key, value in settings.values.items() if key.removeprefix(f"{PROJECT}:") in KEYS}
    return TenantSession(tenant, compose(Configuration(own, environment), Policy()), state)


def find_foreign_owner(tenant: Tenant, state: TenantState) -> str:
    """Promise 8: a stack belongs to one company and one console. What is wrong, or nothing."""
    company, console = format_company_key(tenant.connectwise), tenant.sink.console
    for row in state.rows:
        if isinstance(row.outputs, ConnectWiseOwned) and unify_company_key(row.outputs.company) != company:
            return f"its state belongs to the company {row.outputs.company}, but its settings name {company}"
        if isinstance(row.outputs, ConsoleOwned) and row.outputs.console != console:
            return f"its state belongs to the console {row.outputs.console}, but its settings name {console}"
    return ""
