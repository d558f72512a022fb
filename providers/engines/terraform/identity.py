"""What an object is known by, whoever looks: whose it is, and its id. Engines keep it beside a row from 1.12 on.

A key that takes another's place in the same row has another id, and so the row another identity.
"""

from __future__ import annotations

from collections.abc import Collection

from providers.engines.terraform.protocol import tfplugin6_pb2 as pb
from providers.engines.terraform.wire import Row, decode, encode

_OWNERS = {
    "company": "whose object this is: `<companyId>@<site's host>`; in an import, the provider's by default",
    "console": "`msp/<consoleId>` or `mssp/<consoleId>`; in an import, the provider's by default",
}
ID = "id"


def make_identity_schema(attributes: Collection[str]) -> pb.ResourceIdentitySchema:
    """Describe the identity of a resource with these attributes."""
    owner = find_owner(attributes)
    return pb.ResourceIdentitySchema(
        identity_attributes=[
            pb.ResourceIdentitySchema.IdentityAttribute(
                name=owner, type=b'"string"', optional_for_import=True, description=_OWNERS[owner]
            ),
            pb.ResourceIdentitySchema.IdentityAttribute(
                name=ID, type=b'"string"', required_for_import=True, description="the object's id"
            ),
        ]
    )


def find_owner(attributes: Collection[str]) -> str:
    """Find the attribute that says whose an object is."""
    return next(name for name in _OWNERS if name in attributes)


def make_identity(row: Row) -> pb.ResourceIdentityData:
    """Make the identity of a row."""
    return _encode({name: row[name] for name in (find_owner(row), ID)})


def upgrade_identity(raw: pb.RawState) -> pb.ResourceIdentityData:
    """Take over what an earlier version wrote; there was no other form yet."""
    return _encode(decode(pb.DynamicValue(json=raw.json)) or {})


def _encode(identity: Row) -> pb.ResourceIdentityData:
    return pb.ResourceIdentityData(identity_data=encode(identity))
