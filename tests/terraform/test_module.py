"""The module's own tests, as a user runs them in its folder: `terraform test`, `tofu test`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.core.configuration import to_environment_name
from tests.terraform.workspace import Run, Workspace

pytestmark = pytest.mark.timeout(900)  # each engine starts two dozen processes, on a machine that may be busy

PASSED = {"terraform": 3, "tofu": 5}
"""OpenTofu has two more, with a mocked provider (wiring.tofutest.hcl)."""


def run_module_tests(tenant: Workspace, expect: int) -> Run:
    """All settings come from the environment."""
    settings = {to_environment_name(key): value for key, value in tenant.company.settings().items()}
    folder = f"-chdir={tenant.root / 'modules' / 'tenant'}"
    tenant.run(folder, "init", "-no-color")
    return tenant.run(folder, "test", "-no-color", expect=expect, **settings)


def test_the_modules_own_tests_pass_and_leave_nothing(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    told = run_module_tests(tenant, expect=0)
    assert told.count(f"{PASSED[tenant.engine.name]} passed, 0 failed") == 1
    company = tenant.company
    done = [f"{request['method']} {request['path'].rpartition('/')[2]}" for request in company.requests()]
    assert (done.count("POST securityroles"), done.count("POST keys")) == (2, 2)
    assert (company.sink()["publicKey"], company.public_keys()) == (None, [])
    assert company.member()["inactiveFlag"]
    assert company.dead_moments() == []


def test_they_fail_when_a_module_is_not_as_it_should_be(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    break_module(tenant.root / "modules" / "tenant" / "outputs.tf")
    told = run_module_tests(tenant, expect=1)
    assert told.count("Umbrella does not hold the key that was made.") == 1


def break_module(outputs: Path) -> None:
    """Let it tell another resource's word for what Umbrella holds."""
    text = outputs.read_text(encoding="utf-8")
    broken = re.sub(r"umbrellapsa_psa_integration\.this\.written_key", "umbrellapsa_security_role.this.id", text)
    assert broken != text
    outputs.write_text(broken, encoding="utf-8")
