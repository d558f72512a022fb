"""Backends that are no folder, for a fleet of tests: each with an address, and its contents for whoever looks."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, Protocol

from tests.fleet.postgres_server import PostgresServer
from tests.vault.moto_server import MotoServer

REGION = "eu-west-1"


class KeptStates(Protocol):
    """Where a fleet's states are."""

    address: str

    def list_contents(self) -> Iterator[tuple[str, bytes]]:
        """Everything that the backend holds, by name."""


class PostgresStates:
    """A database of a server."""

    def __init__(self, server: PostgresServer, database: str) -> None:
        self._server, self._database = server, database
        self.address = server.make_address(database)

    def list_contents(self) -> Iterator[tuple[str, bytes]]:
        with self._server.connect(self._database) as connection:
            for key, data in connection.execute("SELECT key, data::text FROM pulumi_state"):
                yield key, base64.b64decode(json.loads(data)["data"])


class S3States:
    """A bucket, a folder in it, and a key of KMS."""

    def __init__(self, server: MotoServer, bucket: str) -> None:
        self._bucket = bucket
        self.address = f"s3://{bucket}/fleet?region={REGION}&endpoint={server.url}&s3ForcePathStyle=true"
        self._client = connect_aws("s3", server)
        self._client.create_bucket(Bucket=self._bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.secrets_provider = (
            f"awskms:///{make_key(server)}?region={REGION}&endpoint={server.url}&context_fleet=tests"
        )

    def list_contents(self) -> Iterator[tuple[str, bytes]]:
        for found in self._client.list_objects_v2(Bucket=self._bucket)["Contents"]:
            yield found["Key"], self._client.get_object(Bucket=self._bucket, Key=found["Key"])["Body"].read()


def make_key(server: MotoServer) -> str:
    """A key of KMS."""
    return str(connect_aws("kms", server).create_key()["KeyMetadata"]["KeyId"])


def connect_aws(service: str, server: MotoServer) -> Any:
    import boto3  # type: ignore[import-untyped]

    return boto3.session.Session().client(service, region_name=REGION, endpoint_url=server.url)
