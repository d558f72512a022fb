"""What `pulumi` runs: this stack's settings become this tenant's resources."""

from __future__ import annotations

import os

import pulumi
from pulumi.runtime.config import get_config_env, get_config_secret_keys_env

from providers.core.errors import ProviderError
from providers.engines.pulumi.invocation import read_invocation
from stacks.settings import read_tenant
from stacks.tenant import UmbrellaTenant


def deploy() -> None:
    """Declare the tenant and export its outputs. A wrong setting ends the program with its sentence, no traceback."""
    try:
        given = get_config_env(), get_config_secret_keys_env()
        tenant = read_tenant(pulumi.get_stack(), *given, os.environ, read_invocation().settings_file)
    except ProviderError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in UmbrellaTenant(tenant).outputs.items():
        pulumi.export(name, value)
