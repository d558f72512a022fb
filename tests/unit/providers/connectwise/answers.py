"""Answers to what a handler asks beyond its own vendor: may a key be minted, who holds it, is it ours?"""

from __future__ import annotations

from providers.core.errors import ProviderError, RemoteError


class KnowsKeys:
    """Which keys are this stack's?"""

    def __init__(self) -> None:
        self.remembered: list[str] = []

    def record_key(self, public_key: str, member_id: str = "") -> None:
        self.remembered.append(public_key)

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        return public_key in self.remembered

    def has_written(self, console: str) -> bool:
        return False


class Gate:
    """May a key be minted now?"""

    def __init__(self) -> None:
        self.asked = 0
        self.problem: ProviderError | None = None
        self.place = ""
        self.on_record = ""

    def refuse_unless_ready(self, member_id: str, owner: str, tenant: str) -> None:
        self.asked += 1
        if self.problem:
            raise self.problem

    def get_key_on_record(self) -> str:
        return self.on_record

    def get_escrow_place(self) -> str:
        return self.place


class Holder:
    """Whoever depends on a key: the sink, and `us`, who sign in with one. `blind`: the sink can't be asked."""

    sink_name = "Umbrella"

    def __init__(self) -> None:
        self.held = ""
        self.blind = False
        self.us = ""
        self.current = ""
        self.refreshes = 0
        self.members: dict[str, str] = {}

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        self.refreshes += refresh
        if self.blind:
            raise RemoteError("the sink can't be asked")
        return public_key == self.held

    def get_held_key(self) -> str:
        return self.held

    def is_current(self, public_key: str) -> bool:
        return public_key == self.current

    def find_member_of(self, public_key: str) -> str:
        return self.members.get(public_key, "")

    def is_provisioning_key(self, public_key: str) -> bool:
        return public_key == self.us
