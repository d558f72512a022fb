"""The virtual environment: made, filled with packages, linked to the engine."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from toolchain.engine_files import NAMES, is_usable
from toolchain.errors import SetupError
from toolchain.progress import print_once


def make(venv: Path) -> None:
    """Make the environment, or make it again when it is broken or has been moved."""
    if is_sound(venv):
        return
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        raise SetupError(f"{venv} exists and is not a virtual environment; move it away, or name another with --venv")
    if Path(sys.prefix).resolve() == venv.resolve():
        raise SetupError(f"{venv} must be made again, and this Python runs from it; say deactivate, then run again")
    # Debian splits the venv module's other half off into a package of its own.
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"the venv module of {sys.executable} is missing; on Debian or Ubuntu: apt-get install python3-venv"
        )
    print_once(f"making the virtual environment {venv}")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SetupError(f"{sys.executable} -m venv {venv} failed; its own words are above")


def is_sound(venv: Path) -> bool:
    """Whether its Python starts, has pip, and whether the environment is still where it was made."""
    python, activate = venv / "bin" / "python", venv / "bin" / "activate"
    if not (is_usable(python) and activate.is_file() and str(venv) in activate.read_text(encoding="utf-8")):
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", probe], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def fill(venv: Path, requirements: Path) -> None:
    """Install the packages, at the versions that constraints.txt pins."""
    print_once(f"installing the packages of {requirements.name}")
    arguments = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
        "-r",
        str(requirements),
    ]
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install"]
    done = subprocess.run([*pip, *arguments], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SetupError(f"pip could not install the packages of {requirements}; its own words are above")


def link(venv: Path, engine: Path) -> None:
    """Make `. bin/activate` enough to have the engine; each link is replaced in one step, others may be running it."""
    for name in NAMES:
        new = venv / "bin" / f".{name}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(engine / name)
        os.replace(new, venv / "bin" / name)


def require_git() -> None:
    """The engine and the demo read the clone's own history."""
    if shutil.which("git") is None:
        raise SetupError("git is missing; on Debian or Ubuntu: apt-get install git")
