"""One tenant under an engine, by the verbs that both engines have: what a story is told to.

`tests.engine.workspace.Stack` is one under Pulumi, `tests.terraform.workspace.Workspace` under Terraform or OpenTofu.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol, Self

from simulator.remote import Company

Verb = Literal["up", "destroy"]


class Printed(Protocol):
    """What a command printed, and how it ended."""

    @property
    def code(self) -> int: ...

    @property
    def text(self) -> str: ...

    def count(self, sentence: str) -> int:
        """How often it says this to whoever reads its end."""


class AnyRun(Protocol):
    """What is needed to start an engine beside us, and to keep what it printed."""

    seen: list[str]

    @property
    def folder(self) -> Path:
        """Where its commands run."""

    def make_environment(self) -> dict[str, str]: ...


class TenantStack(AnyRun, Protocol):
    """Settings have the names of docs/settings.md, resources those of the graph: role, member, key, umbrella …"""

    @property
    def company(self) -> Company: ...

    @property
    def drifted(self) -> int:
        """The exit code of a preview that finds something to do."""

    @property
    def without_refresh(self) -> tuple[str, ...]: ...

    @property
    def keep_going(self) -> tuple[str, ...]:
        """The flags of a run that does what it can after an error."""

    @property
    def fresh(self) -> tuple[str, ...]:
        """The flags of a run that uses the settings as they are, where an engine would take recorded ones."""

    @property
    def renewal(self) -> str:
        """What a preview calls it that a key takes another's place."""

    @property
    def held_beside_a_lost_key(self) -> str:
        """What a preview says of the key that the sink holds, the `{}`, where the one that it should hold is gone."""

    @property
    def looks_before_creation(self) -> int:
        """How often one list is asked for before an object is made: once by each process that plans."""

    def word(self, sentence: str) -> str:
        """The same with this engine's commands, of a sentence with Pulumi's."""

    def set(self, setting: str, value: str) -> None: ...

    def set_secret(self, setting: str, value: str) -> None: ...

    def unset(self, *settings: str) -> None: ...

    def set_for_a_run(self, setting: str, value: str) -> Mapping[str, str]:
        """The environment that sets it for one run."""

    def up(self, *flags: str, expect: int | None = 0, **environment: str) -> Printed: ...

    def preview(self, *flags: str, expect: int | None = 0, **environment: str) -> Printed: ...

    def destroy(self, *flags: str, expect: int | None = 0, **environment: str) -> Printed: ...

    def list_changed(self) -> dict[str, str]:
        """What a preview would do: create, update, replace or delete by resource, unchanged ones left out."""

    def make_command(self, verb: Verb) -> list[str]:
        """The whole command, for a process of its own."""

    def unlock(self) -> None:
        """What a person does after an engine was killed."""

    def save_state(self, folder: Path) -> Path: ...

    def restore_state(self, path: Path) -> None: ...

    def forget_everything(self) -> None:
        """Lose the state."""

    def backdate_key(self, day: str) -> None:
        """Turn the recorded day of minting back, as time would."""

    def make_second_machine(self, folder: Path) -> Self:
        """The same tenant, with a copy of its state and its settings."""

    def read_pair(self) -> tuple[str, str]:
        """The key in the state, in clear, past what is searched for leaks."""

    def list_recorded(self) -> list[str]:
        """What the state has."""

    def find_leaks(self) -> list[str]: ...


class MakeStack(Protocol):
    """Makes a tenant that is not yet up, of a company of its own unless given; settings have `__` for the colon."""

    def __call__(self, of: Company | None = None, name: str | None = None, **settings: str) -> TenantStack: ...
