"""What the user is told when something goes wrong: one redacted sentence, no trace of our code, nothing on stderr."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.conftest import Resting, Start
from tests.contract.driver import Failed, Provider
from tests.contract.tenant_fixture import TenantFixture

_SECRET = "hunter2hunter2"


def read_error(provider: Provider, tenant_fixture: TenantFixture, kind: str, **changed: Any) -> str:
    """What a read of an object that is remembered like that ends in, word for word."""
    one = tenant_fixture.stack[kind]
    with pytest.raises(Failed) as failed:
        provider.read(kind, one.id, {**one.outputs, **changed})
    details = str(failed.value)
    assert details == f"Exception calling application: {failed.value.sentence}"
    assert "\n" not in details
    for trace in ("Traceback", "site-packages", 'File "', '.py", line', "__main__"):
        assert trace not in details
    private = [*tenant_fixture.company.secrets().values(), *tenant_fixture.company.private_keys(), _SECRET]
    assert [secret for secret in private if secret in details] == []
    assert provider.read_stderr() == ""
    return failed.value.sentence


def test_wrong_credentials_are_told_with_the_settings_to_check(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"connectwise:privateKey": _SECRET})
    sentence = read_error(provider, tenant_fixture, "SecurityRole")
    assert "(401)" in sentence
    for setting in ("connectwise:companyId", "connectwise:clientId", "connectwise:publicKey", "connectwise:privateKey"):
        assert setting in sentence


def test_a_wrong_token_is_told_with_the_setting_to_check(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"connectwise:gatewayToken": _SECRET, "umbrella:gatewayToken": _SECRET})
    assert "check connectwise:gatewayToken" in read_error(provider, tenant_fixture, "ApiKey")
    assert "check umbrella:gatewayToken" in read_error(provider, tenant_fixture, "PsaIntegration")


def test_an_unexpected_exception_says_where_and_never_what(resting: Resting) -> None:
    """A state that no version of ours writes; the value that breaks stands for a secret."""
    provider, tenant_fixture = resting
    for kind, changed in (
        ("PermissionSet", {"role_id": _SECRET}),
        ("ApiKey", {"member_id": _SECRET}),
        ("ApiKey", {"private_key": {"half": _SECRET}}),
        ("PsaIntegration", {"enabled": _SECRET}),
        ("AccessProof", {"permissions": _SECRET}),
    ):
        sentence = read_error(provider, tenant_fixture, kind, **changed)
        assert sentence.startswith("unexpected ")
        assert f"during read of {kind};" in sentence
        assert sentence.endswith("please report it.")


def test_what_a_server_says_is_one_line_without_our_secrets(provider: Provider, tenant_fixture: TenantFixture) -> None:
    """A server that prints the whole request into its error page, with a stack trace of its own."""
    secrets = list(tenant_fixture.company.secrets().values())
    for kind in ("SecurityRole", "ApiMember", "ApiKey", "PsaIntegration"):
        if "private_key" in tenant_fixture.stack[kind].outputs:
            secrets.append(tenant_fixture.made.private_key)
        lines = "\n".join(f"at Module.Function({secret})" for secret in secrets)
        page = f"<html>\r\n<pre>\n{lines}\n</pre></html>"
        for body in (page, {"code": "InternalError", "message": page, "errors": [{"field": "x\ny", "message": page}]}):
            tenant_fixture.company.forget_faults()
            tenant_fixture.company.inject_fault(
                "status", "securityroles|apiMembers|psaIntegration", status=422, body=body
            )
            read_error(provider, tenant_fixture, kind)


def test_several_wrong_settings_are_told_together_on_one_line(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"umbrella:console": "other", "umbrella:consoleId": "none"})
    sentence = read_error(provider, tenant_fixture, "PsaIntegration")
    assert "umbrella:console: " in sentence
    assert "umbrella:consoleId: " in sentence


def test_a_missing_setting_is_told_with_the_command_and_the_variable_that_set_it(
    start: Start, tenant_fixture: TenantFixture
) -> None:
    del tenant_fixture.company.config["connectwise:clientId"]
    sentence = read_error(start(), tenant_fixture, "SecurityRole")
    assert "`pulumi config set --secret connectwise:clientId`" in sentence
    assert "UMBRELLA_PSA_CONNECTWISE_CLIENT_ID" in sentence


def test_every_verb_words_its_failures_alike(start: Start, tenant_fixture: TenantFixture) -> None:
    provider = start({"connectwise:privateKey": _SECRET})
    one = tenant_fixture.stack["ApiMember"]
    for call in (
        lambda: provider.create("ApiMember", one.inputs),
        lambda: provider.read("ApiMember", one.id, one.outputs),
        lambda: provider.update("ApiMember", one.id, one.outputs, one.inputs),
        lambda: provider.delete("ApiMember", one.id, one.outputs),
    ):
        with pytest.raises(Failed, match=r"^Exception calling application: the site refused the key \w+ \(401\)"):
            call()
    with pytest.raises(Failed, match=r"^Exception calling application: identifier [^\n]*$"):
        provider.diff("ApiMember", one.id, one.outputs, {**one.inputs, "identifier": "with.dot"})
    assert provider.read_stderr() == ""
