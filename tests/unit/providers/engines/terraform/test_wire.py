"""Values on the wire."""

from __future__ import annotations

import msgpack

from providers.engines.terraform.protocol import tfplugin6_pb2 as pb
from providers.engines.terraform.wire import UNKNOWN, decode, encode, split_unknown


def test_a_row_comes_back_as_it_went_also_with_what_is_unknown_inside() -> None:
    row = {"id": UNKNOWN, "levels": {"a": {"add": "All"}, "b": {"add": UNKNOWN}}, "tables": ["x"], "age": 3, "no": None}
    assert decode(encode(row)) == row
    assert decode(encode(None)) is None


def test_an_engines_own_unknowns_are_read_with_or_without_what_it_knows_of_them() -> None:
    plain, refined = msgpack.ExtType(0, b"\0"), msgpack.ExtType(12, b"\x81\x01\xc2")
    sent = pb.DynamicValue(msgpack=msgpack.packb({"plain": plain, "refined": refined}))
    assert decode(sent) == {"plain": UNKNOWN, "refined": UNKNOWN}


def test_a_state_from_a_file_is_json() -> None:
    assert decode(pb.DynamicValue(json=b'{"id": "7", "levels": {}}')) == {"id": "7", "levels": {}}


def test_what_holds_an_unknown_is_unknown_as_a_whole() -> None:
    known, unknown = split_unknown({"name": "Umbrella", "levels": {"a": UNKNOWN}, "email": None})
    assert known == {"name": "Umbrella"}
    assert unknown == frozenset({"levels"})
