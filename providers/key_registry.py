"""Which keys this stack knows, and who depends on them: answers the ports `KeyUsage` and `KnowsKeys`."""

from __future__ import annotations

from providers.connectwise.member_lookup import MemberLookup
from providers.console.drivers import SinkDriver


class KeyRegistry:
    """The keys of one process, by their public halves: as its states name them, and as it made them."""

    def __init__(
        self, sink: SinkDriver, members: MemberLookup, provisioning_key: str, sink_name: str = "Umbrella"
    ) -> None:
        self._sink = sink
        self.sink_name = sink_name
        self._members = members
        self.provisioning_key = provisioning_key
        self._member_ids: dict[str, str] = {}
        self.key_on_record = ""
        """The public half that a state of this run names as the current key's."""
        self._consoles: set[str] = set()

    def record_current_key(self, public_key: str, member_id: str) -> None:
        """Note that the state names this key as the current one; a later one takes its place."""
        self.key_on_record = public_key
        if public_key:
            self.record_key(public_key, member_id)

    def record_sink(self, console: str, public_key: str, member_id: str) -> None:
        """Note that the state holds this console's sink, written with this key last."""
        self.record_key(public_key, member_id)
        self._consoles.add(console)

    def record_key(self, public_key: str, member_id: str = "") -> None:
        """`KnowsKeys`."""
        self._member_ids[public_key] = member_id or self._member_ids.get(public_key, "")

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        """`KnowsKeys`."""
        return public_key in self._member_ids or self._members.is_ours(member_id, owner, public_key)

    def has_written(self, console: str) -> bool:
        """`KnowsKeys`."""
        return console in self._consoles

    def names(self, public_key: str) -> bool:
        """Tell whether a state of this run names the key, or this run made it."""
        return public_key in self._member_ids

    @property
    def has_keys(self) -> bool:
        """Whether a state of this run names any key, or one was made."""
        return bool(self._member_ids)

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        """`KeyUsage`."""
        return self._sink.holds(public_key, refresh=refresh)

    def get_held_key(self) -> str:
        """`KeyUsage`."""
        return self._sink.get_public_key()

    def is_current(self, public_key: str) -> bool:
        """`KeyUsage`."""
        return public_key == self.key_on_record

    def find_member_of(self, public_key: str) -> str:
        """`KeyUsage`."""
        return self._member_ids.get(public_key, "")

    def is_provisioning_key(self, public_key: str) -> bool:
        """`KeyUsage`."""
        return public_key == self.provisioning_key
