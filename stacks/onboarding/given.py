"""What the command line gives: plain settings as they are, secrets only by where they are to be found."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from getpass import getpass
from pathlib import Path

from providers.core.configuration import PROJECT
from providers.core.nearest import nearest
from providers.core.problems import BadSetting
from providers.core.settings import BadSettings
from stacks.onboarding.catalogue import Setting

_SECONDS = 120  # a password manager may have to ask a person first
_WAYS = "--secret {key}=@FILE, --secret {key}=!COMMAND, or --secret {key}=- for standard input"


def plain_settings(given: Iterable[str], known: Mapping[str, Setting]) -> dict[str, str]:
    """`--set KEY=VALUE`, by key. Raises `BadSettings`; a secret's value is never repeated."""
    found: dict[str, str] = {}
    problems = []
    for one in given:
        key, value = _split(one)
        wrong = _unknown(key, known) or _twice(key, found)
        if not wrong and known[key].secret:
            wrong = _on_the_command_line(key, "is a secret, and ")
        if wrong:
            problems.append(wrong)
        else:
            found[key] = value
    if problems:
        raise BadSettings(problems)
    return found


def secret_sources(given: Iterable[str], known: Mapping[str, Setting], taken: Collection[str]) -> dict[str, str]:
    """`--secret KEY=SOURCE`, by key. Raises `BadSettings`; a literal secret is refused and not repeated."""
    found: dict[str, str] = {}
    problems = []
    for one in given:
        key, source = _split(one)
        wrong = _unknown(key, known) or _twice(key, [*found, *taken])
        if not wrong and not known[key].secret:
            wrong = BadSetting(key, "is no secret", next_step=f"give it with --set {key}=VALUE")
        if not wrong and source != "-" and not (source[:1] in ("@", "!") and source[1:].strip()):
            wrong = _on_the_command_line(key)
        if not wrong and source == "-" and "-" in found.values():
            wrong = BadSetting(
                key, "standard input holds one secret only", next_step="give this one as =@FILE or =!COMMAND"
            )
        if wrong:
            problems.append(wrong)
        else:
            found[key] = source
    if problems:
        raise BadSettings(problems)
    return found


def read_secret(key: str, source: str) -> str:
    """The secret that a source holds, without its last line break. Raises `BadSetting`, never with what it held."""
    if source == "-":
        value = _typed(key) if sys.stdin.isatty() else sys.stdin.read()
    elif source.startswith("@"):
        value = _content(key, Path(source[1:]).expanduser())
    else:
        value = _printed(key, source[1:])
    value = value.strip()
    if not value:
        raise BadSetting(key, f"{_named(source)} is empty")
    return value


def _typed(key: str) -> str:
    """At a terminal one line, unseen."""
    try:
        return getpass(f"{key}: ")
    except EOFError:
        return ""


def _content(key: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise BadSetting(key, f"the file {path} can't be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise BadSetting(key, f"the file {path} is not text") from None


def _printed(key: str, command: str) -> str:
    """Without a shell. What the command has to say to a person goes to standard error, so to the terminal."""
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words,
            stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise BadSetting(key, f"the command {words[0]} did not end within {_SECONDS} seconds") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "its quotes are not closed, or it prints no text"
        raise BadSetting(key, f"its command could not be run: {why}") from None
    if done.returncode:
        raise BadSetting(key, f"the command {words[0]} ended with exit code {done.returncode}")
    return done.stdout


def _split(given: str) -> tuple[str, str]:
    key, sign, value = given.partition("=")
    if not sign:
        # Not repeated: what stands there may be the secret itself.
        raise BadSettings([BadSetting("--set, --secret", "take KEY=…, such as connectwise:site=na.myconnectwise.net")])
    return key.strip().removeprefix(f"{PROJECT}:"), value


def _unknown(key: str, known: Collection[str]) -> BadSetting | None:
    if key in known:
        return None
    meant = nearest(key, known)
    # What is like no setting is not repeated: somebody may have left out the key.
    return BadSetting(key if meant else "--set, --secret", "there is no such setting", detail=meant)


def _twice(key: str, found: Collection[str]) -> BadSetting | None:
    return BadSetting(key, "is given twice") if key in found else None


def _on_the_command_line(key: str, because: str = "") -> BadSetting:
    return BadSetting(
        key,
        f"{because}its value stands on the command line, where the shell's history and other users of this machine "
        "see it",
        next_step=f"use {_WAYS.format(key=key)}, and consider that value as known to others",
    )


def _named(source: str) -> str:
    return "standard input" if source == "-" else "the file" if source[0] == "@" else "what the command prints"
