"""A tenant's settings: every key of docs/settings.md."""

from __future__ import annotations

import json

import pytest

from providers.connectwise.grants import Levels
from providers.core.configuration import to_environment_name
from providers.core.schema import is_sensitive
from providers.core.settings import map_keys
from stacks.settings import NAMESPACES, list_keys
from tests.unit.stacks.configuration import PLAIN, SECRET, read_settings

# docs/settings.md, the table: key -> (required, secret, default as the settings hold it).
CONTRACT: dict[str, tuple[bool, bool, object]] = {
    "connectwise:site": (True, False, None),
    "connectwise:companyId": (True, False, None),
    "connectwise:clientId": (True, True, None),
    "connectwise:publicKey": (True, False, None),
    "connectwise:privateKey": (True, True, None),
    "connectwise:apiVersion": (False, False, "2025.1"),
    "connectwise:driver": (False, False, "manual"),
    "connectwise:gatewayUrl": (False, False, None),
    "connectwise:gatewayToken": (False, True, None),
    "connectwise:requestsPerSecond": (False, False, 15),
    "connectwise:requestBudget": (False, False, "site"),
    "connectwise:manualPublicKey": (False, False, None),
    "connectwise:manualPrivateKey": (False, True, None),
    "umbrella:console": (True, False, None),
    "umbrella:consoleId": (True, False, None),
    "umbrella:driver": (False, False, "manual"),
    "umbrella:gatewayUrl": (False, False, None),
    "umbrella:gatewayToken": (False, True, None),
    "umbrella:appliedKey": (False, False, None),
    "umbrella:adopt": (False, False, "never"),
    "umbrella:apiUrl": (False, False, "https://api.umbrella.com"),
    "umbrella:apiKey": (False, False, None),
    "umbrella:apiSecret": (False, True, None),
    "vault:url": (False, False, None),
    "vault:address": (False, False, None),
    "vault:namespace": (False, False, None),
    "vault:roleId": (False, False, None),
    "vault:region": (False, False, None),
    "vault:endpoint": (False, False, None),
    "vault:kmsKey": (False, False, None),
    "vault:token": (False, True, None),
    "vault:secretId": (False, True, None),
    "vault:onDestroy": (False, False, "keep"),
    "integration": (False, False, "cisco-umbrella"),
    "sink": (False, False, None),
    "appliedKey": (False, False, None),
    "roleName": (False, False, "Umbrella"),
    "memberId": (False, False, "Umbrella"),
    "memberName": (False, False, "Cisco Umbrella"),
    "memberEmail": (False, False, ""),
    "memberDefaults": (False, False, {}),
    "keyDescription": (False, False, "Umbrella PSA Integration"),
    "rotate": (False, False, ""),
    "maxAgeDays": (False, False, None),
    "adopt": (False, False, "never"),
    "labels": (False, False, {}),
    "allow": (False, False, []),
}
PRESET = {"permissions", "tableAccess", "customize"}  # their defaults are test_presets' business


def test_there_is_every_setting_of_the_contract_and_no_other() -> None:
    assert set(list_keys()) == {*CONTRACT, *PRESET}


@pytest.mark.parametrize("key", CONTRACT)
def test_each_setting_is_required_secret_and_by_default_what_the_contract_says(key: str) -> None:
    namespace, name = key.split(":") if ":" in key else ("", key)
    model = NAMESPACES[namespace]
    info = model.model_fields[map_keys(model, namespace)[key]]
    required, secret, default = CONTRACT[key]
    assert info.is_required() == required
    assert is_sensitive(info) == secret
    if not required:
        assert info.get_default(call_default_factory=True, validated_data={}) == default
    assert name


def test_a_tenant_that_says_what_is_required_is_complete() -> None:
    tenant = read_settings()
    assert (tenant.name, tenant.connectwise.site) == ("acme", "https://na.myconnectwise.net")
    assert tenant.connectwise.private_key.get_secret_value() == "pr1vate-value"
    assert tenant.sink.console == "msp/9898129"
    assert tenant.own.role_name == "Umbrella"


