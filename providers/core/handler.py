"""The contract that every resource's handler keeps. No engine in sight: another one can serve it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import date
from typing import ClassVar, Generic, TypeVar

from providers.core.changes import Change
from providers.core.schema import Model, Observed
from providers.core.terms import terms

ArgsT = TypeVar("ArgsT", bound=Model)
StateT = TypeVar("StateT", bound=Model)


class Handler(ABC, Generic[ArgsT, StateT]):
    """Create, read, update and delete one kind of object, on typed values.

    Every verb may run again after a run that was cut off anywhere. `read` and `check` never write.
    """

    args: ClassVar[type[Model]]
    observed: ClassVar[type[Observed]] = Observed
    state: ClassVar[type[Model]]
    version: ClassVar[int] = 1
    """Of the state's schema: one more with each change that an older state does not fit."""

    def check(self, old: ArgsT | None, new: ArgsT, unknown: frozenset[str], today: date) -> ArgsT:
        """Refuse what can be refused before anything is changed, and fill in what only the clock knows.

        `old` are the last inputs, None when the object is to be made; they may break bounds, for a refresh writes what
        is live into them. `new` lacks the fields that are `unknown`. Returns the inputs to work with. Raises
        `ProviderError`.
        """
        return new

    def outlives(self, state: StateT) -> bool:
        """Tell whether the object stays when its row goes: adopted, or kept by a setting."""
        return False

    def predict_id(self, args: ArgsT) -> str:
        """Give the id that `create` will return, where it is known before; else an empty text."""
        return ""

    @abstractmethod
    def create(self, args: ArgsT) -> tuple[str, StateT]:
        """Make the object, or take up what an interrupted run made. Returns its id and its state.

        Raises `ManualStepPending` with both when a person must finish it; `update` looks again in the next run.
        """

    @abstractmethod
    def read(self, object_id: str, state: StateT) -> StateT | None:
        """Look at the object as it is now; None only when it is certainly gone. A failed look raises."""

    @abstractmethod
    def update(self, object_id: str, state: StateT, args: ArgsT) -> StateT:
        """Bring the object to `args`, from wherever an earlier attempt left it."""

    @abstractmethod
    def delete(self, object_id: str, state: StateT) -> None:
        """Remove the object. One that is gone already is a success."""

    def describe_change(self, change: Change, state: StateT, changed_fields: Collection[str]) -> list[str]:
        """Put a change into sentences a manager understands; empty for changes that speak for themselves.

        `changed_fields` names all fields that change together.
        """
        return []

    def describe_missing(self, state: StateT) -> str:
        """Say that the object is gone, for when `read` finds it so."""
        return f"{type(self).__name__.removesuffix('Handler')} is gone; `{terms().apply}` makes it again."
