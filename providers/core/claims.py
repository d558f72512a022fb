"""Which objects the state of this run names, and how often.

A replacement that is interrupted and then taken back leaves the same object in the state twice: once to be deleted,
and once in use. It may only go with the last of the two.
"""

from __future__ import annotations

from collections import Counter


class Claims:
    """Of one kind of object, for the length of one run (the provider process ends with it)."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()
        self._adopted: dict[str, bool] = {}
        self._taken: set[str] = set()

    def name(self, object_id: str, *, adopted: bool) -> None:
        """The state names the object; `read` says so."""
        self._named[object_id] += 1
        self._adopted[object_id] = adopted

    def adopted(self, object_id: str) -> bool | None:
        """What the state says of the object; None when it does not name it."""
        return self._adopted.get(object_id)

    def take(self, object_id: str) -> None:
        """This run took the object up."""
        self._taken.add(object_id)

    def give_up(self, object_id: str) -> bool:
        """True when nothing else in the state stands for the object, so that it may be deleted."""
        self._named[object_id] -= 1
        return object_id not in self._taken and self._named[object_id] <= 0
