"""What `pulumi` runs: this stack's settings become this tenant's resources."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

import pulumi
from pulumi.runtime.config import get_config_env, get_config_secret_keys_env

from providers.core.errors import ProviderError
from providers.engines.pulumi.invocation import read_invocation
from stacks.settings import read_tenant
from stacks.tenant import UmbrellaTenant


def deploy() -> None:
    """Run as the engine's own process, which finds the settings in its environment."""
    declare(pulumi.get_stack(), get_config_env(), get_config_secret_keys_env())


def declare(name: str, values: Mapping[str, str], secret_keys: Collection[str]) -> None:
    """Declare the tenant and export its outputs. A wrong setting ends the program with its sentence, no traceback."""
    try:
        tenant = read_tenant(name, values, secret_keys, os.environ, read_invocation().settings_file)
    except ProviderError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in UmbrellaTenant(tenant).outputs.items():
        pulumi.export(name, value)
