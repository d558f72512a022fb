"""What a body may hold, checked strictly, as the real API refuses what the pinned version does not know.

The fields, their types and lengths, and what came after 2022.1, are data: body_fields.txt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from simulator.services.connectwise import errors
from simulator.services.connectwise.row_files import read_sections

Version = tuple[int, int]
RuleKind = Literal["text", "flag", "timestamp", "reference", "integers", "any"]


@dataclass(frozen=True)
class FieldRule:
    kind: RuleKind
    limit: int = 0
    after: Version | None = None  # known only to versions after this one


SERVER_SET: Final = ("id", "_info")


def _read_rule(kind: str, limit: str = "0", after: str = "") -> FieldRule:
    version = tuple(int(part) for part in after.split(".")) if after else None
    return FieldRule(cast(RuleKind, kind), int(limit), cast(Version | None, version))


def _read_rules(type_name: str) -> dict[str, FieldRule]:
    rows = (row.split() for row in read_sections("body_fields.txt")[type_name])
    return {name: _read_rule(*rule) for name, *rule in rows}


SECURITY_ROLE: Final[Mapping[str, FieldRule]] = _read_rules("SecurityRole")
API_MEMBER: Final[Mapping[str, FieldRule]] = _read_rules("ApiMember")

# Kind -> (its name in a refusal, whether a value is of it).
_KINDS: Final[dict[RuleKind, tuple[str, Callable[[Any], bool]]]] = {
    "text": ("a string", lambda value: isinstance(value, str)),
    "flag": ("a boolean", lambda value: isinstance(value, bool)),
    "timestamp": ("a date-time", lambda value: isinstance(value, str) and _is_timestamp(value)),
    "reference": ("a reference object", lambda value: isinstance(value, dict)),
    "integers": ("an array of integers", lambda value: isinstance(value, list) and {int}.issuperset(map(type, value))),
    "any": ("anything", lambda value: True),
}


def validate_body(
    body: Any, fields: Mapping[str, FieldRule], resource: str, type_name: str, version: Version
) -> dict[str, Any]:
    """Return the body's own fields, or refuse it whole: a wrong shape, an unknown field, a wrong type or length."""
    if not isinstance(body, dict):
        message = (
            f"Cannot deserialize the current JSON value into type '{type_name}' because the type requires a JSON object"
        )
        raise errors.ConnectWiseError(400, "InvalidObject", message)
    for name in body:
        _get_rule(fields, name, type_name, version)
    problems = [
        problem
        for name, value in body.items()
        if value is not None and (problem := _find_problem(fields[name], name, value, resource)) is not None
    ]
    if problems:
        raise errors.invalid(resource, problems)
    return {name: value for name, value in body.items() if name not in SERVER_SET}


def _get_rule(fields: Mapping[str, FieldRule], name: str, type_name: str, version: Version) -> FieldRule:
    rule = fields.get(name)
    if rule is None or (rule.after is not None and version <= rule.after):
        raise errors.unknown_member(name, type_name)
    return rule


def _find_problem(rule: FieldRule, name: str, value: Any, resource: str) -> dict[str, Any] | None:
    type_name, is_of_type = _KINDS[rule.kind]
    if not is_of_type(value):
        message = f"The {name} field must be {type_name}."
        return errors.build_detail("InvalidType", message, resource, name)
    if rule.kind == "text" and rule.limit and len(value) > rule.limit:
        message = f"The {name} field may hold at most {rule.limit} characters."
        return errors.build_detail("MaxLength", message, resource, name)
    return None


def _is_timestamp(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_patch(
    operations: Any, fields: Mapping[str, FieldRule], type_name: str, version: Version, by_part: str
) -> dict[str, Any]:
    """Turn a PATCH body, an array of operations, into the fields that it sets; removed ones are null.

    Both spellings of a path are seen in clients, with and without the leading slash. What happens to a part of a
    reference (`securityRole/id`) is a mode of the site.
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
        rule = _get_rule(fields, name, type_name, version)
        if part and (rule.kind != "reference" or part not in ("id", "name", "identifier")):
            raise errors.unknown_member(f"{name}/{part}", type_name)
        value = None if op == "remove" else operation.get("value")
        if part and by_part == "ignored":
            continue
        changes[name] = {part: value} if part and value is not None else value
    return changes
