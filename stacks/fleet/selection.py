"""Which tenants a command is about: by name, all, or by label. Read from `stacks/`, never from the backend, whose list
may hang (docs/decisions.md)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from providers.core.configuration import PROJECT, to_environment_name
from providers.core.errors import ProviderError, SettingError
from providers.core.nearest import suggest_nearest
from providers.core.stack_file import FOLDER, get_yaml_loader, locate_stack_file, read_plain_settings
from stacks.settings import check_name
from stacks.tenant_files import list_tenants

ONE_TENANTS = (
    "connectwise:site",
    "connectwise:companyId",
    "connectwise:publicKey",
    "connectwise:privateKey",
    "connectwise:manualPublicKey",
    "connectwise:manualPrivateKey",
    "integration",
    "sink",
    "umbrella:console",
    "umbrella:consoleId",
    "umbrella:appliedKey",
    "appliedKey",
    "rotate",
)
"""Settings that decide whose objects are touched, or which key: never the same for two tenants."""
_LABELS_TOLD = 12


def choose_tenants(named: Sequence[str], *, every: bool, labels: Iterable[str], folder: Path = FOLDER) -> list[str]:
    """Choose tenants, each once. Raises `click.UsageError`, and `SettingError` when none fits."""
    if every + bool(named) > 1:
        raise click.UsageError("name the tenants, or give --all, not both.")
    wanted = dict(_parse_label(label) for label in labels)
    if not (every or named or wanted):
        raise click.UsageError("name the tenants, or give --all or --label.")
    refuse_unknown(named, folder)
    names = list(dict.fromkeys(named)) or list_tenants(folder)
    if not names:
        raise SettingError(
            "--all", f"there is no tenant in {folder}/", next_step="make one with `umbrella-psa new TENANT`"
        )
    return _choose_labelled(names, wanted, folder) if wanted else names


def _choose_labelled(names: Sequence[str], wanted: Mapping[str, str], folder: Path) -> list[str]:
    """Choose those with all of these labels. Who can't be read may have them: its row then says why."""
    labels = {name: read_labels(name, folder) for name in names}
    chosen = [name for name, has in labels.items() if has is None or wanted.items() <= has.items()]
    if chosen:
        return chosen
    words = " and ".join(f"{key}={value}" for key, value in wanted.items())
    known = sorted({f"{key}={value}" for has in labels.values() for key, value in (has or {}).items()})
    more = f" and {len(known) - _LABELS_TOLD} more" if len(known) > _LABELS_TOLD else ""
    there = f"the labels there are: {', '.join(known[:_LABELS_TOLD])}{more}" if known else "none of them has a label"
    raise SettingError("--label", f"no tenant is labelled {words}", next_step=there)


def refuse_unknown(named: Sequence[str], folder: Path = FOLDER) -> None:
    """Raise `click.UsageError` for names that no tenant here has, with what was probably meant.

    Raises `SettingError` for one that no tenant can have.
    """
    for name in named:
        if wrong := check_name(name):
            raise wrong
    files = {name: locate_stack_file(name, folder) for name in named}
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


def read_labels(tenant: str, folder: Path = FOLDER) -> dict[str, str] | None:
    """Read a tenant's labels; None where they can't be read."""
    import yaml

    try:
        content = yaml.load(locate_stack_file(tenant, folder).read_bytes(), get_yaml_loader()) or {}  # noqa: S506  a safe one
        labels = (content.get("config") or {}).get(f"{PROJECT}:labels") or {}
        return {str(key): str(value) for key, value in labels.items()}
    except (OSError, yaml.YAMLError, UnicodeDecodeError, AttributeError):
        return None


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
