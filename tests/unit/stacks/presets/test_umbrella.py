"""The Umbrella preset, word for word what Cisco's page and the contract say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stacks.presets.catalogue import find_preset
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
    assert own.table_access == list(UMBRELLA_TABLES)


def test_no_tenant_changes_another_ones_preset() -> None:
    tables = TenantSettings().table_access
    assert tables
    tables.append("Company / Country")
    assert TenantSettings().table_access == list(UMBRELLA_TABLES)


def test_the_preset_that_is_shown_is_the_one_that_is_deployed() -> None:
    shown = find_preset("cisco-umbrella")
    assert {name: levels.properties() for name, levels in shown.permissions.items()} == UMBRELLA_PERMISSIONS
    assert tuple(shown.tables) == UMBRELLA_TABLES
    assert not shown.meant


_WATCHED = """
import sys
opened = []
sys.addaudithook(lambda event, details: opened.append(str(details[0])) if event == "open" else None)
from stacks.settings import TenantSettings
from stacks.checks import examination
TenantSettings()
print([name for name in opened if name.endswith(".yaml")], "stacks.presets.catalogue" in sys.modules)
"""


def test_the_default_reads_no_file_of_presets() -> None:
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", _WATCHED], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"
