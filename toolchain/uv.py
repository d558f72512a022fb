"""uv, which makes the environment and fills it from uv.lock: found or fetched, and run."""

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from toolchain import processes
from toolchain.cache import get_cache, make_once
from toolchain.errors import SetupError
from toolchain.progress import print_once

# What is set for other uses of uv has no say here; where packages come from (UV_DEFAULT_INDEX, UV_INDEX …) has.
_NOT_OURS = ("UV_FROZEN", "UV_LOCKED", "UV_NO_SYNC", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV")
_PIP_SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}


def ensure_uv(version: str, home: Path, root: Path) -> Path:
    """Return uv of that version: the one on PATH, else one that pip fetches once per machine.

    Raises:
        SetupError: there is none, and pip could not fetch it.
    """
    on_path = shutil.which("uv")
    if on_path and processes.run([on_path, "--version"])[0].split()[1:2] == [version]:
        return Path(on_path)
    folder = make_once(get_cache(home) / f"uv-{version}", lambda new: fetch(version, root, new))
    return folder / "bin" / "uv"


def fetch(version: str, root: Path, folder: Path) -> None:
    """Let the pip of a scratch environment put uv into the folder, provided that its hash is in requirements.txt."""
    print_once(f"fetching uv {version}")
    file = root / "requirements.txt"
    pin = re.search(rf"^uv=={re.escape(version)} (?:.*\\\n)+.*\n", file.read_text(encoding="utf-8"), re.MULTILINE)
    if not pin:
        raise SetupError(f"{file} has no uv {version} with its hashes; restore it and pyproject.toml from git")
    # Debian splits the venv module's other half off into a package of its own.
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"the venv module of {sys.executable} is missing; on Debian or Ubuntu: apt-get install python3-venv"
        )
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "uv.txt"
        wanted.write_text(pin[0], encoding="utf-8")
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        pip = [f"{scratch}/venv/bin/python", "-m", "pip", "install", *quiet, "--target", str(folder), "-r", str(wanted)]
        for command in ([sys.executable, "-m", "venv", f"{scratch}/venv"], pip):
            _, failure = processes.run(command)
            if failure:
                why = processes.get_last_line(failure)
                raise SetupError(
                    f"uv {version} is needed and could not be fetched ({why}); PyPI, or the mirror that PIP_INDEX_URL "
                    f"names, must be reachable, or put uv {version} on PATH"
                )


def run(uv: Path, root: Path, *arguments: str, text: str = "", **extra: str) -> str:
    """Run uv in the clone and return what it printed; `text` is its standard input, `extra` goes into its environment.

    Raises:
        SetupError: it failed; its own words in one line.
    """
    given = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    # The system's authorities, as pip has them: a company's own proxy is among them.
    ours = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    return _run([str(uv), *arguments], root, {**given, **ours, **extra}, text)


def run_public(uv: Path, root: Path, *arguments: str) -> str:
    """Run uv as if no mirror were set on this machine: uv.lock names PyPI alone, wherever it is made or looked at."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("UV_") or name == "UV_CACHE_DIR"}
    ours = {"UV_NO_CONFIG": "1", "UV_SYSTEM_CERTS": "1", "UV_PYTHON": sys.executable, "NO_COLOR": "1"}
    return _run([str(uv), *arguments], root, {**given, **ours}, "")


def export(uv: Path, root: Path, *selection: str) -> str:
    """Return a selection of uv.lock as requirements, each with its hashes."""
    return run(uv, root, "export", "--frozen", "--quiet", "--no-header", "--no-annotate", *selection)


def install(uv: Path, requirements: str, *where: str) -> None:
    """Install what `export` returned; a package whose hash is another is refused.

    Not by `uv sync`, which fetches from the addresses in uv.lock, so from PyPI also where there is only a mirror
    (docs/decisions.md, 2026-11-29).

    Raises:
        SetupError: the packages could not be had; nothing was changed then, for uv fetches all before it installs one.
    """
    # Compiled, as pip does: else every process would, where PYTHONDONTWRITEBYTECODE is set, as in many a container.
    arguments = ["pip", "install", "--quiet", "--no-deps", "--compile-bytecode", *where, "--requirements", "-"]
    try:
        # Not in the clone: its pyproject.toml names PyPI, which would be asked before the mirror.
        with tempfile.TemporaryDirectory() as elsewhere:
            run(uv, Path(elsewhere), *arguments, text=requirements, **read_pip_settings())
    except SetupError as error:
        hint = "the index serves something else than what uv.lock pins; set UV_DEFAULT_INDEX to another"
        if "Hash mismatch" not in str(error):
            hint = "PyPI, or the mirror that UV_DEFAULT_INDEX or PIP_INDEX_URL names, must be reachable; then run again"
        raise SetupError(f"the packages could not be fetched ({error}); {hint}") from None


def read_pip_settings() -> dict[str, str]:
    """Return where pip's settings send it, as uv's variables: a machine's mirror may stand there, and uv reads none."""
    listed, _ = processes.run([sys.executable, "-m", "pip", "config", "list"])
    # The environment's lines come first, and win.
    found = re.findall(r"^(?::env:|global|install|site|user)\.([a-z-]+)='(.+)'$", listed, re.MULTILINE)
    settings = {_PIP_SETTINGS[name]: value for name, value in reversed(found) if name in _PIP_SETTINGS}
    own = {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & os.environ.keys()
    return {name: value for name, value in settings.items() if name not in os.environ and not (own and "INDEX" in name)}


def _run(command: list[str], root: Path, environment: dict[str, str], text: str) -> str:
    printed, failure = processes.run(command, root, environment, text)
    if failure:
        raise SetupError(summarize(failure))
    return printed


def summarize(words: str) -> str:
    """Return uv's error in one line: what it tried and the last of its causes, without what signs in to a mirror."""
    told = re.findall(r"^\s*(?:cause|error): (.+)$", words, re.MULTILINE)
    picked = [*[line for line in told if line.startswith("Failed to fetch")][:1], *told[-1:]]
    text = ": ".join(dict.fromkeys(picked)) or processes.get_last_line(words)
    return re.sub(r"//[^/@\s]+@", "//", text)
