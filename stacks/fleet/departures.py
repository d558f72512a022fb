"""Tenants whose stack `remove` has taken, or is just taking, away: only of these is a file without a stack a left-over.

Without a stack a file may as well belong to another backend than the one that somebody is signed in to, and then it is
all that opens what is kept there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stacks.backend_address import find_backend, strip_credentials
from stacks.fleet.lock import FOLDER


def note_departure(tenant: str, environment: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Note that a tenant's stack holds nothing any more and is about to go, and from which backend."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _locate(tenant, folder).write_text(_name_backend(environment), encoding="utf-8")


def has_departed(tenant: str, environment: Mapping[str, str], folder: Path = FOLDER) -> bool:
    """Tell whether that was noted of a tenant of this backend."""
    try:
        return _locate(tenant, folder).read_text(encoding="utf-8") == _name_backend(environment)
    except OSError:
        return False


def forget_departure(tenant: str, folder: Path = FOLDER) -> None:
    """Forget it: its file is gone, too."""
    _locate(tenant, folder).unlink(missing_ok=True)


def _locate(tenant: str, folder: Path) -> Path:
    return folder / f"leaving-{tenant}"


def _name_backend(environment: Mapping[str, str]) -> str:
    return strip_credentials(find_backend(environment))
