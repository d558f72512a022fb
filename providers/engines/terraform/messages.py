"""Schemas as the protocol's messages."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.json_format import MessageToJson

from providers.engines.terraform.configuration import BLOCKS, list_attributes, list_own_attributes
from providers.engines.terraform.ephemeral import PAIR, PAIR_TYPE
from providers.engines.terraform.protocol import tfplugin6_pb2 as pb
from providers.engines.terraform.published import FILE
from providers.engines.terraform.schema import Attribute, describe_kind, name_type, to_json
from providers.kinds import MODULES


def make_schemas() -> pb.GetProviderSchema.Response:
    """Describe all that this provider offers."""
    return pb.GetProviderSchema.Response(
        provider=_make_provider_schema(),
        resource_schemas={name_type(kind): _make_resource_schema(kind) for kind in MODULES},
        ephemeral_resource_schemas={PAIR_TYPE: _make_schema(PAIR, "The pair of the current key, from the vault.")},
        # A destruction is planned, too, and the schemas need not be asked for again.
        server_capabilities=pb.ServerCapabilities(plan_destroy=True, get_provider_schema_optional=True),
    )


def _make_provider_schema() -> pb.Schema:
    schema = _make_schema(
        list_own_attributes(), "One tenant: one ConnectWise company and what its key is for, Umbrella by default."
    )
    for name in BLOCKS:
        schema.block.block_types.append(
            pb.Schema.NestedBlock(
                type_name=name,
                block=pb.Schema.Block(attributes=_make_attributes(list_attributes(name))),
                nesting=pb.Schema.NestedBlock.SINGLE,
            )
        )
    return schema


def _make_resource_schema(kind: str) -> pb.Schema:
    described = describe_kind(kind)
    return _make_schema(described.attributes.values(), described.description, described.version)


def _make_schema(attributes: Iterable[Attribute], description: str, version: int = 0) -> pb.Schema:
    block = pb.Schema.Block(version=version, attributes=_make_attributes(attributes), description=description)
    return pb.Schema(version=version, block=block)


def _make_attributes(attributes: Iterable[Attribute]) -> list[pb.Schema.Attribute]:
    return [
        pb.Schema.Attribute(
            name=one.name,
            type=to_json(one.type),
            description=one.description,
            required=one.required,
            optional=one.optional,
            computed=one.computed,
            sensitive=one.sensitive,
            write_only=one.write_only,
        )
        for one in sorted(attributes, key=lambda one: one.name)
    ]


def format_schemas() -> str:
    """Write the schemas as they are published."""
    return MessageToJson(make_schemas(), preserving_proto_field_name=True, sort_keys=True, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(format_schemas(), encoding="utf-8")
