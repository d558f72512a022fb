"""A changed or translated screen: it stops the operation and names what is missing; new data is enough, not code."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simulator.remote import Company
from tests.console.running import Serve, Tenant, make_row

# What Cisco's Italian page calls these things.
ITALIAN = {
    "System": "Sistema",
    "Security Roles": "Ruoli di sicurezza",
    "Security Role": "Ruolo di sicurezza",
    "Role ID": "ID ruolo",
    "Inquire Level": "Livello richiesta di informazioni",
    "All": "Tutto",
    "Save": "Salva",
    "You have successfully updated this record.": "Record aggiornato.",
}
SCREENS = {
    "waits": {"element": 10},
    "inside": {"button": "Sistema"},
    "roles": {
        "entries": [{"button": "Sistema"}, {"link": "Ruoli di sicurezza"}],
        "screen": {"heading": "Ruoli di sicurezza"},
    },
    "role": {
        "by": "mouse",
        "screen": {"heading": "Ruolo di sicurezza"},
        "name": {"textbox": "ID ruolo"},
        "levels": {"inquire": {"combobox": "Livello richiesta di informazioni"}},
        "values": {"All": "Tutto"},
        "save": {"button": "Salva"},
        "saved": "Record aggiornato.",
    },
}
WANTED = {"settings": [make_row("Companies / Company Maintenance", None, None, None, "All")]}


def write_screens(folder: Path, **content: object) -> str:
    file = folder / "screens.yaml"
    file.write_text(yaml.safe_dump({"waits": {"element": 5, "save": 5}} | content), encoding="utf-8")
    return str(file)


def test_a_translated_screen_is_a_change_of_data(serve: Serve, tenant: Tenant, tmp_path: Path) -> None:
    tenant.company.ask("PUT", "/screens", {"labels": ITALIAN})
    client = serve(screens=write_screens(tmp_path, **SCREENS))
    assert client.expect_ok("PUT", tenant.settings, WANTED)["settings"][0]["inquireLevel"] == "All"
    assert tenant.company.role()["levels"] == {"Companies / Company Maintenance": {"inquire": "All"}}


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Role ID", "'Security Role' does not look as expected: no textbox 'Role ID'"),
        ("Inquire Level", "no combobox 'Inquire Level'"),
        ("Save", "no button 'Save'"),
        ("You have successfully updated this record.", "no line 'You have successfully updated this record.'"),
    ],
)
def test_a_changed_label_stops_the_operation_and_is_named(
    serve: Serve, tenant: Tenant, tmp_path: Path, label: str, named: str
) -> None:
    tenant.company.ask("PUT", "/screens", {"labels": {label: "Something else"}})
    client = serve(screens=write_screens(tmp_path))
    status, code, message = client.expect_error("PUT", tenant.settings, WANTED)
    assert (status, code) == (501, "unknown_screen")
    assert named in message and "Something else" not in message
    assert [picture["moment"] for picture in client.expect_ok("GET", "/evidence")][-1] == "failed"
    tenant.company.ask("PUT", "/screens", {"labels": {}})
    assert client.expect_ok("PUT", tenant.settings, WANTED)["settings"][0]["inquireLevel"] == "All"


@pytest.mark.parametrize("level", ["None", "All", None])
def test_a_renamed_level_is_no_level_that_a_row_lacks(
    serve: Serve, tenant: Tenant, tmp_path: Path, level: str | None
) -> None:
    held = {"Companies / Company Maintenance": {"delete": "All"}}
    tenant.company.ask("PUT", f"/roles/{tenant.role}/levels", held)
    tenant.company.ask("PUT", "/screens", {"labels": {"Delete Level": "Something else"}})
    client = serve(screens=write_screens(tmp_path))
    wanted = {"settings": [make_row("Companies / Company Maintenance", None, None, level, None)]}
    status, code, message = client.expect_error("PUT", tenant.settings, wanted)
    assert (status, code) == (501, "unknown_screen")
    assert "no combobox 'Delete Level'" in message
    assert tenant.company.role()["levels"] == held


def test_a_word_that_is_neither_yes_nor_no_is_no_living_key(serve: Serve, tenant: Tenant, tmp_path: Path) -> None:
    client = serve(screens=write_screens(tmp_path))
    made = client.expect_ok("POST", tenant.keys, {"description": "stopped"})
    client.expect_ok("PATCH", f"{tenant.keys}/{made['id']}", {"inactive": True})
    tenant.company.ask("PUT", "/screens", {"labels": {"Yes": "Something else"}})
    assert client.expect_error("GET", tenant.keys)[0] == 501
    assert "column 'Inactive' says neither 'Yes' nor 'No'" in client.expect_error("GET", tenant.keys)[2]


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Enabled", "no switch 'Enabled'"),
        ("Public API Key", "no textbox 'Public API Key'"),
        ("A private key is saved.", "no 'A private key is saved.'"),
        ("Settings saved.", "no line 'Settings saved.' after the button 'Save'; it may have been saved"),
    ],
)
def test_umbrella_s_labels_are_named_too(
    serve: Serve, company: Company, tmp_path: Path, label: str, named: str
) -> None:
    company.set_sink(kind="ConnectWise", enabled=True, publicKey="A" * 16)
    company.ask("PUT", "/screens", {"labels": {label: "Something else"}})
    client = serve("umbrella", screens=write_screens(tmp_path))
    body = {"kind": "ConnectWise", "enabled": True, "publicKey": "C" * 16, "privateKey": "d" * 16}
    status, code, message = client.expect_error("PUT", "/psaIntegration", body)
    assert (status, code) == (501, "unknown_screen")
    assert named in message and "Something else" not in message
