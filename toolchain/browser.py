"""python -m toolchain.browser: a Chromium for the console gateway and its tests; does nothing when there is one.

In this order: one on PATH or fetched before; Debian's package, where this is Debian and we are root; Playwright's own
download, with the system's libraries that it needs where we are root.
"""

import os
import shutil
import sys
from pathlib import Path

from toolchain.errors import SetupError, run_reporting
from toolchain.processes import get_last_line, run
from toolchain.progress import print_once

# gateway/browser/chromium.py looks for the same names.
COMMANDS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
RELEASE = Path("/etc/os-release")
# Somebody else's installation may be under way: seconds to wait for it.
WAIT = ("-o", "DPkg::Lock::Timeout=300")
VENV = Path(__file__).resolve().parent.parent / ".venv"


def ensure_browser(venv: Path = VENV, release: Path = RELEASE, root: bool | None = None) -> str:
    """Where the browser is, installed first where it is missing."""
    browser = find_on_path() or find_downloaded(venv)
    if browser:
        return browser
    tried = []
    as_root = os.geteuid() == 0 if root is None else root
    if is_debian(release) and as_root and shutil.which("apt-get"):
        print_once("installing Debian's package chromium")
        error = try_to(["apt-get", "update", "--quiet=2", *WAIT]) or try_to(
            ["apt-get", "install", "--yes", "--quiet=2", *WAIT, "--no-install-recommends", "chromium"]
        )
        browser = find_on_path()
        if not error and browser:
            return browser
        tried.append(f"apt-get: {error or 'it brought no chromium'}")
    print_once("fetching Playwright's Chromium")
    libraries = ["--with-deps"] if as_root and shutil.which("apt-get") else []
    error = try_to([str(venv / "bin" / "python"), "-m", "playwright", "install", *libraries, "chromium"])
    browser = find_downloaded(venv)
    if not error and browser:
        return browser
    tried.append(f"playwright install: {error or 'it brought no browser'}")
    raise SetupError(
        f"there is no Chromium ({'; '.join(tried)}); install Chromium or Chrome so that one of "
        f"{', '.join(COMMANDS)} is on PATH, then run again"
    )


def find_on_path() -> str | None:
    """The first that is there."""
    return next((path for path in map(shutil.which, COMMANDS) if path), None)


def find_downloaded(venv: Path) -> str | None:
    """The one that Playwright brought, if its package is installed and its file is there."""
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as one: print(one.chromium.executable_path)"
    answer, failure = run([str(venv / "bin" / "python"), "-c", ask])
    path = answer.strip()
    return path if not failure and Path(path).is_file() else None


def is_debian(release: Path) -> bool:
    """Debian or near it; not Ubuntu, whose package of that name only points to a snap."""
    try:
        lines = release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    fields = {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
    return "debian" in (fields.get("ID"), *fields.get("ID_LIKE", "").split()) and fields.get("ID") != "ubuntu"


def try_to(command: list[str]) -> str:
    """Run it; its last line when it failed, else an empty string."""
    return get_last_line(run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})[1])


def main() -> int:
    return run_reporting(ensure_browser)


if __name__ == "__main__":
    sys.exit(main())