def test_the_projects_own_keys_may_carry_its_name() -> None:
    assert read_settings({"umbrella-psa:roleName": "Other"}).own.role_name == "Other"
    assert read_settings({"roleName": "Other"}).own.role_name == "Other"


def test_the_examples_of_the_contract_are_taken() -> None:
    permissions = {
        "Companies / Company Maintenance": {"inquire": "All"},
        "Companies / Configurations": {"add": "All", "edit": "All", "inquire": "All"},
        "Service Desk / Service Tickets": {"add": "All", "edit": "All", "inquire": "All"},
        "System / Table Setup": {"add": "All", "edit": "All", "inquire": "All"},
    }
    tables = ["Company / Configuration", "Service / Priority", "Service / Service Board"]
    defaults = {
        "level": "Corporate (Level 1)",
        "location": "Rome Office",
        "department": "Services",
        "territory": "Rome Office",
        "timeZone": "CET",
        "board": "Alerts",
    }
    own = read_settings(
        {
            "umbrella-psa:permissions": json.dumps(permissions),
            "umbrella-psa:tableAccess": json.dumps(tables),
            "umbrella-psa:memberDefaults": json.dumps(defaults),
        }
    ).own
    assert own == read_settings().own.model_copy(update={"member_defaults": defaults})


def test_an_id_is_taken_as_the_engines_command_writes_it() -> None:
    """`pulumi config set --path umbrella-psa:memberDefaults.location 12` leaves a number in the file."""
    for written in ('{"location": 12}', '{"location": "12"}'):
        assert read_settings({"umbrella-psa:memberDefaults": written}).own.member_defaults == {"location": "12"}


def test_permissions_and_tables_each_replace_their_part_of_the_preset_whole() -> None:
    own = read_settings({"permissions": '{"Companies / Contacts": {"inquire": "My"}}'}).own
    assert own.permissions == {"Companies / Contacts": Levels(inquire="My")}
    assert own.table_access == read_settings().own.table_access
    assert read_settings({"tableAccess": "[]"}).own.table_access == []
    assert own.customize is None
    assert read_settings({"customize": "{}"}).own.customize is None


@pytest.mark.parametrize(
    ("key", "value", "held"),
    [
        ("maxAgeDays", "90", 90),
        ("rotate", "2026-Q1", "2026-Q1"),
        ("adopt", "identical", "identical"),
        ("allow", '["rights"]', ["rights"]),
        ("memberEmail", "psa@example.com", "psa@example.com"),
        ("roleName", "R" * 30, "R" * 30),
        ("memberId", "M" * 15, "M" * 15),
        ("permissions", '{"A / B / C": {"add": "All"}}', {"A / B / C": Levels(add="All")}),
    ],
)
def test_a_right_value_is_taken(key: str, value: str, held: object) -> None:
    field = map_keys(NAMESPACES[""], "")[key]
    assert getattr(read_settings({key: value}).own, field) == held


@pytest.mark.parametrize("key", [key for key in {**PLAIN, **SECRET}])
def test_every_setting_may_come_from_the_environment_alone(key: str) -> None:
    value = {**PLAIN, **SECRET}[key]
    assert read_settings({key: None}, environment={to_environment_name(key): value}) == read_settings()


def test_the_environment_wins_over_the_stack() -> None:
    tenant = read_settings({"rotate": "stack"}, environment={"UMBRELLA_PSA_ROTATE": "environment"})
    assert tenant.own.rotate == "environment"


@pytest.mark.parametrize("name", ["acme", "a", "7", "acme-msp", "a-b-c", "1-2"])
def test_a_tenants_name_is_lower_case_with_single_hyphens(name: str) -> None:
    assert read_settings(name=name).name == name


def test_no_secret_is_in_a_tenants_repr() -> None:
    shown = repr(read_settings()) + str(read_settings())
    assert not [value for value in SECRET.values() if value in shown]
