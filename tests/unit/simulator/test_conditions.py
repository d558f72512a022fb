from __future__ import annotations

from typing import Any

import pytest

from simulator.services.connectwise.conditions import FieldTypes, compile_conditions
from simulator.services.connectwise.errors import ConnectWiseError

SHAPE: FieldTypes = {
    "id": "numeric",
    "name": "string",
    "inactiveFlag": "boolean",
    "inactiveDate": "datetime",
    "securityRole": "reference",
}
ROWS: list[dict[str, Any]] = [
    {"id": 5, "name": "Umbrella", "inactiveFlag": False, "securityRole": {"id": 7, "name": "Cisco"}},
    {"id": 6, "name": 'O\'Brien "Bob"', "inactiveFlag": True, "inactiveDate": "2025-03-01T00:00:00Z"},
    {"id": 7, "name": "umbrella two", "inactiveFlag": False, "securityRole": None, "_info": {"updatedBy": "Hanna"}},
]


def chosen(conditions: str) -> list[int]:
    test = compile_conditions(conditions, SHAPE)
    return [row["id"] for row in ROWS if test(row)]


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ('name = "umbrella"', [5]),
        ("name != 'umbrella'", [6, 7]),
        ("id > 5 and id <= 7", [6, 7]),
        ("id < 6 or id >= 7", [5, 7]),
        ("id=5 OR id=6 AND inactiveFlag=true", [5, 6]),
        ("(id = 5 or id = 6) and inactiveFlag = true", [6]),
        ("id in (5, 7)", [5, 7]),
        ("id not in (5, 7)", [6]),
        ("name in ('umbrella', \"nobody\")", [5]),
        ("name like 'umb%'", [5, 7]),
        ("name like '%two'", [7]),
        ("name not like 'umb%'", [6]),
        ("name like 'Umbrell_'", [5]),
        ("name like 'Umb*'", [5, 7]),
        ("name like '[t-v]mbrella'", [5]),
        ("name like '[^t-v]mbrella'", []),
        ("name like '%[[]%'", []),
        ("Name Not Contains 'brella' AND SecurityRole/Id = NULL", [6]),
        ("name contains 'BRELLA t'", [7]),
        ("name not contains 'brella'", [6]),
        ("securityRole/id = 7", [5]),
        ("securityRole/name = 'cisco'", [5]),
        ("securityRole = null", [6, 7]),
        ("inactiveDate = null", [5, 7]),
        ("inactiveDate > [2025-01-01T00:00:00Z]", [6]),
        ("inactiveDate < [2025-01-01]", []),
        ("_info/updatedBy = 'hanna'", [7]),
        (r"name = 'O\'Brien \"Bob\"'", [6]),
        ('name contains "O\'Brien"', [6]),
        ("id = -1", []),
    ],
)
def test_conditions_choose_rows(conditions: str, ids: list[int]) -> None:
    assert chosen(conditions) == ids


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ("inactiveFlag = 1", "Expected a boolean value, not a numeric"),
        ("id = 'five'", "Expected a numeric value, not a string"),
        ("name = 5", "Expected a string value, not a numeric"),
        ("name = Umbrella", "'Umbrella' is not a value"),
        ("name =", "ended where a value was expected"),
        ("name", "ended where an operator was expected"),
        ("name is 'x'", "'is' is not an operator"),
        ("name not = 'x'", "'=' is not an operator here"),
        ("id in 5", "Expected '('"),
        ("(id = 5", "Expected ')'"),
        ("id = 5)", "Unexpected ')'"),
        ("id = 5 id = 6", "Unexpected 'id'"),
        ("'x' = name", "Expected a field name"),
        ("name = 'x", "Unexpected text"),
        ("name = 'O'Brien'", "Unexpected"),
        ("name = 'x'; drop", "Unexpected text"),
        ("inactiveDate > [yesterday]", "is not a date-time"),
    ],
)
def test_bad_conditions_are_refused_with_the_rules(conditions: str, words: str) -> None:
    with pytest.raises(ConnectWiseError) as refusal:
        chosen(conditions)
    assert refusal.value.status == 400
    assert words in refusal.value.body["message"]  # type: ignore[operator]
    assert "String values should be enclosed with double or single quotes" in refusal.value.body["message"]  # type: ignore[operator]


@pytest.mark.parametrize("name", ["nosuch", "name/id", "securityRole/color", "_info/color", "id/id"])
def test_an_unknown_name_is_refused_in_the_words_of_a_live_site(name: str) -> None:
    with pytest.raises(ConnectWiseError) as refusal:
        chosen(f"{name} = 1")
    assert refusal.value.status == 400
    assert refusal.value.body == {
        "code": "ApiFindCondition",
        "message": f"{name} is not a recognized name.",
        "errors": None,
    }


def test_a_value_that_is_not_of_an_enum_is_refused_in_the_words_of_a_live_site() -> None:
    types: FieldTypes = {"licenseClass": "string"}
    assert compile_conditions("licenseClass in ('A', 'f')", types)({"licenseClass": "F"})
    for conditions in ("licenseClass = 'Z'", "licenseClass in ('A', 'Z')", "licenseClass not like 'Z'"):
        with pytest.raises(ConnectWiseError) as refusal:
            compile_conditions(conditions, types)
        assert refusal.value.body["message"] == "Enum value supplied was invalid"
