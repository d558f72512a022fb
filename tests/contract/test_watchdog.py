"""A provider does not outlive its engine: what it would still write, nobody could record."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest

from tests.contract.conftest import Start
from tests.contract.driver import Failed, Provider
from tests.contract.tenant_fixture import TenantFixture

_SOON = 10.0  # seconds


@pytest.fixture
def engine(tmp_path: Path) -> list[str]:
    """An executable named `pulumi` that starts a shell that starts the provider, as the real one does."""
    executable = tmp_path / "pulumi"
    executable.write_text("""#!/bin/sh\nsh -c '"$@"; exit $?' plugin "$@" &\nwait\n""")
    executable.chmod(0o700)
    return [str(executable)]


def kill_engine(provider: Provider) -> float:
    """Kill what we started, and nothing else; the seconds until the provider below it is gone, too."""
    started = monotonic()
    os.kill(provider.process.pid, signal.SIGKILL)
    provider.wait_until_gone()
    took = monotonic() - started
    print(f"gone {took * 1000:.0f} ms after the kill")
    return took


def test_a_killed_engine_takes_its_provider_with_it(
    start: Start, tenant_fixture: TenantFixture, engine: list[str]
) -> None:
    """The shell between the two lives on: only the ancestor of that name tells."""
    provider, role = start(launcher=engine), tenant_fixture.stack["SecurityRole"]
    assert provider.read("SecurityRole", role.id, role.outputs).id == role.id
    assert provider.process.poll() is None
    assert kill_engine(provider) < _SOON


def test_without_an_engine_of_that_name_the_direct_parent_counts(start: Start, tenant_fixture: TenantFixture) -> None:
    provider, role = start(launcher=["sh", "-c", '"$@"; exit $?', "sh"]), tenant_fixture.stack["SecurityRole"]
    assert provider.read("SecurityRole", role.id, role.outputs).id == role.id
    assert kill_engine(provider) < _SOON


@pytest.mark.parametrize(
    ("kind", "slow"), [("ApiMember", "/system/apiMembers$"), ("ApiKey", "/system/mySecurity$")], ids=["member", "key"]
)
def test_a_killed_engine_is_followed_by_no_write(
    start: Start, tenant_fixture: TenantFixture, engine: list[str], kind: str, slow: str
) -> None:
    """The look before the write is under way when the engine dies."""
    company = tenant_fixture.company
    hold = company.hold("before", path=slow)
    provider, inputs = start(launcher=engine), {**tenant_fixture.stack[kind].inputs, "identifier": "Second"}
    if kind == "ApiKey":
        del inputs["identifier"]
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(provider.create, kind, inputs)
        assert hold.reached(30)
        assert kill_engine(provider) < _SOON
        with pytest.raises(Failed):
            written.result()
    assert company.list_writes() == []
    assert [key["publicKey"] for key in company.member()["keys"]] == [tenant_fixture.made.public_key]
