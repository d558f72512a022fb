"""Addresses of backends, as the engine takes them, and what is left to the engine."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from providers.core.errors import ProviderError
from stacks.backend_address import clean_words, find_backend, fingerprint_backend
from stacks.fleet.backends import FileBackend, UnreadableHere, open_backend
from stacks.fleet.postgres_backend import PostgresBackend
from stacks.fleet.s3_backend import S3Backend


@pytest.fixture(autouse=True)
def nothing_of_the_machines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", "PGHOST", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "not-there"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def open_s3(address: str) -> S3Backend:
    backend = open_backend(address)
    assert isinstance(backend, S3Backend)
    return backend


def open_postgres(address: str) -> PostgresBackend:
    backend = open_backend(address)
    assert isinstance(backend, PostgresBackend)
    return backend


def test_a_folder_may_have_a_blank_in_its_name(tmp_path: Path) -> None:
    assert open_backend("file:///my%20states?metadata=skip") == FileBackend(Path("/my states"))
    assert open_backend("file://~/states") == FileBackend(Path("~/states").expanduser())


@pytest.mark.parametrize("address", ["file:///states?prefix=a/", "s3://states?region=x&role=arn:aws:iam::1:role/r"])
def test_a_word_that_is_not_known_here_may_say_where_states_are(address: str) -> None:
    with pytest.raises(UnreadableHere, match="is not known here"):
        open_backend(address)


@pytest.mark.parametrize("address", ["gs://states", "azblob://states", "https://api.pulumi.com", ""])
def test_other_backends_are_left_to_the_engine(address: str) -> None:
    with pytest.raises(UnreadableHere):
        open_backend(address)


def test_a_state_that_is_packed_with_zstandard_is_left_to_the_engine(tmp_path: Path) -> None:
    place = tmp_path / ".pulumi" / "stacks" / "umbrella-psa"
    place.mkdir(parents=True)
    (place / "acme.json.zst").write_bytes(b"\x28\xb5\x2f\xfd\x04\x00")
    with pytest.raises(UnreadableHere, match="Zstandard"):
        FileBackend(tmp_path).read("acme")


@pytest.mark.parametrize(
    ("address", "bucket", "prefix", "asked"),
    [
        ("s3://states?region=eu-west-1", "states", "", "https://s3.eu-west-1.amazonaws.com"),
        ("s3://states/fleet?region=eu-west-1", "states", "fleet/", "https://s3.eu-west-1.amazonaws.com"),
        ("s3://states/a/b/?region=x&endpoint=http://127.0.0.1:9", "states", "a/b/", "http://127.0.0.1:9"),
        ("s3://states?region=x&endpoint=minio:9000&disableSSL=true", "states", "", "http://minio:9000"),
        ("s3://states?region=x&endpoint=minio:9000&ssetype=AES256", "states", "", "https://minio:9000"),
    ],
)
def test_a_bucket_is_found_as_its_address_says(address: str, bucket: str, prefix: str, asked: str) -> None:
    backend = open_s3(address)
    assert (backend.bucket, backend.prefix, backend.client.meta.endpoint_url) == (bucket, prefix, asked)


def test_the_path_style_is_taken_in_both_spellings() -> None:
    for word in ("s3ForcePathStyle", "use_path_style"):
        client = open_s3(f"s3://states?region=x&{word}=true").client
        assert client.meta.config.s3 == {"addressing_style": "path"}


def test_the_region_is_also_found_where_the_engine_looks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    assert open_s3("s3://states").client.meta.region_name == "eu-north-1"


def test_a_profile_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(ProviderError, match=r"AWS could not be asked \(ProfileNotFound\); set region, profile"):
        open_backend("s3://states?profile=nobody")


def test_a_dead_s3_is_waited_for_once_and_not_for_each_tenant() -> None:
    backend = open_s3("s3://states?region=x&s3ForcePathStyle=true&endpoint=http://127.0.0.1:9")
    with pytest.raises(
        ProviderError, match=r"s3://states can't be read \(EndpointConnectionError\); check the address"
    ):
        backend.read("acme")
    begun = monotonic()
    with pytest.raises(ProviderError, match="EndpointConnectionError"):
        backend.read("bell")
    assert monotonic() - begun < 0.1


@pytest.mark.parametrize(
    ("address", "prefix", "settings"),
    [
        (
            "postgres://me:p%40ss@db.example.com:5433/states?sslmode=verify-full",
            "states/",
            {
                "host": "db.example.com",
                "port": "5433",
                "user": "me",
                "password": "p@ss",
                "dbname": "states",
                "sslmode": "verify-full",
            },
        ),
        # The engine's library: the host is not a socket.
        ("postgres:///states", "states/", {"host": "localhost", "dbname": "states"}),
        ("postgres://", "", {"host": "localhost"}),
        ("postgres:///a/b?application_name=my%20fleet&table=t", "a/b/", {"application_name": "my fleet"}),
    ],
)
def test_a_database_is_found_as_the_engine_finds_it(address: str, prefix: str, settings: dict[str, Any]) -> None:
    backend = open_postgres(address)
    assert backend.prefix == prefix
    assert {name: backend.settings[name] for name in settings} == settings
    assert backend.settings["connect_timeout"] == 10


@pytest.mark.parametrize(
    "address", ["postgres://h/states?search_path=a", "postgres://h/states?table=a.b", "postgres://me:a%zz@h/states"]
)
def test_what_libpq_would_take_otherwise_is_left_to_the_engine(address: str) -> None:
    with pytest.raises(UnreadableHere) as told:
        open_backend(address)
    assert "zz" not in str(told.value)


@pytest.mark.parametrize(("package", "address"), [("psycopg", "postgres://h/s"), ("boto3", "s3://states?region=x")])
def test_without_its_package_a_backend_is_left_to_the_engine(
    monkeypatch: pytest.MonkeyPatch, package: str, address: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnreadableHere, match=f"{package} is not installed: the extra `"):
        open_backend(address)


def test_the_backend_is_the_one_that_the_engine_would_take(tmp_path: Path) -> None:
    project, home = tmp_path / "Pulumi.yaml", tmp_path / "home"
    home.mkdir()
    (home / "credentials.json").write_text('{"current": "file://~"}', encoding="utf-8")
    project.write_text("name: x\nbackend:\n  url: s3://of-the-project\n", encoding="utf-8")
    environment = {"PULUMI_HOME": str(home), "PULUMI_BACKEND_URL": "s3://of-the-environment"}
    assert find_backend(environment, project) == "s3://of-the-environment"
    del environment["PULUMI_BACKEND_URL"]
    assert find_backend(environment, project) == "s3://of-the-project"
    project.write_text("name: x\n", encoding="utf-8")
    assert find_backend(environment, project) == "file://~"
    assert find_backend({"PULUMI_HOME": str(tmp_path)}, project) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "bucket postgres://me:p%40ss@db:5432/states: failed to ping",
            "bucket postgres://db:5432/states: failed to ping",
        ),
        ("bucket postgres://me:p/a@ss@db:5432/states: failed", "bucket postgres://db:5432/states: failed"),
        (
            'parse "postgres://me:p/ss@db/s": invalid port ":p" after host',
            'parse "postgres://db/s": invalid port … after host',
        ),
        (
            "bucket postgres://db/states?user=me&password=p&sslmode=x",
            "bucket postgres://db/states?user=me&password=…&sslmode=x",
        ),
        ("bucket postgres://db/states?sslpassword=p: failed", "bucket postgres://db/states?sslpassword=… failed"),
        ("bucket s3://states?region=x: told ops@example.com", "bucket s3://states?region=x: told ops@example.com"),
    ],
)
def test_what_the_engine_quotes_is_told_without_credentials(text: str, told: str) -> None:
    assert clean_words(text) == told


def test_a_backend_is_told_from_another_by_where_it_is_and_not_by_who_signs_in() -> None:
    one = fingerprint_backend("postgres://me:secret@db.example.com/states?sslmode=require")
    assert one == fingerprint_backend("postgres://you:another@db.example.com/states?sslmode=require")
    assert one != fingerprint_backend("postgres://me:secret@db.example.com/others?sslmode=require")
    s3 = "s3://states?region=x&endpoint={}"
    assert fingerprint_backend(s3.format("http://a")) != fingerprint_backend(s3.format("http://b"))
