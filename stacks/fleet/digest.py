"""One version of a tenant's settings told from another, and one of the product, without a secret."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from providers.core.configuration import PROJECT, to_environment_name
from providers.core.schema import sensitive_fields
from providers.core.settings import format_key
from providers.core.stack_file import FOLDER, get_yaml_loader
from stacks.project import read_version
from stacks.settings import NAMESPACES

ROOT = Path(__file__).resolve().parents[2]


def digest_settings(tenant: str, environment: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> str:
    """Tell one version of a tenant's settings from another: a hash of its file and of what the environment sets.

    Nothing is made of a secret: of one in the environment only that it is set counts. What the environment says of the
    machine, which may hold a password, is no setting of a tenant's.
    """
    path = folder / f"Pulumi.{tenant}.yaml"
    hashed = hashlib.sha256(path.read_bytes() if path.is_file() else b"")
    is_secret = {
        to_environment_name(format_key(namespace, name)): name in sensitive_fields(model)
        for namespace, model in NAMESPACES.items()
        for name in model.model_fields
    }
    for name in sorted(is_secret.keys() & environment.keys()):
        hashed.update(f"{name}={'' if is_secret[name] else environment[name]}\0".encode())
    return hashed.hexdigest()


def digest_file(tenant: str, folder: Path = FOLDER) -> tuple[str, str]:
    """Tell one version of a tenant's file from another, whatever its layout: a hash, and what `rotate` says.

    `rotate` is not in the hash: a rotation writes it. Nothing is made of a secret: the file holds it encrypted.
    """
    import yaml

    path = folder / f"Pulumi.{tenant}.yaml"
    content = path.read_bytes() if path.is_file() else b""
    rotate = ""
    with suppress(yaml.YAMLError, UnicodeDecodeError, TypeError, AttributeError):  # its row will tell
        parsed = yaml.load(content, get_yaml_loader()) or {}  # noqa: S506  a safe one
        rotate = str(parsed.get("config", {}).pop(f"{PROJECT}:rotate", ""))
        content = json.dumps(parsed, sort_keys=True, default=str).encode()
    return hashlib.sha256(content).hexdigest()[:32], rotate


def name_version() -> str:
    """Name the product's version: its number, and a hash of its code, which changes more often."""
    hashed = hashlib.sha256()
    for package in ("providers", "stacks"):
        for path in sorted((ROOT / package).rglob("*.py")):
            hashed.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return f"{read_version()}+{hashed.hexdigest()[:12]}"
