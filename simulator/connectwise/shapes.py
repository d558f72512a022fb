"""The type of each field of a list's rows, for conditions and order; after the schemas of the OpenAPI extract."""

from collections.abc import Mapping
from typing import Final

from simulator.connectwise.conditions import Kind, Shape
from simulator.connectwise.fields import API_MEMBER, Field

_KINDS: Final[dict[str, Kind]] = {
    "text": "string",
    "flag": "boolean",
    "moment": "datetime",
    "reference": "reference",
}


def _from_fields(fields: Mapping[str, Field]) -> dict[str, Kind]:
    return {name: _KINDS[field.kind] for name, field in fields.items() if field.kind in _KINDS}


def _all(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


_ID: Final[dict[str, Kind]] = {"id": "numeric"}
_NAMED: Final[dict[str, Kind]] = {**_ID, "name": "string"}

SHAPES: Final[dict[str, Shape]] = {
    "roles": {**_NAMED, "roleType": "string", "adminFlag": "boolean", "inactiveFlag": "boolean"},
    "settings": {
        **_ID,
        **_all("string", "addLevel editLevel deleteLevel inquireLevel moduleFunctionName moduleFunctionDescription"),
        **_all("string", "moduleFunctionIdentifier moduleDescription moduleIdentifier moduleName"),
        **_all("boolean", "myAllFlag reportFlag restrictFlag customFlag"),
        "sortOrder": "numeric",
        "member": "reference",
    },
    "customizeItems": {**_ID, **_all("string", "customizeIdentifier itemIdentifier")},
    "apiMembers": {**_ID, **_from_fields(API_MEMBER)},
    "members": {
        **_ID,
        **_from_fields(API_MEMBER),
        **_all("string", "firstName lastName licenseClass defaultEmail defaultPhone officeEmail"),
        "adminFlag": "boolean",
        "hireDate": "datetime",
    },
    "screens": {**_NAMED, **_all("string", "category description moduleDescription moduleIdentifier moduleName")},
    "levels": _NAMED,
    "locations": {**_NAMED, "structureLevel": "reference", "locationFlag": "boolean", "clientFlag": "boolean"},
    "departments": {**_NAMED, "identifier": "string"},
    "timeZones": {**_NAMED, "timeZone": "reference", "offset": "numeric", "defaultFlag": "boolean"},
    "boards": {
        **_NAMED,
        **_all("boolean", "inactiveFlag projectFlag"),
        "location": "reference",
        "department": "reference",
    },
}
