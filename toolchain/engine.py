"""The pinned engine: the three ways in their order, under a lock, put in place by a rename."""

import shutil
from pathlib import Path

from toolchain.archive import fetch
from toolchain.build import build, find_usable_go, get_required_go
from toolchain.engine_files import find_flaw
from toolchain.errors import SetupError
from toolchain.installed import find_engine
from toolchain.lock import hold_lock
from toolchain.progress import print_once


def ensure_engine(version: str, home: Path, venv: Path, root: Path) -> Path:
    """The folder with the four files, made first where it is missing."""
    versions = home / ".pulumi" / "versions"
    place = versions / version
    with hold_lock(versions / f".{version}.lock", f"another set-up is making pulumi {version}; waiting for it"):
        folder = find_engine(version, place / "bin", venv / "bin")
        if folder:
            return folder
        new = versions / f".{version}.new"
        if new.exists():
            shutil.rmtree(new)  # left by a set-up that was killed: the lock is ours, so nobody is writing there
        make(version, new, versions / f"{version}.log", venv, root)
        error = find_flaw(new / "bin", version)
        if error:
            raise SetupError(f"the pulumi just made in {new} is not complete: {error}; put pulumi {version} on PATH")
        replace(place, new)
    print_once(f"pulumi {version} is in {place}")
    return place / "bin"


def make(version: str, new: Path, log: Path, venv: Path, root: Path) -> None:
    """Way 2, and where it fails way 3."""
    print_once(f"fetching the official archive of pulumi {version}")
    refusal = fetch(venv / "bin" / "python", new, version, root)
    if refusal is None:
        return
    print_once(f"no archive: {refusal}")
    shutil.rmtree(new, ignore_errors=True)  # what an interrupted download left; build() makes the folder again
    modules = root / "toolchain" / "go"
    go, spoken = find_usable_go(modules)
    if go is None:
        raise SetupError(
            f"Go {'.'.join(map(str, get_required_go(modules)))} or newer is needed to build Pulumi {version} "
            f"because the official archive could not be had ({refusal}): found {spoken}; "
            f"install Go from https://go.dev/dl/, or put pulumi {version} on PATH"
        )
    print_once(f"building pulumi {version} from Go modules with {spoken}: 4 to 6 minutes on 2 cores, once per machine")
    build(go, modules, version, new / "bin", log)


def replace(target: Path, new: Path) -> None:
    """Rename the finished folder into place; what was incomplete there is moved aside, not deleted: it is not ours."""
    if target.exists():
        aside = target.with_name(f"{target.name}.incomplete")
        if aside.exists():
            shutil.rmtree(aside)
        target.rename(aside)
        print_once(f"{target} was incomplete; it is now {aside}")
    new.rename(target)
