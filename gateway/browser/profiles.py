"""The gateway's own folder, and the profile of each console in it: cookies and local storage as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext

from gateway.validation import ConfigurationError

_OWN_ENTRIES = {"evidence", "profiles"}


def make_private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may look into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def secure_folder(folder: Path) -> Path:
    """Close the gateway's folder to others. One that holds other things too is refused, not closed unasked."""
    is_open = folder.is_dir() and folder.stat().st_mode & 0o077
    if is_open and {entry.name for entry in folder.iterdir()} - _OWN_ENTRIES:
        raise ConfigurationError(
            f"folder: others may look into {folder}, and it holds other things too; name another, or chmod 700 it"
        )
    try:
        return make_private_folder(folder)
    except OSError as error:
        raise ConfigurationError(f"folder: {folder} can't be made ({error.strerror})") from None


def prepare_profile(folder: Path, name: str) -> Path:
    """Return the file for a console's profile; it need not exist yet."""
    return make_private_folder(secure_folder(folder) / "profiles") / f"{name}.json"


async def save_profile(context: BrowserContext, profile: Path) -> None:
    """Write down what the next start needs to be signed in still; only its owner may read it."""
    state = await context.storage_state()
    new_file = profile.with_suffix(".new")
    with open(os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(new_file, profile)


def load_profile(profile: Path) -> Any:
    """Return what an earlier sign-in left, or None."""
    try:
        return json.loads(profile.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def read_modified_time(profile: Path) -> int:
    """Return the time of the last save, in nanoseconds; 0 before the first."""
    try:
        return profile.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
