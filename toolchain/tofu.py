"""python -m toolchain.tofu: OpenTofu from its Go module, for the stories that are told with both engines.

Once per machine, some minutes of it; the tests take it where it is, and never wait for it. What is on PATH comes first.
"""

import json
import shutil
import sys
from pathlib import Path

from toolchain.build import find_usable_go, run
from toolchain.cache import get_cache, make_once
from toolchain.errors import SetupError, run_reporting
from toolchain.parts import MODULES
from toolchain.progress import print_once

VERSION = "1.12.6"
MODULE = "github.com/opentofu/opentofu"


def find_tofu(home: Path) -> Path | None:
    """Return the command on PATH, else the one that was built earlier; None where there is neither."""
    on_path = shutil.which("tofu")
    kept = Path(on_path) if on_path else get_folder(home) / "tofu"
    return kept if kept.is_file() else None


def get_folder(home: Path) -> Path:
    """Return where a build is kept."""
    return get_cache(home) / f"tofu-{VERSION}"


def build_tofu(home: Path) -> Path:
    """Return the command, built first where it is missing."""

    def build(new: Path) -> None:
        go, spoken = find_usable_go(MODULES)
        if go is None:
            raise SetupError(f"Go is needed to build OpenTofu {VERSION}: found {spoken}; or put tofu on PATH")
        print_once(f"building OpenTofu {VERSION} with {spoken}: some minutes, once per machine")
        with (get_cache(home) / f"tofu-{VERSION}.log").open("w", encoding="utf-8") as log:
            about = run(go, ["mod", "download", "-json", f"{MODULE}@v{VERSION}"], MODULES / "age", log)
            # Inside of its own module, for its go.mod replaces modules of others.
            source = Path(json.loads(about)["Dir"])
            flags = f"-s -w -X {MODULE}/version.dev=no"
            arguments = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", flags]
            run(go, [*arguments, "-o", str(new / "tofu"), "./cmd/tofu"], source, log)

    return find_tofu(home) or make_once(get_folder(home), build) / "tofu"


def main() -> int:
    """Build it; the exit code."""
    return run_reporting(lambda: print(build_tofu(Path.home())))


if __name__ == "__main__":
    sys.exit(main())
