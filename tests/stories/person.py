"""The person who does manual steps: a browser (here the simulator's control plane), and settings to hand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.stories.drifts import TABLES, WANTED
from tests.stories.stack import TenantStack

Pair = tuple[str, str]


def hand_over(stack: TenantStack, *namespaces: str) -> None:
    """Hand these consoles (`connectwise`, `umbrella`) to a person: nothing of their gateways stays configured."""
    for namespace in namespaces:
        stack.set(f"{namespace}:driver", "manual")
        stack.unset(f"{namespace}:gatewayUrl", f"{namespace}:gatewayToken")


@dataclass
class Person:
    """Does at the screens what a work order says, and hands in what it asks for."""

    stack: TenantStack

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
        self.stack.set_secret("connectwise:manualPrivateKey", pair[1])

    def take_back(self) -> None:
        """The pair leaves the configuration."""
        self.stack.unset("connectwise:manualPublicKey", "connectwise:manualPrivateKey")

    def enter(self, pair: Pair) -> None:
        """In Umbrella, and says so."""
        self.stack.company.set_sink(kind="ConnectWise", enabled=True, publicKey=pair[0], privateKey=pair[1])
        self.stack.set("umbrella:appliedKey", pair[0])

    def _get_role(self) -> int:
        return int(self.stack.company.role()["id"])

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.stack.company.ask(method, path, body)
