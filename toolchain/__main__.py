"""python -m toolchain: sets this clone up; does nothing when nothing changed."""

import argparse
import sys
from pathlib import Path

from toolchain import environment
from toolchain.engine import ensure_engine
from toolchain.engine_files import find_flaw
from toolchain.errors import run_reporting
from toolchain.lock import hold_lock
from toolchain.pins import ROOT, read_pin
from toolchain.uv import ensure_uv

DEPLOY = ["--all-extras"]
ALL = [*DEPLOY, "--group", "tests"]


def set_up(venv: Path, selection: list[str], home: Path, root: Path = ROOT) -> None:
    """Environment, packages, engine, links, in this order: fetching the engine's archive needs the packages."""
    environment.require_git()
    engine = read_pin("pulumi", root)
    uv = ensure_uv(read_pin("uv", root), home, root)
    environment.require_fitting_lock(uv, root)

    def is_filled() -> bool:
        return environment.is_sound(venv) and environment.is_filled(uv, root, venv, selection)

    # The links may lead nowhere, or to an engine upgraded since.
    if is_filled() and find_flaw(venv / "bin", engine) is None:
        return
    with hold_lock(venv.with_name(f"{venv.name}.lock"), f"another set-up is working on {venv}; waiting for it"):
        if not is_filled():
            environment.fill(uv, root, venv, selection)
        if find_flaw(venv / "bin", engine):
            environment.link(venv, ensure_engine(engine, home, venv, root))


def main() -> int:
    """Parse the command line, run, and turn what went wrong into one sentence."""
    parser = argparse.ArgumentParser(prog="python -m toolchain", description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="the virtual environment (default: .venv)")
    parser.add_argument("--deploy", action="store_true", help="without the packages of the tests and the simulator")
    arguments = parser.parse_args()
    selection = DEPLOY if arguments.deploy else ALL
    return run_reporting(lambda: set_up(arguments.venv.absolute(), selection, Path.home()))


if __name__ == "__main__":
    sys.exit(main())
