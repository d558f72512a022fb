"""The virtual environment: made and filled by uv, linked to the engine."""

import os
import shutil
import sys
from pathlib import Path

from toolchain import uv
from toolchain.engine_files import NAMES, is_usable
from toolchain.errors import SetupError
from toolchain.processes import run
from toolchain.progress import print_once

OWN = ("gateway", "providers", "stacks")
"""Our packages, which stay where they are; compiled with the others."""


def require_fitting_lock(command: Path, root: Path) -> None:
    """Refuse a uv.lock that is not of this pyproject.toml; no network is needed to tell."""
    try:
        uv.run_public(command, root, "lock", "--check", "--offline", "--quiet")
    except SetupError:
        raise SetupError(
            "uv.lock does not fit pyproject.toml; after a change of either (the project's own version is one): "
            "python3 -m toolchain.pins, else restore both from git"
        ) from None


def is_filled(command: Path, root: Path, venv: Path, selection: list[str]) -> bool:
    """Whether the environment holds exactly this selection of uv.lock; no network is needed to tell."""
    try:
        arguments = ["sync", "--frozen", "--check", "--offline", "--quiet", *selection]
        uv.run(command, root, *arguments, UV_PROJECT_ENVIRONMENT=str(venv))
    except SetupError:
        return False
    return True


def fill(command: Path, root: Path, venv: Path, selection: list[str]) -> None:
    """Make the environment where it is missing, broken or was moved, and give it exactly this selection of uv.lock.

    Raises:
        SetupError: something else stands there, or the packages can't be had; a new environment is taken away again.
    """
    sound = is_sound(venv)
    if not sound:
        make(command, root, venv)
    print_once("installing the packages of uv.lock")
    try:
        requirements = uv.export(command, root, *selection).replace("-e .\n", f"-e {root.as_uri()}\n", 1)
        uv.install(command, requirements, "--exact", "--python", str(venv / "bin" / "python"))
        run([str(venv / "bin" / "python"), "-m", "compileall", "-q", *(str(root / name) for name in OWN)])
    except BaseException:
        if not sound:
            shutil.rmtree(venv, ignore_errors=True)
        raise


def make(command: Path, root: Path, venv: Path) -> None:
    """Make the environment, in the place of the broken one."""
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        raise SetupError(f"{venv} exists and is not a virtual environment; move it away, or name another with --venv")
    if Path(sys.prefix).resolve() == venv.resolve():
        raise SetupError(f"{venv} must be made again, and this Python runs from it; say deactivate, then run again")
    print_once(f"making the virtual environment {venv}")
    uv.run(command, root, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(venv))


def is_sound(venv: Path) -> bool:
    """Whether its Python starts and is new enough, and whether the environment is still where it was made."""
    python, activate = venv / "bin" / "python", venv / "bin" / "activate"
    if not (is_usable(python) and activate.is_file() and str(venv) in activate.read_text(encoding="utf-8")):
        return False
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    return not run([str(python), "-c", probe])[1]


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
