"""What the models have in common whose states are kept by a real engine, in a file of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from providers.core.errors import ProviderError
from providers.stated import ForeignOwner
from tests.histories.run import NAMES, State
from tests.histories.tenant_model import TenantModel, Verb

WRITES = "POST|PUT|PATCH|DELETE"


class StoredState(State):
    """The rows of a state, and the file that holds them."""

    file: bytes = b""


class StoredTenantModel(TenantModel, ABC):
    """Everything that can happen to one tenant, by an engine's own commands."""

    untainted: ClassVar[frozenset[str]] = frozenset()
    """The resources that this engine refuses to replace, and that nobody taints therefore."""

    state: StoredState

    def pass_days(self, days: int) -> None:
        """Nothing: a provider's date is the machine's."""

    def meet_foreign_settings(self, first: Verb, then: Verb) -> None:
        """The engine may or may not have recorded what it was refused for, so the verb after it may be refused or not:
        the other company is asked nothing, and what is ours stays."""
        other = self.site.simulator.company(f"{self.site.id}-{len(self.messages)}")
        wrong = {**self.settings, **other.settings(), **other.secrets()}
        before, asked = list(self.state), len(self.site.requests())
        problem = self._run(self.state, first, None, NAMES, wrong, wrong).problem
        assert isinstance(problem, ForeignOwner), f"{first} with another company's settings: {problem}"
        assert (list(self.state), len(self.site.requests())) == (before, asked)
        problem = self._run(self.state, then, None, NAMES, wrong, self.settings).problem
        assert problem is None or isinstance(problem, ProviderError), f"{first}, set back, {then}: {problem}"
        assert other.requests() == []
        self.site.simulator.ask("DELETE", f"/companies/{other.id}")

    def taint(self, name: str) -> bool:
        found = [row for row in self.state if row.name == name and not row.dying and name not in self.untainted]
        if found:
            self._change_state("taint", name)
        return bool(found)

    def untaint(self) -> None:
        for name in {row.name for row in self.state if row.tainted}:
            self._change_state("untaint", name)

    @abstractmethod
    def _change_state(self, verb: str, name: str) -> None:
        """Let the engine `taint` or `untaint` a resource."""

    def _copy(self, state: State) -> StoredState:
        copy = StoredState(state)
        copy.file = state.file if isinstance(state, StoredState) else b""
        return copy

    def _list_writes(self, since: int) -> list[str]:
        """What the site was told after so many requests."""
        return [f"{row['method']} {row['path']}" for row in self.site.requests()[since:] if row["method"] != "GET"]
