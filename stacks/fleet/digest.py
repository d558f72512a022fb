"""One version of a tenant's settings told from another, without a secret."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from providers.core.configuration import PREFIX, to_environment_name
from providers.core.schema import sensitive_fields
from providers.core.settings import format_key
from providers.core.stack_file import FOLDER, locate_stack_file
from stacks.settings import NAMESPACES


def digest_settings(tenant: str, environment: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> str:
    """Tell one version of a tenant's settings from another: a hash of its file and of what the environment sets.

    Nothing is made of a secret: of one in the environment only that it is set counts.
    """
    path = locate_stack_file(tenant, folder)
    hashed = hashlib.sha256(path.read_bytes() if path.is_file() else b"")
    secrets = {
        to_environment_name(format_key(namespace, name))
        for namespace, model in NAMESPACES.items()
        for name in sensitive_fields(model)
    }
    for name in sorted(name for name in environment if name.startswith(PREFIX)):
        hashed.update(f"{name}={'' if name in secrets else environment[name]}\0".encode())
    return hashed.hexdigest()
