"""Many tenants from a few: a company, its stack's file and its state, each with names, numbers and keys of its own.

A copy is as real for a sweep as its original, which the engine made: another company with another console at the same
simulator, other public halves, another owner in its keys' tags. Only the private halves are the original's, since the
engine has encrypted them; all copies share its salt (docs/fleet.md, "One salt for a fleet").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.core.configuration import PROJECT
from providers.core.tags import hash_owner
from stacks.graph import KEY
from tests.engine.workspace import Stack

DIGITS = 5


def name_copy(kind: str, number: int) -> str:
    """Name a copy, which is stack and company alike: number 0 is the original."""
    return f"{kind}-{number:0{DIGITS}d}"


def name_console(first: int, number: int) -> str:
    """Name a copy's console; all have as many digits, and nothing else looks like it."""
    return f"{first}{number:0{DIGITS}d}"


@dataclass(frozen=True)
class Original:
    """What is copied. `first`: two digits that its consoles begin with."""

    stack: Stack
    kind: str
    first: int

    def write_copies(self, numbers: range, *, spread: bool = False) -> list[str]:
        """Make copies and return their names. `spread`: each at another loopback address, so a site of its own."""
        stack, place = self.stack, self.stack.workspace
        record = json.dumps(stack.company.ask("GET", "/record"))
        files = (place.project / "stacks" / f"Pulumi.{stack.name}.yaml", _locate_state(place.backend, stack.name))
        texts = [(str(path), path.read_text("utf-8")) for path in files]
        names = []
        for number in numbers:
            names.append(name_copy(self.kind, number))
            changed = self._list_changes(record, number)
            snapshot = _replace(record, changed)
            stack.company.simulator.ask("POST", "/companies/recorded", json.loads(snapshot))
            if spread:
                changed["127.0.0.1"] = f"127.0.0.{2 + number % 250}"
            for path, text in texts:
                Path(path.replace(stack.name, names[-1])).write_text(_replace(text, changed), "utf-8")
        return names

    def _list_changes(self, record: str, number: int) -> dict[str, str]:
        was, now = name_copy(self.kind, 0), name_copy(self.kind, number)
        consoles = name_console(self.first, 0), name_console(self.first, number)
        company: dict[str, Any] = json.loads(record)["company"]
        keys = {key: f"{key[:-DIGITS]}{number:0{DIGITS}d}" for key in company["minted"]}
        owners = {_hash_owner(was, consoles[0]): _hash_owner(now, consoles[1])}
        return {was: now, consoles[0]: consoles[1], **keys, **owners}


def _hash_owner(name: str, console: str) -> str:
    return hash_owner(PROJECT, name, f"{name}@127.0.0.1", f"msp/{console}", KEY)


def _locate_state(backend: Path, name: str) -> Path:
    return backend / ".pulumi" / "stacks" / PROJECT / f"{name}.json"


def _replace(text: str, changes: dict[str, str]) -> str:
    for was, now in changes.items():
        text = text.replace(was, now)
    return text
