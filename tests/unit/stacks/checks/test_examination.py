"""How an examination ends where the stack can't be read."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from providers.core.errors import ProviderError
from stacks.checks.examination import examine
from stacks.fleet.passphrase import make_wrong_error
from stacks.fleet.stored import StoredStack
from stacks.pulumi_cli import PulumiCli


class Engine(PulumiCli):
    """As pinned, and signed in."""

    def get_version(self) -> str:
        return version("pulumi")

    def get_backend(self) -> str:
        return "s3://states"


@pytest.mark.parametrize(("problem", "code"), [(make_wrong_error(), 2), (ProviderError("it is damaged"), 1)])
def test_a_wrong_setting_is_told_from_what_went_wrong_on_the_way(problem: ProviderError, code: int) -> None:
    def read(name: str) -> StoredStack:
        raise problem

    found = examine(Engine(), read, "acme", {})
    assert found.code == code
    assert [finding.verdict for finding in found.findings[:3]] == ["ok", "ok", "fail"]
    assert found.findings[2].found.startswith(problem.headline)
