"""Which tenants a command is about: by name, all, or by label. Read from `stacks/`, never from the backend, whose list
may hang (docs/decisions.md)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from providers.core.configuration import PROJECT, to_environment_name
from providers.core.errors import ProviderError
from providers.core.nearest import suggest_nearest
from providers.core.stack_file import FOLDER, locate_stack_file, read_plain_settings
from stacks.settings import check_name
from stacks.tenant_files import list_tenants

ONE_TENANTS = (
    "connectwise:site",
    "connectwise:companyId",
    "connectwise:publicKey",
    "connectwise:privateKey",
    "connectwise:manualPublicKey",
    "connectwise:manualPrivateKey",
    "umbrella:console",
    "umbrella:consoleId",
    "umbrella:appliedKey",
    "rotate",
)
"""Settings that decide whose objects are touched, or which key: never the same for two tenants."""


def choose_tenants(named: Sequence[str], *, every: bool, labels: Iterable[str], folder: Path = FOLDER) -> list[str]:
    """Choose tenants, each once. Raises `click.UsageError`, and `ProviderError` when none fits."""
    if every + bool(named) > 1:
        raise click.UsageError("name the tenants, or give --all, not both.")
    wanted = dict(_parse_label(label) for label in labels)
    if not (every or named or wanted):
        raise click.UsageError("name the tenants, or give --all or --label.")
    for name in named:
        if wrong := check_name(name):
            raise wrong
    refuse_unknown(named, folder)
    names = list(dict.fromkeys(named)) or list_tenants(folder)
    chosen = [name for name in names if has_labels(name, wanted, folder)] if wanted else names
    if not chosen:
        words = " and ".join(f"{key}={value}" for key, value in wanted.items())
        raise ProviderError(
            f"no tenant is labelled {words}" if wanted else f"there is no tenant in {folder}/",
            next_step="look into the files there" if wanted else "make one with `umbrella-psa new TENANT`",
        )
    return chosen


def refuse_unknown(named: Sequence[str], folder: Path = FOLDER) -> None:
    """Raise `click.UsageError` for names that no tenant here has, with what was probably meant."""
    files = {name: folder / f"Pulumi.{name}.yaml" for name in named}
    unknown = [
        f"there is no tenant {name}: {file} is not there.{suggest_nearest(name, list_tenants(folder))}"
        for name, file in files.items()
        if not file.exists()
    ]
    if unknown:
        raise click.UsageError("\n".join(unknown))


def refuse_shared_settings(tenants: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Raise when the environment would give several tenants what can be one's only."""
    if len(tenants) < 2:
        return
    for key in ONE_TENANTS:
        if (name := to_environment_name(key)) in environment:
            raise click.UsageError(
                f"{name} is set, and would be used for all {len(tenants)} tenants; unset it, or run one tenant."
            )


def require_confirmation(tenants: Sequence[str], confirmed: int | None, what: str) -> None:
    """Raise unless whoever asks for this has counted the tenants."""
    if len(tenants) > 1 and confirmed != len(tenants):
        said = "" if confirmed is None else f", not {confirmed}"
        raise click.UsageError(f"this would {what} {len(tenants)} tenants{said}; add --confirm {len(tenants)}.")


def confirm_taking_away(tenants: Sequence[str], what: str, *, yes: bool, confirmed: int | None) -> None:
    """Ask a person, unless the command line says it already. Raises `click.Abort` for a no."""
    require_confirmation(tenants, confirmed, what)
    if len(tenants) == 1 and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("add --yes where there is no terminal to ask at.")
        click.confirm(f"{what.capitalize()} what was made for {tenants[0]}?", abort=True, err=True)


def has_labels(tenant: str, wanted: Mapping[str, str], folder: Path = FOLDER) -> bool:
    """Tell whether a tenant has all of these labels. Who can't be read may have them: its row then says why."""
    import yaml

    try:
        content = yaml.safe_load((folder / f"Pulumi.{tenant}.yaml").read_bytes()) or {}
        labels = (content.get("config") or {}).get(f"{PROJECT}:labels") or {}
        return wanted.items() <= {str(key): str(value) for key, value in labels.items()}.items()
    except FileNotFoundError:
        return False
    except (OSError, yaml.YAMLError, UnicodeDecodeError, AttributeError):
        return True


def read_site(tenant: str) -> str:
    """Read what spreads tenants; of a file that can't be read its own row will tell."""
    try:
        return read_plain_settings(locate_stack_file(tenant)).get("connectwise:site") or ""
    except (ProviderError, OSError):
        return ""


def _parse_label(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (equals and key):
        raise click.UsageError(f"--label {text}: write it as key=value.")
    return key, value
