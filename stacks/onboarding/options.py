"""What the command line gives: plain settings as they are, secrets only by where they are to be found."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from getpass import getpass
from pathlib import Path

from providers.core.configuration import PROJECT
from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.core.settings import RENAMED, SettingErrors, make_renamed_error
from stacks.onboarding.catalogue import SettingInfo
from stacks.project import resolve_path

_SECONDS = 120  # a password manager may have to ask a person first
_WAYS = "--secret {key}=@FILE, --secret {key}=!COMMAND, or --secret {key}=- for standard input"


def parse_plain_settings(given: Iterable[str], known: Mapping[str, SettingInfo]) -> dict[str, str]:
    """Read `--set KEY=VALUE`, by key. Raises `SettingErrors`; a secret's value is never repeated."""

    def refuse(key: str, value: str, found: dict[str, str]) -> SettingError | None:
        wrong = _refuse_unknown(key, known) or _refuse_repeated(key, found)
        return wrong or (_explain_exposure(key, "is a secret, and ") if known[key].secret else None)

    return _parse(given, refuse)


def parse_secret_sources(
    given: Iterable[str], known: Mapping[str, SettingInfo], taken: Collection[str]
) -> dict[str, str]:
    """Read `--secret KEY=SOURCE`, by key. Raises `SettingErrors`; a literal secret is refused and not repeated."""

    def refuse(key: str, source: str, found: dict[str, str]) -> SettingError | None:
        if wrong := _refuse_unknown(key, known) or _refuse_repeated(key, [*found, *taken]):
            return wrong
        if not known[key].secret:
            return SettingError(key, "is no secret", next_step=f"give it with --set {key}=VALUE")
        if source != "-" and not (source[:1] in ("@", "!") and source[1:].strip()):
            return _explain_exposure(key)
        if source == "-" and "-" in found.values():
            return SettingError(
                key, "standard input holds one secret only", next_step="give this one as =@FILE or =!COMMAND"
            )
        return None

    return _parse(given, refuse)


def _parse(given: Iterable[str], refuse: Callable[[str, str, dict[str, str]], SettingError | None]) -> dict[str, str]:
    """Read `KEY=VALUE`, by key; `refuse` says what is wrong with one beside those before it."""
    found: dict[str, str] = {}
    errors = []
    for assignment in given:
        key, value = _split(assignment)
        if wrong := refuse(key, value, found):
            errors.append(wrong)
        else:
            found[key] = value
    if errors:
        raise SettingErrors(errors)
    return found


def read_secret(key: str, source: str) -> str:
    """Fetch the secret from its source, without its last line break. Raises `SettingError`, never with what it held."""
    if source == "-":
        value = _ask_for_secret(key) if sys.stdin.isatty() else sys.stdin.read()
    elif source.startswith("@"):
        value = _read_file(key, resolve_path(Path(source[1:]).expanduser()))
    else:
        value = _run_command(key, source[1:])
    value = value.strip()
    if not value:
        raise SettingError(key, f"{_describe_source(source)} is empty")
    return value


def _ask_for_secret(key: str) -> str:
    """Ask for one line at the terminal, unseen."""
    try:
        return getpass(f"{key}: ")
    except EOFError:
        return ""


def _read_file(key: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingError(key, f"the file {path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingError(key, f"the file {path} is not text") from None


def _run_command(key: str, command: str) -> str:
    """Run it without a shell. What it has to say to a person goes to standard error, so to the terminal."""
    try:
        arguments = shlex.split(command)
        done = subprocess.run(
            arguments,
            stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=_SECONDS,
            cwd=resolve_path("."),
        )
    except subprocess.TimeoutExpired:
        raise SettingError(key, f"the command {arguments[0]} did not end within {_SECONDS} seconds") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its quotes are not closed, or it prints no text"
        raise SettingError(key, f"its command could not be run: {why}") from None
    if done.returncode:
        raise SettingError(key, f"the command {arguments[0]} ended with exit code {done.returncode}")
    return done.stdout


def _split(assignment: str) -> tuple[str, str]:
    key, sign, value = assignment.partition("=")
    if not sign:
        # Not repeated: what stands there may be the secret itself.
        raise SettingErrors(
            [SettingError("--set, --secret", "take KEY=…, such as connectwise:site=na.myconnectwise.net")]
        )
    return key.strip().removeprefix(f"{PROJECT}:"), value


def _refuse_unknown(key: str, known: Collection[str]) -> SettingError | None:
    if key in known:
        return None
    if key in RENAMED:
        return make_renamed_error(key)
    meant = suggest_nearest(key, known, most=1)
    # What is like no setting is not repeated: somebody may have left out the key.
    return SettingError(key if meant else "--set, --secret", "there is no such setting", detail=meant)


def _refuse_repeated(key: str, earlier: Collection[str]) -> SettingError | None:
    return SettingError(key, "is given twice") if key in earlier else None


def _explain_exposure(key: str, because: str = "") -> SettingError:
    return SettingError(
        key,
        f"{because}its value stands on the command line, where the shell's history and other users of this machine "
        "see it",
        next_step=f"use {_WAYS.format(key=key)}, and consider that value as known to others",
    )


def _describe_source(source: str) -> str:
    return "standard input" if source == "-" else "the file" if source[0] == "@" else "what the command prints"
