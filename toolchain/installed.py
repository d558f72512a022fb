"""Way 1: the engine is already on the machine."""

import shutil
from pathlib import Path

from toolchain.engine_files import find_flaw


def find_engine(version: str, home_bin: Path, venv_bin: Path) -> Path | None:
    """The folder of a complete engine of that version: the one on PATH, else the one in the home folder."""
    candidates = []
    on_path = shutil.which("pulumi")
    if on_path:
        # The command on PATH is often a link (a package manager's, our own in an activated environment),
        # so its companions are beside what it leads to, or beside the link.
        candidates += [Path(on_path).resolve().parent, Path(on_path).absolute().parent]
    candidates.append(home_bin)
    for folder in candidates:
        # The environment's own bin holds nothing but our links: linking it to itself would make loops.
        if folder.resolve() != venv_bin.resolve() and find_flaw(folder, version) is None:
            return folder
    return None
