"""Which stack and which settings the command is about that this run serves: its words, as `pulumi` reads them.

A row records the stack that it was made in, which may have been renamed or imported since, and the engine tells a
provider neither the stack's name nor `--config-file`. What governs a run is what its command says.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from providers.core.configuration import PROJECT
from providers.engines.pulumi.watchdog import find_engine

# The options that take the next word as their value, where none is attached (`pulumi up --help` and the others').
_SHORT = {"s": "stack", "C": "cwd", "c": "config", "m": "message", "p": "parallel", "t": "target", "v": "verbose"}
_SHORT["x"] = "exclude"
_LONG = {*_SHORT.values(), "config-file", "target-replace", "replace", "policy-pack", "policy-pack-config", "output"}
_LONG |= {"plan", "save-plan", "import-file", "client", "event-log", "exec-kind", "exec-agent", "color", "profiling"}
_LONG |= {"secrets-provider", "tracing", "otel-traces", "memprofilerate"}


@dataclass(frozen=True)
class Invocation:
    """What a run is about. `stack`: its name without an organisation, empty when it can't be known.
    `settings_file`: what `--config-file` names."""

    stack: str = ""
    settings_file: Path | None = None


@cache
def read_invocation() -> Invocation:
    """Read the command line of the engine above this process; nothing is known where there is none."""
    engine = find_engine()
    if engine is None:
        return Invocation()
    from psutil import Error

    try:
        words, folder = engine.cmdline()[1:], Path(engine.cwd())
    except Error:  # it is gone, and so are we in a moment; or this system does not show it
        return Invocation()
    return parse_invocation(words, folder, os.environ)


def parse_invocation(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Invocation:
    """Understand a command's words. `folder`: where it works, with `--cwd` already obeyed."""
    given = {name: value for name, value in _read_options(words)}

    def get(name: str) -> str:
        """Look an option up in the words, else in the environment."""
        return given.get(name) or environment.get(f"PULUMI_OPTION_{name.replace('-', '_').upper()}", "")

    stack = get("stack") or environment.get("PULUMI_STACK") or _read_selected_stack(folder, environment)
    file = get("config-file")
    return Invocation(stack.rpartition("/")[2], folder / file if file else None)


def _read_options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Options and their values, by long names; of one that is given twice the last counts."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            return
        if word.startswith("--"):
            name, attached, value = word[2:].partition("=")
            yield name, value if attached or name not in _LONG else next(rest, "")
        elif word.startswith("-"):
            for place, letter in enumerate(word[1:], 2):
                if letter in _SHORT:
                    yield _SHORT[letter], word[place:].removeprefix("=") or next(rest, "")
                    break
                if word[place:].startswith("="):
                    break  # a switch that is told its value: -y=false


def _read_selected_stack(folder: Path, environment: Mapping[str, str]) -> str:
    """Read what `pulumi stack select` has chosen, which the engine keeps by the hash of the project file's path."""
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    # The engine names a folder as its shell did, which may be by way of a link.
    for place in dict.fromkeys([folder, Path(environment.get("PWD") or folder)]):
        for parent in (place, *place.parents):
            project = str(parent / "Pulumi.yaml")
            digest = hashlib.sha1(project.encode(), usedforsecurity=False).hexdigest()
            with suppress(OSError, ValueError):
                chosen = json.loads((home / "workspaces" / f"{PROJECT}-{digest}-workspace.json").read_text())
                return str(chosen.get("stack", ""))
    return ""
