"""Which objects the state of this run names, how often, and which of them stay.

The same object may be in the state twice, once to be deleted and once in use: a replacement was cut off and then taken
back, or the engine was told to replace what is there once more. It may only go with the last of the two.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock


class ReferenceCounter:
    """Of one kind of object, for the length of one run (the provider process ends with it).

    A refresh may run in a process of its own. Then nothing is named here, and what was compared here is what stays.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._adopted: dict[str, bool] = {}
        self._acquired: set[str] = set()
        self._retained: set[str] = set()

    def forget(self) -> None:
        """Begin again, where one process serves one run after the other."""
        with self._lock:
            for noted in (self._counts, self._adopted, self._acquired, self._retained):
                noted.clear()

    def add(self, object_id: str, *, adopted: bool = False) -> None:
        """Note that the state names the object; `read` says so."""
        with self._lock:
            self._counts[object_id] += 1
            self._adopted[object_id] = adopted

    def is_adopted(self, object_id: str) -> bool | None:
        """Tell what the state says of the object; None when it does not name it."""
        return self._adopted.get(object_id)

    def acquire(self, object_id: str) -> None:
        """Note that this run made the object or took it up."""
        with self._lock:
            self._acquired.add(object_id)

    def retain(self, object_id: str) -> None:
        """Note that a row was compared, and is not replaced. A refresh compares, too, before a destroy (tried)."""
        with self._lock:
            self._retained.add(object_id)

    def release(self, object_id: str) -> bool:
        """Uncount a row; True when nothing else in the state stands for the object, so that it may be deleted."""
        with self._lock:
            counted = object_id in self._counts
            if counted:
                self._counts[object_id] -= 1
            others = self._counts[object_id] > 0 if counted else object_id in self._retained
            return object_id not in self._acquired and not others
