"""What a site answers, as far as we look at it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from providers.connectwise.records import MemberRecord, RoleRecord, ScreenRecord, SettingRecord


def test_unknown_fields_are_ignored_and_nullable_ones_tolerated() -> None:
    role = RoleRecord.model_validate({"id": 1, "name": "R", "adminFlag": None, "roleType": "x", "_info": {"x": 1}})
    assert (role.id, role.adminFlag, role.info.updatedBy) == (1, None, "")


def test_who_touched_an_object_last_is_read_from_its_info() -> None:
    role = RoleRecord.model_validate({"id": 1, "name": "R", "_info": {"updatedBy": "PSAProvision", "lastUpdated": "x"}})
    assert role.info.updatedBy == "PSAProvision"


@pytest.mark.parametrize("broken", [{}, {"id": 1}, {"name": "R"}, {"id": "x", "name": "R"}, {"id": None, "name": "R"}])
def test_a_role_without_its_id_or_name_is_malformed(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RoleRecord.model_validate(broken)


def test_a_level_that_nobody_knows_is_malformed() -> None:
    with pytest.raises(ValidationError):
        SettingRecord.model_validate({"moduleName": "A", "moduleFunctionName": "B", "addLevel": "Some"})


def test_a_function_is_named_as_settings_name_it() -> None:
    row = SettingRecord.model_validate({"moduleName": "Service Desk", "moduleFunctionName": "Service Tickets"})
    assert row.function == "Service Desk / Service Tickets"
    assert ScreenRecord(category="Service", name="Priority").label == "Service / Priority"


@pytest.mark.parametrize("nowhere", [None, {"id": None}, {}])
def test_a_reference_that_points_nowhere_is_none(nowhere: object) -> None:
    member = MemberRecord.model_validate({"id": 1, "identifier": "U", "timeZone": nowhere})
    assert member.get_reference("timeZone") is None


def test_a_reference_that_points_somewhere_is_that() -> None:
    member = MemberRecord.model_validate({"id": 1, "identifier": "U", "timeZone": {"id": 5, "name": "CET"}})
    found = member.get_reference("timeZone")
    assert found is not None
    assert (found.id, found.name) == (5, "CET")
