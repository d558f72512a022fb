"""A tenant as the verbs see it: its settings, what its state remembers, and the clients that its providers use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.composition import KEYS, Composition, compose
from providers.connectwise.connection import company_key
from providers.core.configuration import PROJECT, Configuration
from providers.core.problems import Refusal
from providers.policy import Policy
from providers.umbrella.connection import console_key
from stacks.engine import Engine
from stacks.graph import owner
from stacks.settings import Tenant, read_tenant
from stacks.state import Resource, current, outputs


@dataclass(frozen=True)
class Workbench:
    """One tenant, opened. `context` asks and changes what the providers would, by the same code."""

    tenant: Tenant
    context: Composition
    resources: list[Resource]

    @property
    def owner(self) -> str:
        """Whose keys are this stack's: see core/tags.py."""
        return owner(self.tenant)

    @property
    def key(self) -> dict[str, Any]:
        """The current key as the state remembers it, without the private half in clear; empty without one."""
        return outputs(current(self.resources, "ApiKey"))

    @property
    def sink_key(self) -> str:
        """The public half that the state says Umbrella was given last, empty without one."""
        return str(outputs(current(self.resources, "PsaIntegration")).get("written_key", ""))


def open_tenant(engine: Engine, name: str, environment: Mapping[str, str] = os.environ) -> Workbench:
    """Contacts nobody yet. Raises `BadSettings`, and `Problem` when the stack can't be read or is somebody else's."""
    stack = engine.configuration(name)
    tenant = read_tenant(name, stack.values, stack.secret_keys, environment)
    resources = engine.resources(name)
    if strange := other_owner(tenant, resources):
        raise Refusal(f"{name}: {strange}", next_step="correct the settings, or make another stack")
    own = {key: value for key, value in stack.values.items() if key.removeprefix(f"{PROJECT}:") in KEYS}
    return Workbench(tenant, compose(Configuration(own, environment), Policy()), resources)


def other_owner(tenant: Tenant, resources: list[Resource]) -> str:
    """Promise 8: a stack belongs to one company and one console. What is wrong, or nothing."""
    ours = {"company": company_key(tenant.connectwise), "console": console_key(tenant.umbrella)}
    for one in resources:
        for what, now in ours.items():
            recorded = outputs(one).get(what)
            if recorded and recorded != now:
                return f"its state belongs to the {what} {recorded}, but its settings name {now}"
    return ""
