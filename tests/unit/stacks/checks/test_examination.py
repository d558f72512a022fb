"""How an examination ends where the stack can't be read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from time import sleep

import pytest

from providers.core.errors import ProviderError
from stacks.checks.examination import examine
from stacks.checks.machine import MachineChecks
from stacks.fleet.passphrase import make_wrong_error
from stacks.fleet.stored import StoredStack
from stacks.pulumi_cli import PulumiCli


class Engine(PulumiCli):
    """As pinned, and signed in; slow, and it counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get_version(self) -> str:
        return self._answer("version", version("pulumi"))

    def get_backend(self) -> str:
        return self._answer("backend", "s3://states")

    def _answer(self, question: str, answer: str) -> str:
        self.asked.append(question)
        sleep(0.1)
        return answer


@pytest.mark.parametrize(("problem", "code"), [(make_wrong_error(), 2), (ProviderError("it is damaged"), 1)])
def test_a_wrong_setting_is_told_from_what_went_wrong_on_the_way(problem: ProviderError, code: int) -> None:
    def read(name: str) -> StoredStack:
        raise problem

    found = examine(MachineChecks(Engine()), read, "acme", {})
    assert found.code == code
    assert [finding.verdict for finding in found.findings[:3]] == ["ok", "ok", "fail"]
    assert found.findings[2].found.startswith(problem.headline)


def test_the_engine_is_asked_once_for_all_tenants_what_is_the_same_for_all() -> None:
    def read(name: str) -> StoredStack:
        raise ProviderError(f"{name} is damaged")

    engine, names = Engine(), [f"tenant-{number}" for number in range(12)]
    machine = MachineChecks(engine)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: examine(machine, read, name, {}), names))
    assert [examination.tenant for examination in found] == names
    assert all([finding.verdict for finding in one.findings[:2]] == ["ok", "ok"] for one in found)
    assert sorted(engine.asked) == ["backend", "version"]
