"""The answers and the routes against the OpenAPI extract (tests/data/connectwise-openapi.json)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.services.connectwise.routes import ROUTES
from tests.unit.simulator.site import TIMEOUT, Site

DATA = Path(__file__).parents[2] / "data"
SPECIFICATION = json.loads((DATA / "connectwise-openapi.json").read_text())
UMBRELLA = json.loads((DATA / "umbrella-openapi.json").read_text())
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float)}


def find_misfits(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Say where a value does not fit its schema; a field that the schema does not know is a misfit too."""
    if "$ref" in schema:
        schema = SPECIFICATION["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None:
        return [] if schema.get("nullable") else [f"{path}: null"]
    kind = schema["type"]
    if kind == "integer":
        return [] if isinstance(value, int) and not isinstance(value, bool) else [f"{path}: no integer"]
    if not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        return [f"{path}: no {kind}"]
    if kind == "object" and "properties" in schema:
        required = schema.get("x-required-2025.1", schema.get("required", []))
        problems = [f"{path}.{name}: missing" for name in required if name not in value]
        for name, part in value.items():
            known = schema["properties"].get(name)
            problems += [f"{path}.{name}: unknown"] if known is None else find_misfits(part, known, f"{path}.{name}")
        return problems
    if kind == "object":
        known = schema["additionalProperties"]
        return [problem for name, part in value.items() for problem in find_misfits(part, known, name)]
    if kind == "array":
        known = schema["items"]
        return [
            problem for index, part in enumerate(value) for problem in find_misfits(part, known, f"{path}[{index}]")
        ]
    if kind == "string":
        return _find_string_misfits(value, schema, path)
    return []


def _find_string_misfits(value: str, schema: dict[str, Any], path: str) -> list[str]:
    if value not in schema.get("enum", [value]):
        return [f"{path}: {value} is not one of the enum"]
    if len(value) > schema.get("maxLength", len(value)):
        return [f"{path}: too long"]
    if schema.get("format") == "date-time":
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    return []


def schema_of(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = SPECIFICATION["schemas"][name]
    return schema


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/system/securityroles", "SecurityRole"),
        ("/system/securityroles/info", "SecurityRoleInfo"),
        ("/system/apiMembers", "ApiMember"),
        ("/system/mySecurity", "MySecurity"),
        ("/system/mySecurity/customizeItems/", "MySecurityCustomizeItem"),
        ("/system/setupScreens", "SetupScreen"),
        ("/system/locations", "Location"),
        ("/system/departments", "Department"),
        ("/system/timeZoneSetups", "TimeZoneSetup"),
        ("/system/myCompany/corporateStructureLevels", "CorporateStructureLevel"),
    ],
)
def test_each_row_of_a_list_fits_its_schema(site: Site, path: str, name: str) -> None:
    site.create_member(site.create_role(roleType="Member"), notes="n", emailAddress="a@example.com", inactiveFlag=True)
    role = next(role for role in site.dump()["roles"] if role["name"] == "Provisioning")
    site.ask("PUT", f"/roles/{role['id']}/tables", json={"allow": ["Service / Priority"]})
    rows = site.rest("GET", path + "?pageSize=1000").json()
    assert rows
    assert [wrong for row in rows for wrong in find_misfits(row, schema_of(name))] == []


def test_members_fit_their_schema_but_for_the_last_name_of_api_members(site: Site) -> None:
    # pyconnectwise issue 26: real answers leave it out, though the schema requires it.
    rows = site.rest("GET", "/system/members").json()
    wrong = {row["licenseClass"]: find_misfits(row, schema_of("Member")) for row in rows}
    assert wrong == {"F": [], "A": [".lastName: missing"]}


def test_the_settings_of_a_role_fit_their_schema(site: Site) -> None:
    rows = site.rest("GET", f"/system/securityRoles/{site.create_role()['id']}/settings?pageSize=1000").json()
    assert [wrong for row in rows for wrong in find_misfits(row, schema_of("SecurityRoleSetting"))] == []


def test_single_answers_fit_their_schemas(site: Site) -> None:
    assert find_misfits(site.rest("GET", "/system/info").json(), schema_of("Info")) == []
    assert find_misfits(site.rest("GET", "/system/securityroles/count").json(), schema_of("Count")) == []
    assert find_misfits(site.rest("GET", "/system/apiMembers/default").json(), schema_of("ApiMember")) == []
    errors = site.rest("POST", "/system/apiMembers", json={}).json()
    assert find_misfits(errors, schema_of("ErrorResponseMessage")) == []


def test_the_token_answer_fits_its_schema(site: Site) -> None:
    pair = (site.console["apiKey"], site.console["apiSecret"])
    form = {"grant_type": "client_credentials"}
    token = site.http.post(f"{site.url}/auth/v2/token", auth=pair, data=form, timeout=TIMEOUT).json()
    assert find_misfits(token, UMBRELLA["schemas"]["Token"]) == []


def _plain(path: str) -> str:
    parts = ["{}" if part.startswith("{") else part for part in path.lower().rstrip("/").split("/")]
    return "/".join(parts)


# The extract holds no operation of a single board; the vendor's whole specification does.
NOT_IN_EXTRACT = {"/service/boards/count", "/service/boards/{}"}
# In the specification as a regular expression that was cut off: `/system/members/{memberIdentifier:regex(^(types. |(`.
CUT_OFF = {"/system/members/{identifier}"}


def test_no_route_offers_a_method_that_the_real_one_does_not_have() -> None:
    real: dict[str, set[str]] = {}
    for path, methods in SPECIFICATION["operations"].items():
        real.setdefault(_plain(path), set()).update(methods)
    for template, methods in ROUTES.items():
        plain = _plain(template)
        if plain not in NOT_IN_EXTRACT and template not in CUT_OFF:
            assert set(methods) == real[plain], template


def test_an_operation_that_is_not_simulated_says_so(site: Site) -> None:
    for method, path in (("POST", "/system/locations"), ("POST", "/system/members/Umbrella/tokens")):
        answer = site.rest(method, path, json={})
        assert (answer.status_code, answer.json()["code"]) == (501, "NotSimulated")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/system/info", "/system/mySecurity", "/system/setupScreens", "/system/apiMembers/default"]
)
def test_what_can_only_be_read_is_405_for_any_write(site: Site, method: str, path: str) -> None:
    answer = site.rest(method, path, json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
