from __future__ import annotations

import pytest

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
