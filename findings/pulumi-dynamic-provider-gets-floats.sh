#!/bin/sh
# Pulumi's dynamic providers (Python): an integer arrives as a float.
#
# One would guess: what a program passes as `42` is 42 in the provider's methods: both ends are Python, and both in one SDK.
# What happens: it is 42.0 there, since every number travels as a double; a path made of it reads /roles/42.0, and a JSON
# body has 42.0 where an API wants an integer.
# With: pulumi 3.255.0. Source: pulumi/runtime/rpc.py, `serialize_property` and `deserialize_property` (`number_value`).
# No engine is needed to see it: the script asks the SDK's own server as the engine does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pulumi==3.255.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import base64
import subprocess
import sys
from importlib.metadata import version

import dill
import grpc
from pulumi.dynamic import CreateResult, ResourceProvider
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc


class Telling(ResourceProvider):
    def create(self, props):
        return CreateResult("1", {"type": type(props["role"]).__name__, "path": f"/roles/{props['role']}"})


server = subprocess.Popen(
    [sys.executable, "-m", "pulumi.dynamic", "127.0.0.1:1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
)
try:
    port = server.stdout.readline().strip()
    provider = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
    asked = {"role": 42, "__provider": base64.b64encode(dill.dumps(Telling(), protocol=4, recurse=True)).decode()}
    properties = asyncio.run(rpc.serialize_properties(asked, {}))
    request = provider_pb2.CreateRequest(urn="urn:pulumi:s::p::pulumi-python:dynamic:Resource::r", properties=properties)
    got = provider.Create(request, timeout=30).properties
    print("pulumi", version("pulumi"))
    print(f"the program passed {asked['role']!r}, the provider got a {got['type']} and made {got['path']}")
    assert (got["type"], got["path"]) == ("float", "/roles/42.0"), "changed: it is an integer there, too"
    print("as found: the integer is a float")
finally:
    server.kill()
PYTHON
