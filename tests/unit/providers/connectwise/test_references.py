"""What a member points at: names of people, fields of the wire."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.records import MemberRecord, Reference
from providers.connectwise.references import (
    CATALOGUES,
    FIELDS,
    REQUIRED,
    complete_references,
    read_references,
    resolve_references,
)
from providers.core.errors import SettingError

ENTRIES = [
    Reference(id=1, name="Rome Office", identifier="ROM"),
    Reference(id=2, name="Paris Office", identifier="PAR"),
    Reference(id=3, name="Twin"),
    Reference(id=4, name="twin"),
]


class Site:
    def __init__(self, suggested: dict[str, Any] | None = None) -> None:
        self.suggested = suggested or {}
        self.asked: list[str] = []

    def list_catalogue(self, path: str) -> list[Reference]:
        self.asked.append(path)
        return ENTRIES

    def get_default_member(self) -> dict[str, Any]:
        self.asked.append("default")
        return self.suggested


def test_every_reference_of_the_contract_has_fields_and_a_catalogue() -> None:
    # docs/settings.md, the example of memberDefaults
    assert set(FIELDS) == set(CATALOGUES) == {"level", "location", "department", "territory", "timeZone", "board"}
    assert set(REQUIRED) < set(FIELDS)


@pytest.mark.parametrize("name", ["Rome Office", "rome office", "ROM", "rom"])
def test_a_name_or_an_identifier_is_resolved_however_it_is_capitalised(name: str) -> None:
    assert resolve_references(Site(), {"location": name}) == {
        "securityLocation": {"id": 1},
        "defaultLocation": {"id": 1},
    }


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(SettingError) as caught:
        resolve_references(Site(), {"territory": "Rome Ofice"})
    assert str(caught.value) == (
        'memberDefaults: the site has no territory \'Rome Ofice\'. Did you mean "Rome Office" or "Paris Office"?'
    )


def test_a_name_that_stands_for_two_is_an_error() -> None:
    with pytest.raises(SettingError, match="the site has 2 entries for the location 'Twin'"):
        resolve_references(Site(), {"location": "Twin"})


@pytest.mark.parametrize("kind", FIELDS)
def test_of_every_reference_a_name_that_is_not_unique_is_told_with_the_ids_and_an_id_is_taken(kind: str) -> None:
    with pytest.raises(SettingError) as caught:
        resolve_references(Site(), {kind: "TWIN"})
    assert str(caught.value) == (
        f"memberDefaults: the site has 2 entries for the {kind} 'TWIN', with the ids 3 and 4; "
        "write the id in place of the name."
    )
    made = resolve_references(Site(), {kind: "4"})
    assert set(map(str, made.values())) == {"{'id': 4}"}


@pytest.mark.parametrize("odd", ["5", "-1", "4.0", "0", "None", "three"])
def test_a_number_that_is_no_id_there_is_an_unknown_name(odd: str) -> None:
    with pytest.raises(SettingError, match=f"the site has no level '{odd}'"):
        resolve_references(Site(), {"level": odd})


def test_a_name_that_is_a_number_comes_before_an_id() -> None:
    class Numbered(Site):
        def list_catalogue(self, path: str) -> list[Reference]:
            return [Reference(id=1, name="2"), Reference(id=2, name="Two"), Reference(name="3")]

    assert resolve_references(Numbered(), {"board": "2"}) == {"serviceDefaultBoard": {"id": 1}}


def test_a_live_reference_is_known_by_the_id_that_the_settings_name() -> None:
    twin = {"id": 3, "name": "Twin"}
    assert read_references(make_member(timeZone=twin), {"timeZone": "3"}) == {"timeZone": "3"}
    assert read_references(make_member(timeZone=twin), {"timeZone": "4"}) == {"timeZone": "Twin (id 3)"}
    assert read_references(make_member(timeZone={"id": 3}), {"timeZone": "CET"}) == {"timeZone": "(id 3)"}


def test_a_name_is_found_however_the_site_hides_signs_in_it() -> None:
    class Hidden(Site):
        def list_catalogue(self, path: str) -> list[Reference]:
            return [Reference(id=1, name="Rome Office")]  # as it is read: the no-break space became a blank

    assert resolve_references(Hidden(), {"timeZone": "Rome\xa0Office"}) == {"timeZone": {"id": 1}}


def test_an_unknown_kind_is_told_with_the_known_ones() -> None:
    with pytest.raises(SettingError, match=r"there is no 'office'; known are level, location, department, territory"):
        resolve_references(Site(), {"office": "Rome Office"})


def test_what_the_settings_name_wins_over_what_the_site_suggests() -> None:
    fields = {field: {"id": 9} for name in FIELDS.values() for field in name}
    made = complete_references(Site(fields), {"location": "Paris Office"})
    assert (made["securityLocation"], made["defaultLocation"], made["timeZone"]) == ({"id": 2}, {"id": 2}, {"id": 9})


def test_the_site_is_not_asked_for_suggestions_when_everything_is_named() -> None:
    site = Site()
    complete_references(site, dict.fromkeys(FIELDS, "Rome Office"))
    assert "default" not in site.asked


@pytest.mark.parametrize("odd", [None, {"id": None}, {}, "Rome", {"id": "1"}])
def test_a_suggestion_that_points_nowhere_is_none(odd: object) -> None:
    with pytest.raises(SettingError, match="suggests no timeZone"):
        complete_references(Site({"timeZone": odd}), dict.fromkeys(set(FIELDS) - {"timeZone"}, "Rome Office"))


def test_a_board_is_optional() -> None:
    assert "serviceDefaultBoard" not in complete_references(Site(), dict.fromkeys(REQUIRED, "Rome Office"))


def make_member(**fields: Any) -> MemberRecord:
    return MemberRecord.model_validate({"id": 1, "identifier": "Umbrella", **fields})


@pytest.mark.parametrize(
    ("wanted", "shown"), [("Rome Office", "Rome Office"), ("ROM", "ROM"), ("rome office", "rome office")]
)
def test_a_live_reference_is_shown_as_the_settings_spell_it(wanted: str, shown: str) -> None:
    rome = {"id": 1, "name": "Rome Office", "identifier": "ROM"}
    assert read_references(make_member(timeZone=rome), {"timeZone": wanted}) == {"timeZone": shown}


def test_a_live_reference_to_something_else_is_shown_by_its_name() -> None:
    assert read_references(make_member(timeZone={"id": 2, "name": "UTC"}), {"timeZone": "CET"}) == {"timeZone": "UTC"}


@pytest.mark.parametrize("nowhere", [None, {"id": None}])
def test_a_reference_that_points_nowhere_is_an_empty_name(nowhere: object) -> None:
    assert read_references(make_member(timeZone=nowhere), {"timeZone": "CET"}) == {"timeZone": ""}


def test_of_two_fields_behind_one_name_both_are_shown_when_they_differ() -> None:
    rome, paris = {"id": 1, "name": "Rome"}, {"id": 2, "name": "Paris"}
    for fields in (
        {"securityLocation": rome, "defaultLocation": paris},
        {"securityLocation": paris, "defaultLocation": rome},
    ):
        assert read_references(make_member(**fields), {"location": "Rome"}) == {"location": "Paris and Rome"}


def test_an_empty_name_stands_for_nothing() -> None:
    class One(Site):
        def list_catalogue(self, path: str) -> list[Reference]:
            return [Reference(id=1, name="Rome Office")]

    with pytest.raises(SettingError):
        resolve_references(One(), {"location": ""})
