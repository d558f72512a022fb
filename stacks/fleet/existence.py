"""Whether a tenant's stack is there: its file alone says nothing of it."""

from __future__ import annotations

from collections.abc import Mapping

from stacks.backend_address import find_backend
from stacks.fleet.backends import UnreadableHere, open_backend
from stacks.pulumi_cli import PulumiCli


def has_stack(pulumi: PulumiCli, tenant: str, environment: Mapping[str, str]) -> bool:
    """Tell whether the backend keeps this stack: looked up directly, where it can be, else by asking the engine."""
    try:
        return open_backend(find_backend(environment)).read(tenant) is not None
    except UnreadableHere:
        return pulumi.has_stack(tenant)
