"""The type of each field of a list's rows, for conditions and order; after the schemas of the OpenAPI extract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.services.connectwise.conditions import FieldType, FieldTypes
from simulator.services.connectwise.fields import API_MEMBER, FieldRule

_KINDS: Final[dict[str, FieldType]] = {
    "text": "string",
    "flag": "boolean",
    "timestamp": "datetime",
    "reference": "reference",
}


def _derive_types(fields: Mapping[str, FieldRule]) -> dict[str, FieldType]:
    return {name: _KINDS[rule.kind] for name, rule in fields.items() if rule.kind in _KINDS}


def _repeat(kind: FieldType, names: str) -> dict[str, FieldType]:
    return dict.fromkeys(names.split(), kind)


_ID: Final[dict[str, FieldType]] = {"id": "numeric"}
_NAMED: Final[dict[str, FieldType]] = {**_ID, "name": "string"}

FIELD_TYPES: Final[dict[str, FieldTypes]] = {
    "roles": {**_NAMED, "roleType": "string", "adminFlag": "boolean", "inactiveFlag": "boolean"},
    "settings": {
        **_ID,
        **_repeat("string", "addLevel editLevel deleteLevel inquireLevel moduleFunctionName moduleFunctionDescription"),
        **_repeat("string", "moduleFunctionIdentifier moduleDescription moduleIdentifier moduleName"),
        **_repeat("boolean", "myAllFlag reportFlag restrictFlag customFlag"),
        "sortOrder": "numeric",
        "member": "reference",
    },
    "customizeItems": {**_ID, **_repeat("string", "customizeIdentifier itemIdentifier")},
    "apiMembers": {**_ID, **_derive_types(API_MEMBER)},
    "members": {
        **_ID,
        **_derive_types(API_MEMBER),
        **_repeat("string", "firstName lastName licenseClass defaultEmail defaultPhone officeEmail"),
        "adminFlag": "boolean",
        "hireDate": "datetime",
    },
    "screens": {
        **_NAMED,
        **_repeat("string", "category description moduleDescription moduleIdentifier moduleName"),
    },
    "levels": _NAMED,
    "locations": {**_NAMED, "structureLevel": "reference", "locationFlag": "boolean", "clientFlag": "boolean"},
    "departments": {**_NAMED, "identifier": "string"},
    "timeZones": {**_NAMED, "timeZone": "reference", "offset": "numeric", "defaultFlag": "boolean"},
    "boards": {
        **_NAMED,
        **_repeat("boolean", "inactiveFlag projectFlag"),
        "location": "reference",
        "department": "reference",
    },
}
