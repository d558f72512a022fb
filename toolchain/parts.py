"""python -m toolchain.parts: the real servers and commands that the tests run against, where the machine has none.

What is on PATH comes first. Else each is built once per machine from the Go modules pinned in toolchain/go, into
`~/.cache/umbrella-psa` (or below XDG_CACHE_HOME), as `make setup` does.
"""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain.build import find_usable_go, run
from toolchain.engine_files import is_usable
from toolchain.errors import SetupError, run_reporting
from toolchain.lock import hold_lock
from toolchain.progress import print_once

MODULES = Path(__file__).resolve().parent / "go"


@dataclass(frozen=True)
class Part:
    """`commands`: by what names it may be on PATH; the first is the one that we build."""

    commands: tuple[str, ...]
    module: str
    package: str
    takes: str

    @property
    def name(self) -> str:
        return self.commands[0]

    def version(self) -> str:
        """The one that its go.mod pins."""
        text = (MODULES / self.name / "go.mod").read_text(encoding="utf-8")
        pin = re.search(rf"^\s*(?:require )?{re.escape(self.module)} v(\S+)$", text, re.MULTILINE)
        if not pin:
            raise SetupError(f"no pin of {self.module} in toolchain/go/{self.name}/go.mod: restore the file from git")
        return pin[1]


VAULT = Part(("vault", "bao"), "github.com/hashicorp/vault", "github.com/hashicorp/vault", "4 to 5 minutes on 2 cores")
AGE = Part(("age", "rage"), "filippo.io/age", "filippo.io/age/cmd/age", "10 seconds")
PARTS = (VAULT, AGE)


def get_cache(home: Path) -> Path:
    """Where built parts are kept, shared by all clones."""
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "umbrella-psa"


def find_part(part: Part, home: Path) -> Path | None:
    """The command on PATH, else the one built earlier."""
    for command in part.commands:
        on_path = shutil.which(command)
        if on_path:
            return Path(on_path)
    built = get_cache(home) / f"{part.name}-{part.version()}" / part.name
    return built if is_usable(built) else None


def have(part: Part, home: Path) -> Path:
    """The command, built first where it is missing."""
    folder = get_cache(home) / f"{part.name}-{part.version()}"
    with hold_lock(folder.with_name(f".{folder.name}.lock"), f"another set-up is making {folder.name}; waiting for it"):
        ready = find_part(part, home)
        if ready:
            return ready
        go, spoken = find_usable_go(MODULES)
        if go is None:
            raise SetupError(
                f"Go 1.26 or newer is needed to build {part.name} {part.version()} for the tests: found {spoken}; "
                f"install Go from https://go.dev/dl/, or put {' or '.join(part.commands)} on PATH"
            )
        print_once(f"building {part.name} {part.version()} for the tests with {spoken}: {part.takes}, once per machine")
        new = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)  # left by a set-up that was killed: the lock is ours
        new.mkdir(parents=True)
        with folder.with_name(f"{folder.name}.log").open("w", encoding="utf-8") as log:
            target = str(new / part.name)
            flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", target]
            run(go, ["build", *flags, part.package], MODULES / part.name, log)
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    print_once(f"{part.name} {part.version()} is in {folder}")
    return folder / part.name


def main() -> int:
    return run_reporting(lambda: [have(part, Path.home()) for part in PARTS])


if __name__ == "__main__":
    sys.exit(main())
