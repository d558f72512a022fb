"""The four files that make an engine, and whether a folder holds all of them."""

import os
import subprocess
from pathlib import Path

# The command, its Python language host, what the host starts for a program, and what the engine starts for a
# dynamic provider.
NAMES = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
)


def is_usable(file: Path) -> bool:
    """Whether there is something to execute; an interrupted copy may have left an empty file."""
    return file.is_file() and os.access(file, os.X_OK) and file.stat().st_size > 0


def find_flaw(folder: Path, version: str) -> str | None:
    """Why the folder is not a complete engine of that version, or None when it is."""
    missing = [name for name in NAMES if not is_usable(folder / name)]
    if missing:
        return f"{', '.join(missing)} missing"
    installed = get_version(folder / "pulumi")
    return None if installed == version else f"its version is {installed}"


def get_version(pulumi: Path) -> str:
    """What the command says of itself, without the leading v; "unknown" when it does not answer."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [pulumi, "version"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return answer.stdout.strip().removeprefix("v") if answer.returncode == 0 else "unknown"
