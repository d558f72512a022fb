"""What a body may hold: strict input, as the real API refuses what the pinned version does not know.

The tables follow the schemas SecurityRole and ApiMember of the OpenAPI extract: types, lengths, what came after
2022.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from simulator.connectwise import errors

Kind = Literal["text", "flag", "moment", "reference", "wholes", "given"]


@dataclass(frozen=True)
class Field:
    kind: Kind
    limit: int = 0
    after: tuple[int, int] | None = None  # known only to versions after this one


SERVER_SET: Final = {"id": Field("given"), "_info": Field("given")}

SECURITY_ROLE: Final[Mapping[str, Field]] = {
    **SERVER_SET,
    "name": Field("text", 30),
    "roleType": Field("text", 30, after=(2022, 1)),
    "adminFlag": Field("flag"),
    "inactiveFlag": Field("flag"),
}

API_MEMBER: Final[Mapping[str, Field]] = {
    **SERVER_SET,
    "identifier": Field("text", 15),
    "name": Field("text", 30),
    "emailAddress": Field("text", 250),
    "inactiveFlag": Field("flag"),
    "inactiveDate": Field("moment"),
    "timeZone": Field("reference"),
    "securityRole": Field("reference"),
    "structureLevel": Field("reference"),
    "securityLocation": Field("reference"),
    "defaultLocation": Field("reference"),
    "defaultDepartment": Field("reference"),
    "salesDefaultLocation": Field("reference"),
    "serviceDefaultBoard": Field("reference"),
    "notes": Field("text", 0),
    "excludedServiceBoardIds": Field("wholes"),
    "blockPriceFlag": Field("flag"),
    "blockCostFlag": Field("flag"),
}

_WORDS: Final = {
    "text": "a string",
    "flag": "a boolean",
    "moment": "a date-time",
    "reference": "a reference object",
    "wholes": "an array of integers",
}


def checked(
    body: Any, fields: Mapping[str, Field], resource: str, type_name: str, version: tuple[int, int]
) -> dict[str, Any]:
    """Return the body's own fields, or refuse it whole: a wrong shape, an unknown field, a wrong type or length."""
    if not isinstance(body, dict):
        message = (
            f"Cannot deserialize the current JSON value into type '{type_name}' because the type requires a JSON object"
        )
        raise errors.ConnectWiseError(400, "InvalidObject", message)
    for name in body:
        field = fields.get(name)
        if field is None or (field.after is not None and version <= field.after):
            raise errors.unknown_member(name, type_name)
    problems = [
        problem
        for name, value in body.items()
        if value is not None and (problem := _problem(fields[name], name, value, resource)) is not None
    ]
    if problems:
        raise errors.invalid(resource, problems)
    return {name: value for name, value in body.items() if name not in SERVER_SET}


def _problem(field: Field, name: str, value: Any, resource: str) -> dict[str, Any] | None:
    if not _fits(field.kind, value):
        message = f"The {name} field must be {_WORDS[field.kind]}."
        return errors.detail("InvalidType", message, resource, name)
    if field.kind == "text" and field.limit and len(value) > field.limit:
        message = f"The {name} field may hold at most {field.limit} characters."
        return errors.detail("MaxLength", message, resource, name)
    return None


def _fits(kind: Kind, value: Any) -> bool:
    if kind == "given":
        return True
    if kind == "text":
        return isinstance(value, str)
    if kind == "moment":
        return isinstance(value, str) and _is_moment(value)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "wholes":
        return isinstance(value, list) and all(type(item) is int for item in value)
    return isinstance(value, dict)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def patched(operations: Any, fields: Mapping[str, Field], type_name: str, version: tuple[int, int]) -> dict[str, Any]:
    """Turn a PATCH body, an array of operations, into the fields it sets; removed ones are null.

    Both spellings of a path are seen in clients, with and without the leading slash, and a reference is patched whole
    or by its part (`securityRole/id`).
    """
    if not isinstance(operations, list):
        message = (
            f"Cannot deserialize the current JSON object into type 'JsonPatchDocument[{type_name}]' because the type "
            "requires a JSON array of operations"
        )
        raise errors.ConnectWiseError(400, "InvalidObject", message)
    changes: dict[str, Any] = {}
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise errors.ConnectWiseError(400, "InvalidObject", "Each operation needs op, path and value")
        op = operation.get("op")
        if op not in ("add", "replace", "remove"):
            raise errors.ConnectWiseError(400, "InvalidObject", f"The operation '{op}' is not supported")
        name, _, part = operation["path"].removeprefix("/").partition("/")
        field = fields.get(name)
        if field is None or (field.after is not None and version <= field.after):
            raise errors.unknown_member(name, type_name)
        if part and (field.kind != "reference" or part not in ("id", "name", "identifier")):
            raise errors.unknown_member(f"{name}/{part}", type_name)
        value = None if op == "remove" else operation.get("value")
        changes[name] = {part: value} if part and value is not None else value
    return changes
