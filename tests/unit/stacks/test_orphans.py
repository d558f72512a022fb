"""The report of `orphans`, whose names scripts know."""

from __future__ import annotations

from stacks.fleet.orphans import Orphan


def test_a_row_of_the_report_has_the_names_that_scripts_know() -> None:
    orphan = Orphan("acme", 7, "12", "PUBLIC", "Umbrella [psa:a.b.c]", "2026-01-31T00:00:00+00:00", "Umbrella holds it")
    assert orphan.to_row(revoked=False) == {
        "tenant": "acme",
        "member_id": 7,
        "key_id": "12",
        "public_key": "PUBLIC",
        "description": "Umbrella [psa:a.b.c]",
        "created_at": "2026-01-31T00:00:00+00:00",
        "kept": "Umbrella holds it",
        "revoked": False,
    }
