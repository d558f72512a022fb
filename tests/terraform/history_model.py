"""One tenant's life under Terraform or OpenTofu: the same histories, the same oracle.

What a Pulumi history can and this can't: a key that is tainted is refused until it no longer is (test_disturbances.py),
and there is no record of an earlier configuration.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Collection, Mapping

from providers.core.errors import GuardViolation, ProviderError
from providers.stated import ForeignOwner
from simulator.remote import Company
from simulator.server import Running
from tests.histories.killable import FakeTime, Killed, Moment
from tests.histories.run import NAMES, Resource, State
from tests.histories.stored_model import WRITES, StoredState, StoredTenantModel
from tests.histories.tenant_model import LIFTS, Outcome, Verb
from tests.terraform.workspace import ADDRESSES, DEADLINE, Run, Workspace, name_address

_COMMANDS: dict[Verb, tuple[str, ...]] = {
    "up": ("apply",),
    "destroy": ("destroy",),
    "refresh": ("apply", "-refresh-only"),
    "up without a refresh": ("apply", "-refresh=false"),
    "destroy without a refresh": ("destroy", "-refresh=false"),
}
_STEP = re.compile(r"^(module\.tenant\.\S+)(?: \(.*\))?: (Creating|Modifying|Destroying)\.\.\.", re.MULTILINE)
_NAMES = {f"umbrellapsa_{resource}": name for name, resource in ADDRESSES.items()}


class TerraformTenantModel(StoredTenantModel):
    """Everything that can happen to one tenant, by the engine's own commands."""

    untainted = frozenset({"key"})

    def __init__(self, running: Running, time: FakeTime, found: Callable[[Company, str], Workspace]) -> None:
        super().__init__(running, time)
        self._workspace = found(self.site, self.site.id)
        self.state = StoredState()

    def _change_state(self, verb: str, name: str) -> None:
        self._store(self.state)
        self._workspace.run(verb, name_address(name))
        self._load(self.state)

    def _run(
        self,
        state: State,
        verb: Verb,
        end: Moment | None,
        targets: Collection[str],
        given: Mapping[str, str] | None = None,
        stated: Mapping[str, str] | None = None,
    ) -> Outcome:
        assert isinstance(state, StoredState)
        self._store(state)
        self._configure(stated or self.settings)
        since = len(self.site.requests())
        chosen = [] if set(targets) == set(NAMES) else [f"-target={name_address(name)}" for name in targets]
        run = self._run_engine([*_COMMANDS[verb], "-auto-approve", "-no-color", *chosen], end)
        self.messages.append(run.text)
        self._load(state)
        problem = None if run.code == 0 else Killed() if run.code == -signal.SIGKILL else _recognize(run.text)
        return Outcome(problem, [" ".join(step) for step in _STEP.findall(run.text)], self._list_writes(since))

    def _run_engine(self, command: list[str], end: Moment | None) -> Run:
        """Run a command, and kill the engine at a write when the history says so."""
        if end is None:
            return self._workspace.run(*command, expect=None)
        when = "after" if end.when == "after write" else "before"
        hold = self.site.hold(when, method=WRITES, skip=end.n - 1)
        with self._workspace.start(*command) as process:
            while (number := hold.reached(0.2)) is None and process.poll() is None:
                pass
            if number is not None:
                process.kill()
            text, _ = process.communicate(timeout=DEADLINE)
        hold.release()
        self.site.clear_faults()  # a hold that no request came to
        return Run(process.returncode, text)

    def _configure(self, settings: Mapping[str, str]) -> None:
        self._workspace.forget_settings()
        for setting, value in settings.items():
            if setting in self.site.secrets():
                self._workspace.set_secret(setting, value)
            else:
                self._workspace.set(setting, value)

    def _store(self, state: StoredState) -> None:
        self._workspace.state_file.write_bytes(state.file)

    def _load(self, state: StoredState) -> None:
        """Read the rows that the engine's file holds now."""
        state.file = self._workspace.state_file.read_bytes()
        found = json.loads(state.file)["resources"] if state.file else []
        state[:] = [
            Resource(
                _NAMES[one["type"]],
                row["attributes"]["id"],
                {},
                row["attributes"],
                "deposed" in row,
                row.get("status") == "tainted",
            )
            for one in found
            if one["mode"] == "managed"
            for row in one["instances"]
        ]


def _recognize(text: str) -> ProviderError:
    """The error of ours that the engine told, as far as the oracle asks what it is."""
    told = " ".join(text.partition("Error: ")[2].split())
    if "belongs to the" in told:
        return ForeignOwner(told)
    spelled = told.replace("umbrella.", "umbrella:")
    asked = next((lift for lift in sorted(LIFTS, key=len, reverse=True) if lift in spelled), None)
    return GuardViolation(told, lift=asked) if asked else ProviderError(told or text)
