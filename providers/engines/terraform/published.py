"""The schemas as they are published: read from a file, for an engine asks in a process that is asked nothing else.

`python -m providers.engines.terraform.messages` writes the file anew from the models; a test holds the two together.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from providers.engines.terraform.protocol import tfplugin6_pb2 as pb

FILE = Path(__file__).with_name("schemas.json")


@cache
def read_published() -> pb.GetProviderSchema.Response:
    """Read what this provider offers."""
    from google.protobuf.json_format import Parse

    return Parse(FILE.read_bytes(), pb.GetProviderSchema.Response())
