from __future__ import annotations

from collections import Counter

import pytest

from simulator.services.connectwise.catalogue import BY_LABEL, FUNCTIONS
from tests.unit.simulator.site import Site


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/system/locations", "Rome Office"),
        ("/system/departments", "Services"),
        ("/system/myCompany/corporateStructureLevels", "Corporate (Level 1)"),
        ("/system/timeZoneSetups", "CET"),
        ("/service/boards", "Alerts"),
        ("/system/setupScreens", "Configuration"),
    ],
)
def test_catalogues_are_found_by_name_and_read_by_id(site: Site, path: str, name: str) -> None:
    rows = site.rest("GET", path, params={"conditions": f'name = "{name}"'}).json()
    assert [row["name"] for row in rows] == [name]
    assert site.rest("GET", f"{path}/{rows[0]['id']}").json() == rows[0]
    assert site.rest("GET", f"{path}/1").status_code == 404
    assert site.rest("GET", f"{path}/count").json()["count"] > 3


def test_the_setup_screens_hold_every_table_of_ciscos_page(site: Site) -> None:
    rows = site.rest("GET", "/system/setupScreens?pageSize=1000").json()
    labels = [f"{row['category']} / {row['name']}" for row in rows]
    assert len(labels) >= 60
    assert labels == sorted(labels, key=str.casefold)
    assert {"Company / Configuration", "Service / Priority", "Service / Service Board"} <= set(labels)
    # The right-hand list of the screenshot, from its top: nothing may stand between its rows.
    listed = [label for label in labels if label != "Company / Configuration"][:9]
    assert listed == [
        "Activities / Activity Status-CRM",
        "Activities / Activity Type",
        "Agreements / Agreement Type",
        "Agreements / Batch",
        "Company / Address Formats",
        "Company / Company Status",
        "Company / Company Type",
        "Company / Configuration Status",
        "Company / Country",
    ]


def test_a_role_has_as_many_functions_as_the_published_lists() -> None:
    """Two screenshots, N-able's list for three modules, the vendor's matrix for the rest."""
    assert Counter(function.module for function in FUNCTIONS) == {
        "Companies": 15,
        "Finance": 13,
        "Marketing": 4,
        "Procurement": 10,
        "Project": 16,
        "Sales": 8,
        "Service Desk": 22,
        "System": 21,
        "Time & Expense": 8,
    }


@pytest.mark.parametrize(
    "label",
    [
        "Procurement / Product Billable Option",
        "Procurement / Products",
        "Procurement / Purchase Orders",
        "Project / Project Headers",
        "Project / Project Ticket Tasks",
        "Sales / Sales Orders",
        "Time & Expense / Expense Report Entry",
    ],
)
def test_what_integrators_ask_for_is_there(label: str) -> None:
    assert label in BY_LABEL


def test_the_table_that_petra_asks_for_is_there(site: Site) -> None:
    query = {"conditions": 'category = "Service" and name = "Source"'}
    assert len(site.rest("GET", "/system/setupScreens", params=query).json()) == 1
