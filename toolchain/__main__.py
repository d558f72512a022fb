"""python -m toolchain: sets this clone up; does nothing when nothing changed."""

import argparse
import sys
from pathlib import Path

from toolchain import environment, stamp
from toolchain.engine import ensure_engine
from toolchain.engine_files import find_flaw
from toolchain.errors import run_reporting
from toolchain.lock import hold_lock
from toolchain.requirements import read_pulumi_version

ROOT = Path(__file__).resolve().parent.parent


def set_up(venv: Path, requirements: Path) -> None:
    """Environment, packages, engine, links, in this order: fetching the engine's archive needs the packages."""
    environment.require_git()
    if is_done(venv, requirements):
        return
    with hold_lock(venv.with_name(f"{venv.name}.lock"), f"another set-up is working on {venv}; waiting for it"):
        if is_done(venv, requirements):
            return
        stamp.remove(venv)
        environment.make(venv)
        environment.fill(venv, requirements)
        environment.link(venv, ensure_engine(read_pulumi_version(ROOT), Path.home(), venv, ROOT))
        stamp.write(venv, stamp.compute_fingerprint(ROOT, requirements, venv))


def is_done(venv: Path, requirements: Path) -> bool:
    """Cheap, because every verb of the Makefile asks. The links may lead nowhere, or to an engine upgraded since."""
    fingerprint = stamp.compute_fingerprint(ROOT, requirements, venv)
    return stamp.matches(venv, fingerprint) and find_flaw(venv / "bin", read_pulumi_version(ROOT)) is None


def main() -> int:
    """Parse the command line, run, and turn what went wrong into one sentence."""
    parser = argparse.ArgumentParser(prog="python -m toolchain", description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="the virtual environment (default: .venv)")
    parser.add_argument(
        "--requirements",
        type=Path,
        default=ROOT / "requirements-dev.txt",
        help="which packages (default: requirements-dev.txt, all of them; requirements.txt is enough to deploy)",
    )
    arguments = parser.parse_args()
    return run_reporting(lambda: set_up(arguments.venv.absolute(), arguments.requirements.absolute()))


if __name__ == "__main__":
    sys.exit(main())
