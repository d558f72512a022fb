"""The person who does a stack's manual steps: a browser (here the simulator's control plane), `run_pulumi`, and work
orders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.engine.test_drift import TABLES, WANTED
from tests.engine.workspace import Run, Stack

Pair = tuple[str, str]


def use_manual_driver(stack: Stack, *namespaces: str) -> Person:
    """Hand these consoles (`connectwise`, `umbrella`) to a person: nothing of their gateways stays configured."""
    for namespace in namespaces:
        stack.set(f"{namespace}:driver", "manual")
        stack.unset(f"{namespace}:gatewayUrl", f"{namespace}:gatewayToken")
    return Person(stack)


def read_order(run: Run, title: str) -> str:
    """The run's work order with its lines: printed once, among the closing diagnostics, and whole.

    Its steps count from 1 without a gap, to a whole sentence or a command; the engine chooses which is last.
    """
    found = re.findall(r"^ {4}## Work order: (.*)$", run.text, re.MULTILINE)
    assert [each[: len(title)] for each in found] == [title], run.text
    text = run.text.partition("Diagnostics:")[2].partition("    ## Work order: ")[2]
    assert text, run.text
    lines = ["## Work order: " + text.split("\n")[0]]
    for line in text.split("\n")[1:]:
        if line.strip() and not line.startswith("    "):
            break
        lines.append(line.removeprefix("    ").rstrip())
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", "\n".join(lines), re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1)) != [], run.text
    told = "\n".join(lines).strip()
    assert told.endswith(".") or " pulumi " in told.splitlines()[-1], told
    return told


@dataclass
class Person:
    """Does at the screens what a work order says, and hands in what it asks for."""

    stack: Stack

    def set_levels(self, levels: dict[str, dict[str, str]] = WANTED) -> None:
        self._ask("PUT", f"/roles/{self._get_role()}/levels", levels)

    def set_tables(self, tables: list[str] = TABLES) -> None:
        self._ask("PUT", f"/roles/{self._get_role()}/tables", {"allow": tables})

    def make_key(self, told: str, member: str = "Umbrella") -> Pair:
        """With the description that the order gives."""
        found = re.search(r"^ +(\S.* \[psa:\S+\])$", told, re.MULTILINE)
        made = self._ask(
            "POST",
            f"/apiMembers/{self.stack.company.member(member)['id']}/keys",
            {"description": found[1] if found else "made by hand"},
        )
        return made["publicKey"], made["privateKey"]

    def delete_key(self, public: str) -> None:
        keys = {key["publicKey"]: key["id"] for key in self.stack.company.member()["keys"]}
        self._ask("DELETE", f"/keys/{keys[public]}")

    def supply_pair(self, pair: Pair) -> None:
        """As the order says, whose commands tests/fleet/test_reporting.py types."""
        self.stack.set("connectwise:manualPublicKey", pair[0])
        self.stack.set("connectwise:manualPrivateKey", pair[1], secret=True)

    def take_back(self) -> None:
        """The pair leaves the configuration."""
        self.stack.unset("connectwise:manualPublicKey", "connectwise:manualPrivateKey")

    def enter(self, pair: Pair) -> None:
        """In Umbrella, and says so."""
        self.stack.company.set_sink(kind="ConnectWise", enabled=True, publicKey=pair[0], privateKey=pair[1])
        self.stack.set("umbrella:appliedKey", pair[0])

    def bring_up(self) -> Pair:
        """All four runs, without a word; both consoles are the person's."""
        self.stack.up(expect=1)
        self.set_levels()
        self.set_tables()
        pair = self.make_key(read_order(self.stack.up(expect=1), "make an API key"))
        self.supply_pair(pair)
        self.stack.up(expect=1)
        self.enter(pair)
        self.stack.up()
        return pair

    def _get_role(self) -> int:
        return int(self.stack.company.role()["id"])

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.stack.company.ask(method, path, body)
