#!/bin/sh
# Pulumi's dynamic providers (Python): `pulumi import` can't work, and says neither why nor that.
#
# One would guess: a dynamic provider that implements `read` can be imported by id, as any other can, or the SDK says that
# it can't.
# What happens: the call ends with `Exception calling application: '__provider'`. The SDK finds the provider's code in the
# resource's own properties, where it was put when the resource was made; what is imported has none, and the lookup is a
# plain KeyError.
# With: pulumi 3.255.0. Source: pulumi/dynamic/__main__.py, `DynamicResourceProviderServicer.Read` and `get_provider`.
# No engine is needed to see it: the script asks the SDK's own server as the engine does for an import.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pulumi==3.255.0
"$folder/venv/bin/python" - <<'PYTHON'
import base64
import subprocess
import sys
from importlib.metadata import version

import dill
import grpc
from pulumi.dynamic import ReadResult, ResourceProvider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc


class Readable(ResourceProvider):
    def read(self, id_, props):
        return ReadResult(id_, {"name": f"number {id_}"})


server = subprocess.Popen(
    [sys.executable, "-m", "pulumi.dynamic", "127.0.0.1:1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
)
try:
    port = server.stdout.readline().strip()
    provider = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))

    def read(**properties):
        request = provider_pb2.ReadRequest(id="42", urn="urn:pulumi:s::p::pulumi-python:dynamic:Resource::r")
        request.properties.update(properties)
        return provider.Read(request, timeout=30)

    print("pulumi", version("pulumi"))
    code = base64.b64encode(dill.dumps(Readable(), protocol=4, recurse=True)).decode()
    print("a resource that was made here:", read(__provider=code).properties["name"])
    try:
        read()
    except grpc.RpcError as error:
        print("the same, as an import asks:  ", error.code().name, error.details())
        assert error.details() == "Exception calling application: '__provider'", "changed: it says something else"
    else:
        raise SystemExit("changed: it can be imported")
    print("as found: `read` is there, and never reached")
finally:
    server.kill()
PYTHON
