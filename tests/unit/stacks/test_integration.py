"""What a tenant's settings are by default for another integration than Umbrella."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.connectwise.grants import Levels
from providers.sink import OF_UMBRELLA
from stacks.graph import build_plan, get_owner
from stacks.integration import find_integration
from stacks.presets.catalogue import list_names
from stacks.settings import Tenant, TenantSettings
from stacks.shared_inputs import make_destination_fields
from tests.unit.stacks.configuration import PLAIN, SECRET, read_errors, read_settings

WITHOUT_UMBRELLA: dict[str, str | None] = {key: None for key in {**PLAIN, **SECRET} if key.startswith("umbrella:")}


def read_other(**settings: str) -> Tenant:
    given = {"integration": "n-able-n-central"} | {key.replace("__", ":"): text for key, text in settings.items()}
    return read_settings({**WITHOUT_UMBRELLA, **given})


def test_umbrellas_defaults_are_what_they_always_were_and_no_file_is_read() -> None:
    assert find_integration(OF_UMBRELLA) is None
    assert read_settings({"integration": OF_UMBRELLA}).own == read_settings().own
    tenant = read_settings()
    assert (tenant.integration, tenant.vendor_names, make_destination_fields(tenant)) == (None, None, {})
    assert build_plan(tenant).vendor_names is None


def test_names_permissions_and_tables_are_the_vendors() -> None:
    tenant = read_other()
    own = tenant.own
    assert (own.role_name, own.member_id, own.member_name) == ("N-able N-central", "N-central", "N-able N-central")
    assert own.key_description == "N-able N-central PSA Integration"
    assert own.permissions["Service Desk / Close Service Ticket"] == Levels(
        add="All", edit="All", delete="All", inquire="All"
    )
    assert own.table_access is None
    assert tenant.vendor_names == sorted(own.permissions)
    assert make_destination_fields(tenant) == {
        "sink": "manual",
        "product": "N-able N-central",
        "screen": "Administration > PSA Integration",
    }
    assert get_owner(tenant) != get_owner(read_settings())


def test_permissions_and_tables_each_replace_their_part() -> None:
    permissions = read_other(permissions='{"Companies / Contacts": {"inquire": "My"}}')
    assert permissions.own.permissions == {"Companies / Contacts": Levels(inquire="My")}
    assert (permissions.own.table_access, permissions.vendor_names) == (None, None), (
        "the user's own are spelled as the site does"
    )
    tables = read_other(tableAccess='["Service / Priority"]')
    assert tables.own.table_access == ["Service / Priority"]
    assert tables.own.permissions == read_other().own.permissions
    assert read_other(roleName="Other").own.role_name == "Other"
    assert read_settings({"tableAccess": "uncustomized"}).own.table_access is None
    assert read_other().own.customize is None
    lists = read_other(customize='{"Companies / Configurations": ["Server", "Domain"]}')
    assert lists.own.customize == {"Companies / Configurations": ["Domain", "Server"]}
    assert build_plan(lists).customize == lists.own.customize


@pytest.mark.parametrize("name", [name for name in list_names() if name != OF_UMBRELLA])
def test_every_preset_makes_settings_that_would_be_taken(name: str) -> None:
    found = find_integration(name)
    assert found
    taken = TenantSettings.model_validate({"integration": name, **found.defaults})
    assert taken.member_id == taken.member_id.strip()
    assert found.title


def test_a_file_of_ones_own_starts_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bot.yaml").write_text(
        "{vendor: Ours, integration: 'The v2.1 bot of the desk', source: {page: here, read: 2026-11-30}, "
        "permissions: {Service Desk / Service Ticket: {inquire: All}, Service Desk / resource-scheduling: {add: All}}, "
        "tables: [Service / Priority], customize: {Service Desk / resource-scheduling: [Region, Corporate]}, "
        "names: {keyDescription: Bot}}",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    tenant = read_other(integration="./bot.yaml", sink="none", vault__url="awssm://umbrella/acme")
    assert (tenant.sink.kind, tenant.sink.console) == ("none", "bot")
    assert tenant.own.member_id == "The v21 bot of"
    assert (tenant.own.role_name, tenant.own.key_description) == ("Ours The v2.1 bot of the desk", "Bot")
    assert tenant.own.table_access == ["Service / Priority"]
    assert build_plan(tenant).customize == {"Service Desk / Resource Scheduling": ["Corporate", "Region"]}
    own = read_other(integration="./bot.yaml", customize='{"Sales / Reports": []}')
    assert own.own.customize == {"Sales / Reports": []}, "what is set replaces the preset's part"


def test_what_is_wrong_with_a_file_is_told_beside_all_else_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "bot.yaml"
    whole = "{vendor: X, integration: Y, source: {page: p, read: 2026-11-30}, permissions: {A / B: {add: All}}, "
    file.write_text(whole + "names: {memberId: x.y}, screen: here}", encoding="utf-8")
    told = read_errors({**WITHOUT_UMBRELLA, "integration": str(file), "connectwise:site": None})
    assert [sentence.partition(": ")[0] for sentence in told] == ["connectwise:site", str(file), str(file)]
    assert "names: memberId: must have no dots" in told[1]
    assert "screen: must be a map" in told[2]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"integration": "n-able-ncentral"}, "integration: there is no preset 'n-able-ncentral'"),
        ({"integration": "./none.yaml"}, "integration: none.yaml can't be read: No such file or directory."),
        (
            {"integration": "rewst", "sink": "none"},
            "sink: is none, so the vault alone has the key, and no vault is",
        ),
        (
            {"tableAccess": "uncustomised"},
            'tableAccess: is not well-formed; write it as YAML in the stack file or as JSON text. Did you mean "un',
        ),
        ({"integration": "rewst", "sink": "Manual"}, "sink: must be 'umbrella', 'manual' or 'none'"),
        ({"integration": "rewst", "appliedKey": "two words"}, "appliedKey: must be the public key, or none"),
        (
            {"integration": "rewst", "umbrella:console": "msp"},
            "umbrella:console: is not used, since the sink is manual",
        ),
        ({"tableAccess": '["A / B", "a/b"]'}, "tableAccess: names a table twice"),
    ],
)
def test_what_is_wrong_is_one_sentence(settings: dict[str, str], told: str) -> None:
    others = WITHOUT_UMBRELLA if "integration" in settings else {}
    (sentence,) = read_errors({**others, **settings})
    assert sentence.startswith(told)
