"""Identities, which engines keep beside a row from 1.12 on: an import by one, and what becomes of a key's."""

from __future__ import annotations

import json
from typing import Any

from tests.terraform.workspace import Workspace

IMPORT = """
import {
  to       = umbrellapsa_security_role.theirs
  identity = { %s }
}

resource "umbrellapsa_security_role" "theirs" {
  name = "Theirs"
}
"""


def read_identities(tenant: Workspace) -> dict[str, Any]:
    """The rows' identities, by type."""
    shown = json.loads(tenant.run("show", "-json").text)["values"]["root_module"]
    tenant.seen.pop()  # it shows what is sensitive, as it is asked to
    rows = [*shown.get("resources", []), *shown["child_modules"][0]["resources"]]
    return {row["type"]: row["identity"] for row in rows if row["mode"] == "managed"}


def test_an_object_is_imported_by_its_identity(tenant: Workspace) -> None:
    company, file = tenant.company, tenant.folder / "theirs.tf"
    role = company.ask("POST", "/roles", {"name": "Theirs"})
    file.write_text(IMPORT % f'id = "{role["id"]}", company = "somebody@else.example"', encoding="utf-8")
    refused = tenant.preview(expect=1)
    says = "the identity of umbrellapsa_security_role names the company somebody@else.example, but the provider"
    assert refused.count(says) == 1

    file.write_text(IMPORT % f'id = "{role["id"]}"', encoding="utf-8")
    assert tenant.up().count("1 imported, 0 added, 0 changed, 0 destroyed") == 1
    tenant.preview(expect=0)


def test_a_row_says_whose_its_object_is_and_a_renewed_key_has_another_identity(tenant: Workspace) -> None:
    company = tenant.company
    before = read_identities(tenant)
    assert {name: tuple(identity) for name, identity in before.items()} == {
        name: ("console" if name.endswith("psa_integration") else "company", "id") for name in before
    }
    assert before["umbrellapsa_api_key"]["id"] == company.member()["keys"][0]["id"]
    tenant.set("rotate", "another identity")
    tenant.up()
    after = read_identities(tenant)
    assert after["umbrellapsa_api_key"]["id"] == company.member()["keys"][0]["id"]
    assert {name for name in after if after[name] != before[name]} == {"umbrellapsa_api_key"}
    tenant.preview(expect=0)
