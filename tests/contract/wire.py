"""Property bags as the engine sends and gets them: protobuf structs, in which every number is a float."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.rpc import UNKNOWN

from tests.contract.pinned import PROVIDERS

__all__ = ["UNKNOWN", "parse_bag", "to_provider_struct", "to_struct", "wrap_secret"]

_PROVIDER = "__provider"


def to_struct(values: Mapping[str, Any]) -> Any:
    return ParseDict(dict(values), Struct())


def to_provider_struct(kind: str, values: Mapping[str, Any]) -> Any:
    """A resource's properties, with the provider that its stack remembers."""
    return to_struct({**values, _PROVIDER: PROVIDERS[kind]})


def parse_bag(kind: str, properties: Any) -> dict[str, Any]:
    """What came back, without the provider, which must be the one that was sent."""
    bag: dict[str, Any] = MessageToDict(properties)
    assert bag.pop(_PROVIDER) == PROVIDERS[kind]
    return bag


def wrap_secret(value: str) -> dict[str, str]:
    """A secret as the engine wraps it in the configuration (its sdk/go/common/resource/properties.go)."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}
