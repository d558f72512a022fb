"""Steps that a person must do before a run can go on.

A step that opens in `create` is recorded (the engine keeps what `create` returned), and whatever comes after it in the
same run refuses: nothing is built on what nobody has verified. In the next run `update` looks again.
"""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

from providers.core.errors import WorkOrder
from providers.core.schema import Model
from providers.core.terms import terms

StateT = TypeVar("StateT", bound=Model)


class ManualStepPending(Exception, Generic[StateT]):
    """Raised by `create`: the object is to be recorded as far as it is, and a person goes on from there."""

    def __init__(self, object_id: str, state: StateT, work_order: WorkOrder) -> None:
        super().__init__(work_order.title)
        self.object_id = object_id
        self.state = state
        self.work_order = work_order


def describe_pending_step(step: str) -> str:
    """Describe a step that the state shows as open; whether it was done since, `update` finds out."""
    looks = f"`{terms().apply}` looks if it is done, and says how if not"
    return f"Open step for a person when this run began: {step}. {looks}."


class PendingSteps:
    """The steps that this run has opened."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: list[WorkOrder] = []

    def open(self, order: WorkOrder) -> None:
        """Let everything that comes after this step wait for a person."""
        with self._lock:
            self._open.append(order)

    def refuse_while_open(self) -> None:
        """Raise the work order that everything after it waits for."""
        with self._lock:
            if self._open:
                raise self._open[0]
