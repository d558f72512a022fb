"""What is fetched or built once per machine, for all clones: `~/.cache/umbrella-psa`, or below XDG_CACHE_HOME."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from toolchain.lock import hold_lock


def get_cache(home: Path) -> Path:
    """Return the folder, which may not be there yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "umbrella-psa"


def make_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return the folder, made first where it is missing: beside its place, then renamed, to be never half there."""
    if folder.is_dir():
        return folder
    with hold_lock(folder.with_name(f".{folder.name}.lock"), f"another set-up is making {folder.name}; waiting for it"):
        if not folder.is_dir():
            new = folder.with_name(f".{folder.name}.new")
            shutil.rmtree(new, ignore_errors=True)  # left by a set-up that was killed: the lock is ours
            new.mkdir()
            try:
                make(new)
                new.rename(folder)
            finally:
                shutil.rmtree(new, ignore_errors=True)
    return folder
