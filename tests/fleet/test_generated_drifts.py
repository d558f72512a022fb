"""A sweep and a preview of the real engine, held against each other on drifts at random: same verdict, same words.

The suite takes 30, always the same; `make faults` takes 300. Each is one to three things that somebody did at the site
or in the console, and sometimes settings that changed as well.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.remote import RemoteSimulator
from tests.engine.workspace import Stack, Workspace
from tests.stories.drifts import DRIFTS, Drift

COUNT = int(os.environ.get("DRIFTS", "30"))
SETTINGS: dict[str, tuple[Any, ...]] = {
    "roleName": ("Umbrella 2",),
    "memberName": ("Umbrella for Rome",),
    "memberDefaults": ({"department": "Services"},),
    "permissions": ({"Service Desk / Service Tickets": {"inquire": "All"}},),
    "tableAccess": ([], ["Service / Priority"]),
    "customize": ({"Companies / Configurations": ["Managed Server"]}, {"Service Desk / Resource Scheduling": []}),
    "rotate": ("a", "b"),
    "maxAgeDays": (30,),
    "adopt": ("any",),
}
# What takes an object away comes last, so that there is one for what comes before.
_LAST = ("the key was deleted", "the role was renamed", "the role was deleted")


def choose_drifts(chance: random.Random) -> list[Drift]:
    drifts = chance.sample(DRIFTS, chance.randint(0 if chance.random() < 0.3 else 1, 3))
    done = {drift.what for drift in drifts}
    # Two deeds at one object: the second would not find it.
    gone = {"the key was made inactive"} if "the key was deleted" in done else set()
    gone |= {"the role was renamed"} if "the role was deleted" in done else set()
    drifts = [drift for drift in drifts if drift.what not in gone]
    return sorted(drifts, key=lambda drift: _LAST.index(drift.what) if drift.what in _LAST else -1)


def choose_settings(chance: random.Random) -> dict[str, Any]:
    names = chance.sample(list(SETTINGS), chance.choice((0, 0, 1, 2)))
    return {f"umbrella-psa:{name}": chance.choice(SETTINGS[name]) for name in names}


class SweptTenant:
    """A tenant that is up before each drift; a new one whenever the last could not be repaired."""

    def __init__(self, simulator: RemoteSimulator, workspace: Workspace) -> None:
        self._simulator, self._workspace = simulator, workspace
        self._made = 0
        self.stack = self._make()

    def restore(self) -> None:
        if self.stack.up(expect=None).code:
            self.stack = self._make()

    def configure(self, settings: dict[str, Any]) -> str:
        """Change settings as a person with an editor does; the file as it was before."""
        path = self._workspace.project / "stacks" / f"Pulumi.{self.stack.name}.yaml"
        before = path.read_text(encoding="utf-8")
        content = yaml.safe_load(before)
        content["config"].update(settings)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return before

    def write(self, text: str) -> None:
        path: Path = self._workspace.project / "stacks" / f"Pulumi.{self.stack.name}.yaml"
        path.write_text(text, encoding="utf-8")

    def _make(self) -> Stack:
        self._made += 1
        stack = self._workspace.make_stack(self._simulator.company(f"drift-{self._made}"))
        stack.up()
        return stack


@pytest.mark.timeout(60 + 60 * COUNT)
def test_a_sweep_says_what_a_preview_says(simulator: RemoteSimulator, swept_workspace: Workspace) -> None:
    chance = random.Random(20261129)
    tenant = SweptTenant(simulator, swept_workspace)
    verdicts: Counter[int] = Counter()
    for number in range(COUNT):
        drifts, settings = choose_drifts(chance), choose_settings(chance)
        for drift in drifts:
            drift.do(tenant.stack.company)
        before = tenant.configure(settings)
        try:
            # Fails where the two differ.
            verdicts[tenant.stack.preview(expect=None).code] += 1
        except AssertionError as problem:
            raise AssertionError(f"drift {number}: {[drift.what for drift in drifts]}, {settings}: {problem}") from None
        tenant.write(before)
        tenant.restore()
    refused = COUNT - verdicts[0] - verdicts[7]
    print(f"{COUNT} drifts: {verdicts[0]} none, {verdicts[7]} told, {refused} refused")
    assert verdicts[7] > COUNT / 2
