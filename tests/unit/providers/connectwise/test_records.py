"""What a site answers, as far as we look at it."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.records import MemberRecord, RoleRecord, ScreenRecord, SettingRecord
from providers.core.errors import RemoteError


def test_unknown_fields_are_ignored_and_nullable_ones_tolerated() -> None:
    role = RoleRecord.model_validate({"id": 1, "name": "R", "adminFlag": None, "roleType": "x", "_info": {"x": 1}})
    assert (role.id, role.adminFlag, role.info.updatedBy) == (1, None, "")


def test_who_touched_an_object_last_is_read_from_its_info() -> None:
    role = RoleRecord.model_validate({"id": 1, "name": "R", "_info": {"updatedBy": "PSAProvision", "lastUpdated": "x"}})
    assert role.info.updatedBy == "PSAProvision"


@pytest.mark.parametrize("broken", [{"name": "R"}, {"id": None, "name": "R"}])
def test_an_id_that_a_role_lacks_is_missed_by_whoever_needs_it_and_nobody_else(broken: dict[str, Any]) -> None:
    role = RoleRecord.model_validate(broken)
    assert (role.name, role.inactiveFlag) == ("R", None)
    with pytest.raises(RemoteError, match="about the role asked for has no id; the answer was ignored"):
        _ = role.id


@pytest.mark.parametrize("kind", [RoleRecord, MemberRecord])
def test_a_name_that_an_object_lacks_never_reads_as_another_name(kind: type[RoleRecord | MemberRecord]) -> None:
    one = kind.model_validate({"id": 5, "name": None, "identifier": None})
    with pytest.raises(RemoteError, match=r"about the (role|member) 5 has no (name|identifier)"):
        _ = one.name if isinstance(one, RoleRecord) else one.identifier


def test_nulls_at_any_depth_say_what_missing_fields_say() -> None:
    info = {"updatedBy": None, "lastUpdated": None}
    member = MemberRecord.model_validate({"id": 1, "identifier": "U", "inactiveFlag": None, "_info": info})
    assert (member.info.updatedBy, member.inactiveFlag) == ("", None)
    assert MemberRecord.model_validate({"id": 1, "identifier": "U", "_info": None}).info.updatedBy == ""


def test_a_reference_of_an_unknown_shape_is_an_error_only_for_whoever_compares_it() -> None:
    member = MemberRecord.model_validate({"id": 1, "identifier": "U", "timeZone": "CET", "somethingNew": {"a": None}})
    assert member.get_reference("defaultLocation") is None
    with pytest.raises(RemoteError, match="unexpected shape \\(at timeZone\\)"):
        member.get_reference("timeZone")


@pytest.mark.parametrize("text", ["Mine", "Some", "", 3])
def test_a_level_that_nobody_foresaw_is_kept_for_whoever_judges_it(text: object) -> None:
    row = SettingRecord.model_validate({"moduleName": "A", "moduleFunctionName": "B", "addLevel": text})
    assert row.addLevel == str(text)


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
