"""States in S3: real boto3 over HTTP, against moto's server. With the engine: test_backends.py."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers.core.errors import ProviderError
from stacks.fleet.s3_backend import open_s3
from tests.fleet.kept_states import REGION, connect_aws
from tests.vault.moto_server import MotoServer

pytestmark = pytest.mark.usefixtures("aws_credentials")


def make_address(server: MotoServer, bucket: str, states: dict[str, bytes]) -> str:
    """A bucket with these objects; its address."""
    client = connect_aws("s3", server)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key, state in states.items():
        client.put_object(Bucket=bucket, Key=key, Body=state)
    return f"s3://{bucket}?region={REGION}&s3ForcePathStyle=true&endpoint={server.url}"


def test_states_are_found_by_name_packed_or_not_by_many_threads(moto: MotoServer) -> None:
    folder = ".pulumi/stacks/umbrella-psa"
    states = {
        f"{folder}/acme.json": b'{"a": 1}',
        f"{folder}/bell.json.gz": gzip.compress(b'{"b": 1}'),
        f"{folder}/core.json.bak": b"{}",
        f"below/{folder}/dune.json": b'{"d": 1}',
    }
    address = make_address(moto, "found-states", states)
    backend = open_s3(address)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(backend.read, ["acme", "bell", "core", "dune"] * 10))
    assert found == [b'{"a": 1}', b'{"b": 1}', None, None] * 10
    assert open_s3(address.replace("found-states", "found-states/below")).read("dune") == b'{"d": 1}'


def test_a_bucket_that_is_not_there_is_no_missing_stack(moto: MotoServer) -> None:
    address = f"s3://nobodys?region={REGION}&s3ForcePathStyle=true&endpoint={moto.url}"
    with pytest.raises(ProviderError, match=r"its state in s3://nobodys can't be read \(NoSuchBucket\); check"):
        open_s3(address).read("acme")


def test_without_credentials_it_says_so(moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    address = make_address(moto, "closed-states", {})
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(ProviderError, match=r"can't be read \(NoCredentialsError\); check the address"):
        open_s3(address).read("acme")
