"""A changed or translated screen: it stops the operation and names what is missing; data mends it, not code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.console.serving import Client, Estate, row

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
        "screen": {"heading": "Ruolo di sicurezza"},
        "name": {"textbox": "ID ruolo"},
        "levels": {"inquire": {"combobox": "Livello richiesta di informazioni"}},
        "values": {"All": "Tutto"},
        "save": {"button": "Salva"},
        "saved": "Record aggiornato.",
    },
}
WANTED = {"settings": [row("Companies / Company Maintenance", None, None, None, "All")]}


def screens(folder: Path, **content: object) -> str:
    file = folder / "screens.yaml"
    file.write_text(yaml.safe_dump({"waits": {"element": 2, "save": 2}} | content), encoding="utf-8")
    return str(file)


def test_a_translated_screen_is_a_change_of_data(serve: Callable[..., Client], estate: Estate, tmp_path: Path) -> None:
    estate.company.ask("PUT", "/screens", {"labels": ITALIAN})
    client = serve(screens=screens(tmp_path, **SCREENS))
    assert client.done("PUT", estate.settings, WANTED)["settings"][0]["inquireLevel"] == "All"
    assert estate.company.role()["levels"] == {"Companies / Company Maintenance": {"inquire": "All"}}


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Role ID", "'Security Role' does not look as expected: no textbox 'Role ID'"),
        ("Inquire Level", "has no inquire level"),
        ("Save", "no button 'Save'"),
        ("You have successfully updated this record.", "no answer to button 'Save'"),
    ],
)
def test_a_changed_label_stops_the_operation_and_is_named(
    serve: Callable[..., Client], estate: Estate, tmp_path: Path, label: str, named: str
) -> None:
    estate.company.ask("PUT", "/screens", {"labels": {label: "Something else"}})
    client = serve(screens=screens(tmp_path))
    status, code, message = client.refused("PUT", estate.settings, WANTED)
    assert (status, code) in ((501, "unknown_screen"), (422, "refused_by_console"))
    assert named in message and "Something else" not in message
    if status == 501:
        assert [one["moment"] for one in client.done("GET", "/evidence")][-1] == "failed"
    estate.company.ask("PUT", "/screens", {"labels": {}})
    assert client.done("PUT", estate.settings, WANTED)["settings"][0]["inquireLevel"] == "All"
