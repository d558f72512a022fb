"""What a plan promises: known where it will be so, unknown where only the apply tells."""

from __future__ import annotations

from typing import Any

from providers.engines.terraform.planning import Wish, plan_change, plan_creation
from providers.engines.terraform.rows import keep_promises, keep_spelling
from providers.engines.terraform.schema import describe_kind
from providers.engines.terraform.wire import UNKNOWN

ROLE = describe_kind("SecurityRole")
SET = describe_kind("PermissionSet")
KEY = describe_kind("ApiKey")

WANTED = {"Companies / Configurations": {"inquire": "All"}}
KEY_ROW: dict[str, Any] = {name: None for name in KEY.attributes} | {
    "id": "7",
    "member_id": "2",
    "description": "Key",
    "rotate": "",
    "minted_on": "2026-01-01",
    "public_key": "Public",
    "private_key": "Private",
    "active": True,
    "pending": "",
    "lost": "",
}


def make_wish(config: dict[str, Any], changed: set[str], **checked: Any) -> Wish:
    unknown = frozenset(name for name, value in config.items() if value is UNKNOWN)
    return Wish(config, {**config, **checked}, unknown, frozenset(changed))


def test_an_object_that_is_to_be_made_is_as_asked_for_and_as_wanted() -> None:
    row = plan_creation(ROLE, make_wish({"name": "Umbrella", "adopt": None}, set(), adopt="never", tenant="acme"))
    assert (row["name"], row["adopt"], row["tenant"]) == ("Umbrella", "never", "acme")
    assert (row["active"], row["admin"], row["lost"]) == (True, False, "")
    assert row["id"] is row["adopted"] is UNKNOWN
    assert row["plan"] is None  # write-only


def test_an_unknown_parent_replaces_what_it_is_the_parent_of() -> None:
    prior = {name: None for name in SET.attributes} | {"id": "4", "role_id": "4", "permissions": WANTED, "granted": "4"}
    wish = make_wish({"role_id": UNKNOWN, "permissions": WANTED, "table_access": []}, {"role_id"})
    planned = plan_change(SET, prior, wish)
    assert planned.replaces == ["role_id"]
    assert planned.row["role_id"] is UNKNOWN


def test_a_key_is_renewed_in_place_with_all_that_is_new_about_it_unknown() -> None:
    config = {"member_id": "2", "description": "Key", "rotate": "2", "max_age_days": None}
    planned = plan_change(KEY, KEY_ROW, make_wish(config, {"rotate", "minted_on"}, minted_on="2026-11-29"))
    assert planned.replaces == []
    assert {planned.row[name] for name in ("id", "public_key", "private_key", "full_description")} == {UNKNOWN}
    assert planned.row["minted_on"] == "2026-11-29"  # the day comes from the plan


def test_a_key_that_is_only_switched_on_again_stays_known_so_that_nothing_follows() -> None:
    config = {"member_id": "2", "description": "Key", "rotate": "", "max_age_days": None}
    prior = KEY_ROW | {"active": False}
    planned = plan_change(KEY, prior, make_wish(config, {"active"}, minted_on="2026-01-01"))
    assert planned.row == prior | {"active": True}


def test_a_lost_key_is_made_anew_in_place() -> None:
    config = {"member_id": "2", "description": "Key", "rotate": "", "max_age_days": None}
    lost = KEY_ROW | {"lost": "object"}
    planned = plan_change(KEY, lost, make_wish(config, set(), minted_on="2026-01-01"))
    assert (planned.replaces, planned.row["lost"]) == ([], "")
    assert planned.row["id"] is UNKNOWN


def test_nothing_is_planned_where_nothing_differs() -> None:
    spelled = {"Companies / Configurations": {"inquire": "All", "add": "None"}}
    prior = {name: None for name in SET.attributes} | {"id": "4", "role_id": "4", "permissions": WANTED, "lost": ""}
    config = {"role_id": "4", "permissions": spelled, "table_access": None}
    assert plan_change(SET, prior, make_wish(config, set())).row == prior


def test_a_state_keeps_its_spelling_of_what_means_the_same() -> None:
    base = {name: None for name in SET.attributes} | {"id": "4", "role_id": "4", "company": "acme@na.example"}
    recorded = base | {"table_access": ["Service / Priority", "company/configuration"], "permissions": WANTED}
    live = base | {"table_access": ["Company / Configuration", "Service / Priority"], "permissions": {}}
    kept = keep_spelling(SET, live, recorded)
    assert kept["table_access"] == recorded["table_access"]
    assert kept["permissions"] == {}


def test_what_was_planned_is_answered_to_the_letter() -> None:
    assert keep_promises({"id": "7", "name": "UMBRELLA"}, {"id": UNKNOWN, "name": "Umbrella"}) == {
        "id": "7",
        "name": "Umbrella",
    }
