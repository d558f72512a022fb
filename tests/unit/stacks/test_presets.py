"""The Umbrella preset, word for word what Cisco's page and the contract say."""

from __future__ import annotations

from stacks.presets.umbrella import UMBRELLA_PERMISSIONS, UMBRELLA_TABLES
from stacks.settings import TenantSettings

# Cisco, document 225008, step 4 (the English names stand in its screenshots).
CISCO = {
    "Companies / Company Maintenance": ["inquire"],
    "Companies / Configurations": ["add", "edit", "inquire"],
    "Service Desk / Service Tickets": ["add", "edit", "inquire"],
    "System / Table Setup": ["add", "edit", "inquire"],
}


def test_four_functions_with_all_where_the_page_says_all_and_nothing_else() -> None:
    assert {name: dict.fromkeys(verbs, "All") for name, verbs in CISCO.items()} == UMBRELLA_PERMISSIONS


def test_nothing_may_be_deleted() -> None:
    assert not [name for name, levels in UMBRELLA_PERMISSIONS.items() if "delete" in levels]


def test_three_tables_as_the_dialogue_shows_them() -> None:
    assert UMBRELLA_TABLES == ("Company / Configuration", "Service / Priority", "Service / Service Board")


def test_the_preset_is_what_a_tenant_gets_that_says_nothing() -> None:
    own = TenantSettings()
    assert {name: levels.properties() for name, levels in own.permissions.items()} == UMBRELLA_PERMISSIONS
    assert tuple(own.table_access) == UMBRELLA_TABLES


def test_no_tenant_changes_another_ones_preset() -> None:
    TenantSettings().table_access.append("Company / Country")
    assert tuple(TenantSettings().table_access) == UMBRELLA_TABLES
