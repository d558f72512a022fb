"""A stack belongs to one company and one console. Named another, every verb refuses before any request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import RemoteSimulator
from tests.contract.conftest import Start
from tests.contract.driver import ROOT, Failed, Provider
from tests.contract.tenant_fixture import RecordedResource, TenantFixture

VERBS: dict[str, Callable[[Provider, str, RecordedResource], Any]] = {
    "create": lambda provider, kind, one: provider.create(kind, one.inputs),
    "read": lambda provider, kind, one: provider.read(kind, one.id, one.outputs),
    "diff": lambda provider, kind, one: provider.diff(kind, one.id, one.outputs, one.inputs),
    "update": lambda provider, kind, one: provider.update(kind, one.id, one.outputs, one.inputs),
    "delete": lambda provider, kind, one: provider.delete(kind, one.id, one.outputs),
}


@pytest.fixture
def no_request(simulator: RemoteSimulator, tenant_fixture: TenantFixture) -> Iterator[None]:
    """Not one, whoever it would be about."""
    simulator.ask("DELETE", "/requests")
    yield
    assert simulator.ask("GET", "/requests") == []


def refuses_everything(
    provider: Provider, tenant_fixture: TenantFixture, ours: str, theirs: str, kinds: set[str]
) -> None:
    """Every verb of these classes names both and does nothing; a check says so in a failure."""
    words = f" {ours}, but the configuration names {theirs}; "
    for kind in kinds:
        one = tenant_fixture.stack[kind]
        for verb, call in VERBS.items():
            with pytest.raises(Failed) as failed:
                call(provider, kind, one)
            assert (kind, verb, words in failed.value.sentence) == (kind, verb, True)
        for olds in (None, one.inputs):
            failures = provider.check(kind, one.asked, olds=olds).failures
            assert (kind, [words in reason for _, reason in failures]) == (kind, [True])


CONNECTWISE = {"SecurityRole", "PermissionSet", "ApiMember", "ApiKey", "AccessProof", "KeyRetirement"}
UMBRELLA = {"PsaIntegration"}


@pytest.mark.usefixtures("no_request")
def test_another_company_in_the_configuration_is_refused(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"connectwise:companyId": "demo-msp"})
    refuses_everything(provider, tenant_fixture, tenant_fixture.company.owner, "demo-msp@127.0.0.1", CONNECTWISE)


@pytest.mark.usefixtures("no_request")
def test_another_site_in_the_configuration_is_refused(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"connectwise:site": "psa.example.com"})
    refuses_everything(
        provider,
        tenant_fixture,
        tenant_fixture.company.owner,
        f"{tenant_fixture.company.tenant}@psa.example.com",
        CONNECTWISE,
    )


@pytest.mark.usefixtures("no_request")
def test_another_console_in_the_configuration_is_refused(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"umbrella:console": "mssp", "umbrella:consoleId": "1000002"})
    refuses_everything(provider, tenant_fixture, tenant_fixture.company.console_owner, "mssp/1000002", UMBRELLA)


@pytest.mark.usefixtures("no_request")
def test_another_company_in_the_environment_is_refused(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start(environment={"UMBRELLA_PSA_CONNECTWISE_COMPANY_ID": "demo-msp"})
    refuses_everything(provider, tenant_fixture, tenant_fixture.company.owner, "demo-msp@127.0.0.1", CONNECTWISE)


def test_the_same_company_spelled_in_other_letters_is_ours(start: Start, tenant_fixture: TenantFixture) -> None:
    provider, key = start({"connectwise:companyId": tenant_fixture.company.id.upper()}), tenant_fixture.stack["ApiKey"]
    assert provider.diff("ApiKey", key.id, key.outputs, key.inputs) == (False, [])


@pytest.fixture
def stack_file(tmp_path: Path, tenant_fixture: TenantFixture) -> Callable[[dict[str, str]], Path]:
    """A project folder with this product and a stack file of the tenant that says these settings."""

    def write(settings: dict[str, str]) -> Path:
        (tmp_path / "providers").symlink_to(ROOT / "providers")
        (tmp_path / "stacks").mkdir()
        lines = ["config:", *(f'  {key}: "{text}"' for key, text in settings.items())]
        lines += ["  connectwise:privateKey:", "    secure: v1:AAAA:BBBB", "  other:thing: [1, 2]", ""]
        (tmp_path / "stacks" / f"Pulumi.{tenant_fixture.company.tenant}.yaml").write_text("\n".join(lines))
        return tmp_path

    return write


@pytest.mark.usefixtures("no_request")
def test_another_company_in_the_stack_file_is_refused_although_the_recorded_one_is_ours(
    start: Start, tenant_fixture: TenantFixture, stack_file: Callable[[dict[str, str]], Path]
) -> None:
    """A refresh and a destroy get the configuration of the last run; the file was pointed elsewhere since."""
    provider = start(folder=stack_file({"connectwise:companyId": "demo-msp"}))
    refuses_everything(provider, tenant_fixture, tenant_fixture.company.owner, "demo-msp@127.0.0.1", CONNECTWISE)


@pytest.mark.usefixtures("no_request")
def test_another_console_in_the_stack_file_is_refused_although_the_recorded_one_is_ours(
    start: Start, tenant_fixture: TenantFixture, stack_file: Callable[[dict[str, str]], Path]
) -> None:
    provider = start(folder=stack_file({"umbrella:consoleId": "1000001"}))
    refuses_everything(provider, tenant_fixture, tenant_fixture.company.console_owner, "msp/1000001", UMBRELLA)


def test_a_stack_file_that_names_our_company_is_followed(
    start: Start, tenant_fixture: TenantFixture, stack_file: Callable[[dict[str, str]], Path]
) -> None:
    plain = {key: text for key, text in tenant_fixture.company.settings().items() if key != "connectwise:gatewayUrl"}
    provider = start(folder=stack_file(plain))
    for kind, remembered in tenant_fixture.stack.items():
        assert (kind, provider.read(kind, remembered.id, remembered.outputs)) == (
            kind,
            (remembered.id, remembered.outputs, remembered.inputs),
        )


@pytest.mark.usefixtures("no_request")
@pytest.mark.parametrize("changed", [{"connectwise:companyId": "demo-msp"}, {"connectwise:site": "psa.example.com"}])
def test_another_company_recorded_by_a_refused_run_is_refused_although_the_file_names_ours(
    start: Start, tenant_fixture: TenantFixture, stack_file: Callable[[dict[str, str]], Path], changed: dict[str, str]
) -> None:
    """The engine records a configuration before it is checked, and hands it to the next refresh and destroy."""
    provider = start(changed, folder=stack_file(tenant_fixture.company.settings()))
    company = changed.get("connectwise:companyId", tenant_fixture.company.id).lower()
    theirs = f"{company}@{changed.get('connectwise:site', '127.0.0.1')}"
    for kind in CONNECTWISE:
        one = tenant_fixture.stack[kind]
        for verb, call in VERBS.items():
            with pytest.raises(Failed) as failed:
                call(provider, kind, one)
            said = failed.value.sentence
            assert (kind, verb, f"an earlier one, which names {theirs}; run `pulumi up --run-program`" in said) == (
                kind,
                verb,
                True,
            )


@pytest.mark.usefixtures("no_request")
def test_another_console_recorded_by_a_refused_run_is_refused_although_the_file_names_ours(
    start: Start, tenant_fixture: TenantFixture, stack_file: Callable[[dict[str, str]], Path]
) -> None:
    provider = start({"umbrella:consoleId": "1000001"}, folder=stack_file(tenant_fixture.company.settings()))
    one = tenant_fixture.stack["PsaIntegration"]
    for verb, call in VERBS.items():
        with pytest.raises(Failed) as failed:
            call(provider, "PsaIntegration", one)
        words = "an earlier one, which names msp/1000001; run `pulumi up --run-program`"
        assert (verb, words in failed.value.sentence) == (verb, True)
    for olds in (None, one.inputs):
        failures = provider.check("PsaIntegration", one.asked, olds=olds).failures
        assert ["an earlier one, which names msp/1000001" in reason for _, reason in failures] == [True]


@pytest.mark.usefixtures("no_request")
def test_where_file_and_recorded_configuration_are_both_wrong_the_files_word_is_told(
    start: Start, tenant_fixture: TenantFixture, stack_file: Callable[[dict[str, str]], Path]
) -> None:
    provider = start({"connectwise:companyId": "demo-mssp"}, folder=stack_file({"connectwise:companyId": "demo-msp"}))
    refuses_everything(provider, tenant_fixture, tenant_fixture.company.owner, "demo-msp@127.0.0.1", CONNECTWISE)
