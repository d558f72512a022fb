"""What one process shares, and the questions that one vendor's resources ask of the other's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from providers.composition import KEYS, Composition, compose, read_owners
from providers.core.configuration import Configuration
from providers.core.errors import ProviderError
from providers.core.settings import SettingErrors
from providers.engines.pulumi.diagnostics import Diagnostic
from providers.kinds import MODULES, load_handler
from providers.policy import Policy
from stacks.settings import list_keys
from tests.unit.providers.engines.pulumi.simulated import KINDS, Company, Made, Run, found_company


def build(configuration: Configuration) -> Composition:
    return compose(configuration, Policy())


@pytest.fixture
def acme() -> Iterator[Company]:
    with found_company() as made:
        yield made


def check_inputs(run: Run, name: str, made: dict[str, Made], **changed: Any) -> list[str]:
    """What a check of a resource that is not there yet refuses."""
    asked = {**run.company.inputs(name, made), **changed}
    return [failure.reason for failure in run.provider(KINDS[name]).check({}, asked).failures]


def test_a_process_reads_both_consoles_settings_and_the_guards_and_nothing_else() -> None:
    ours = [key for key in list_keys() if key.startswith(("connectwise:", "umbrella:"))]
    assert set(KEYS) >= {*ours, "allow"}
    assert set(KEYS) <= {*list_keys()}


def test_every_kind_has_its_handler_in_one_context(acme: Company) -> None:
    composition = build(Configuration(acme.configuration, {}))
    for kind in MODULES:
        assert type(composition.get_handler(kind)) is load_handler(kind)


def test_whose_objects_these_are_is_known_without_a_request(acme: Company) -> None:
    found = read_owners(Configuration(acme.configuration, {}))
    assert found == {"company": f"{acme.tenant}@127.0.0.1", "console": acme.console}
    assert acme.asked() == []


def test_wrong_settings_are_told_and_not_half_built(acme: Company) -> None:
    with pytest.raises(SettingErrors):
        build(Configuration({**acme.configuration, "umbrella:console": "x"}, {}))


def test_every_secret_of_the_configuration_is_hidden_from_the_start(acme: Company) -> None:
    console = acme.given["consoles"][0]
    more = {"umbrella:apiKey": console["apiKey"], "umbrella:apiSecret": console["apiSecret"]}
    context = build(Configuration({**acme.configuration, **more}, {}))
    names = ("connectwise:clientId", "connectwise:privateKey", "connectwise:gatewayToken", "umbrella:gatewayToken")
    for secret in (*(acme.configuration[name] for name in names), console["apiSecret"]):
        assert secret not in context.redactor.redact(f"x {secret} y")
    context.redactor.add("just-minted")
    assert context.redactor.redact("a just-minted key") == "a [redacted] key"


def test_missing_rights_refuse_a_new_tenant_and_can_be_lifted() -> None:
    with found_company() as poor:
        role = next(one for one in poor.person("GET", "")["roles"] if one["name"] == "Provisioning")
        poor.person("PUT", f"/roles/{role['id']}/levels", {"System / Security Roles": {"delete": "None"}})
        (words,) = check_inputs(Run(poor), "role", {})
        assert "the provisioning key may not do what is needed (System / Security Roles: delete)" in words
        assert check_inputs(Run(poor, allow='["rights"]'), "role", {}) == []


@pytest.mark.parametrize("which", ["/gateway", "/consoles/{console}/gateway"])
def test_a_driver_that_is_not_ready_stops_a_new_tenant_before_anything_is_made(which: str, acme: Company) -> None:
    acme.person("PUT", which.format(console=acme.console), {"ready": False, "reason": "second factor"})
    (words,) = check_inputs(Run(acme), "role", {})
    assert "is not ready (second factor), so nothing was changed" in words


@pytest.mark.parametrize(
    ("kind", "words"),
    [("ConnectWise", "an enabled ConnectWise integration with Theirs"), ("Autotask", "Autotask integ")],
)
def test_a_sink_in_use_stops_a_new_tenant_before_anything_is_made(kind: str, words: str, acme: Company) -> None:
    path = f"/consoles/{acme.console}/psaIntegration"
    acme.person("PUT", path, {"kind": kind, "enabled": True, "publicKey": "Theirs", "privateKey": "x"})
    (reason,) = check_inputs(Run(acme), "role", {})
    assert words in reason
    assert "set umbrella:adopt to any" in reason
    assert check_inputs(Run(acme, umbrella_adopt="any"), "role", {}) == []
    assert acme.keys() == []


def test_an_api_key_of_no_provider_console_stops_a_new_tenant(acme: Company) -> None:
    console = acme.given["consoles"][0]
    url = {"umbrella_apiUrl": acme.url}
    assert (
        check_inputs(
            Run(acme, umbrella_apiKey=console["apiKey"], umbrella_apiSecret=console["apiSecret"], **url), "role", {}
        )
        == []
    )
    (words,) = check_inputs(Run(acme, umbrella_apiKey="Wrong", umbrella_apiSecret="Wrong-secret", **url), "role", {})
    assert words == "the Umbrella API refused umbrella:apiKey and umbrella:apiSecret (401)."


def test_before_a_key_is_minted_everything_that_can_be_known_is_asked(acme: Company) -> None:
    made = Run(acme).up()
    acme.person("PUT", f"/consoles/{acme.console}/gateway", {"ready": False, "reason": "captcha"})
    with pytest.raises(Diagnostic, match=r"is not ready \(captcha\)"):
        Run(acme).provider(KINDS["key"]).create(made["key"].inputs)
    assert acme.keys() == [made["key"].outs["public_key"]]


def test_an_integration_that_is_switched_off_still_holds_its_key(acme: Company) -> None:
    made = Run(acme).up()
    path = f"/consoles/{acme.console}/psaIntegration"
    acme.person("PUT", path, {"enabled": False, "publicKey": made["key"].outs["public_key"]})
    with pytest.raises(Diagnostic, match="is the one that Umbrella holds"):
        Run(acme).provider(KINDS["key"]).delete(made["key"].id, made["key"].outs)


@pytest.fixture
def beta(acme: Company) -> Company:
    """Another company of the same simulator, complete."""
    other = Company(acme.url)
    Run(other).up()
    return other


def writes(other: Company, before: int) -> list[str]:
    return [one for one in other.asked()[before:] if not one.startswith("GET ")]


def test_a_key_is_never_minted_at_another_companys_gateway(acme: Company, beta: Company) -> None:
    key = Run(acme).up()["key"]
    member = next(one["id"] for one in beta.person("GET", "")["apiMembers"] if one["identifier"] == "Umbrella")
    # Numbers are small, so another company has a member of ours' number before long.
    for bag in (key.inputs, key.outs):
        bag["member_id"] = str(member)
    before = len(beta.asked())
    elsewhere = {name: beta.configuration[f"connectwise:{name}"] for name in ("gatewayUrl", "gatewayToken")}
    run = Run(acme, **{f"connectwise_{name}": value for name, value in elsewhere.items()})
    with pytest.raises(Diagnostic):
        run.provider(KINDS["key"]).read(key.id, key.outs)
        run.provider(KINDS["key"]).create(key.inputs)
    assert writes(beta, before) == []


def test_another_consoles_sink_is_never_written(acme: Company, beta: Company) -> None:
    sink = Run(acme).up()["umbrella"]
    held = beta.sink()
    elsewhere = {name: beta.configuration[f"umbrella:{name}"] for name in ("gatewayUrl", "gatewayToken")}
    run = Run(acme, **{f"umbrella_{name}": value for name, value in elsewhere.items()})
    with pytest.raises(Diagnostic):
        run.provider(KINDS["umbrella"]).update(sink.id, sink.outs, sink.inputs)
    assert beta.sink() == held


def test_a_gateway_of_the_same_company_at_another_site_is_refused(acme: Company) -> None:
    health = {"console": "connectwise", "site": "psa.elsewhere.example", "companyId": acme.tenant, "ready": True}
    fault = {"kind": "body", "company": acme.tenant, "path": "/gateway/connectwise/.*/health$", "times": None}
    acme.control("POST", "/faults", {**fault, "body": {**health, "reason": None}})
    assert any("psa.elsewhere.example" in words for words in check_inputs(Run(acme), "role", {}))


@pytest.mark.parametrize("role", ["Umbrella", "Umbrella2"])
def test_a_tenant_that_is_in_place_may_change_its_names(role: str, acme: Company) -> None:
    made = Run(acme).up()
    asked = acme.inputs("role", made)
    plan = {**asked["plan"], "role": role, "member": "Umbrella2"}
    result = Run(acme).provider(KINDS["role"]).check(made["role"].inputs, {**asked, "name": role, "plan": plan})
    assert [failure.reason for failure in result.failures] == []


def test_no_key_is_minted_for_a_sink_that_will_be_refused(acme: Company) -> None:
    run = Run(acme)
    made: dict[str, Made] = {}
    for name in ("role", "permissions", "member"):
        given = run.provider(KINDS[name]).check({}, acme.inputs(name, made)).inputs
        created = run.provider(KINDS[name]).create(given)
        made[name] = Made(created.id, given, created.outs or {})
    # The run was cut off here, and a person set the console up by hand meanwhile.
    path = f"/consoles/{acme.console}/psaIntegration"
    acme.person("PUT", path, {"enabled": True, "publicKey": "Theirs", "privateKey": "x"})
    with pytest.raises((Diagnostic, ProviderError)):
        Run(acme).provider(KINDS["key"]).create(acme.inputs("key", made) | {"minted_on": "2026-01-01"})
    assert acme.keys() == []


@pytest.mark.parametrize("drift", [{"kind": "Autotask"}, {"publicKey": None, "privateKey": None}], ids=["kind", "key"])
def test_a_sink_of_ours_that_somebody_changed_does_not_stop_a_rotation(drift: dict[str, Any], acme: Company) -> None:
    made = Run(acme).up()
    acme.person("PUT", f"/consoles/{acme.console}/psaIntegration", {"enabled": True, **drift})
    run = Run(acme)
    run.refreshed(made)
    minted = run.provider(KINDS["key"]).create({**made["key"].inputs, "rotate": "again"})
    assert minted.id != made["key"].id
