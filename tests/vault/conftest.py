"""Real servers, started once a test process in throw-away homes and stopped again; each test has a place of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.network_variables import NETWORK_VARIABLES
from tests.unit.providers.http.certificates import Authority
from tests.vault.azure_fake import FakeKeyVault
from tests.vault.locations import AgePlace, AwsPlace, AzurePlace, DrawerPlace, Place, VaultPlace
from tests.vault.moto_server import MotoServer
from tests.vault.proxy import Proxy
from tests.vault.server import SESSION, ExternalVault, OwnVault, VaultServer, need
from toolchain.parts import AGE

_numbers = count(1)
_PLUG_IN = "[umbrella_psa.vaults]\ndrawer = tests.vault.memory_vault:open_vault\n"
# What the machine or its user has set must not lead a test elsewhere. Read before it is taken away.
_GIVEN = {name: os.environ.get(name, "") for name in ("VAULT_ADDR", "VAULT_TOKEN")}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials, addresses or proxies but those that a test sets."""
    for name in list(os.environ):
        ours = name.startswith(("VAULT_", "BAO_", "AWS_", "AZURE_", "IDENTITY_", "UMBRELLA_PSA_"))
        if ours or name.lower() in NETWORK_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def own_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnVault]:
    """A server of our own, which may be sealed."""
    server = OwnVault(tmp_path_factory.mktemp("vault"))
    try:
        server.mount("secret")
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def vault(request: pytest.FixtureRequest) -> Iterator[VaultServer]:
    """The one that VAULT_ADDR and VAULT_TOKEN name, else our own."""
    if not _GIVEN["VAULT_ADDR"]:
        yield request.getfixturevalue("own_vault")
        return
    assert _GIVEN["VAULT_TOKEN"], "VAULT_ADDR names a vault for the tests, so set VAULT_TOKEN to its root token too"
    external = ExternalVault(_GIVEN["VAULT_ADDR"], _GIVEN["VAULT_TOKEN"])
    yield external
    external.tidy_up()


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    server = MotoServer(tmp_path_factory.mktemp("moto"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture(scope="session")
def age_command() -> Path:
    return need(AGE)


@pytest.fixture
def stand_between() -> Iterator[Callable[[str], Proxy]]:
    """Puts a proxy before a server."""
    proxies: list[Proxy] = []

    def start(target: str) -> Proxy:
        proxies.append(Proxy(target))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.stop()


@pytest.fixture
def vault_place(vault: VaultServer, stand_between: Callable[[str], Proxy]) -> Callable[..., VaultPlace]:
    return lambda **settings: VaultPlace(
        vault, stand_between(vault.url), f"umbrella/{SESSION}-{next(_numbers)}", **settings
    )


@pytest.fixture
def with_policy(vault: VaultServer, vault_place: Callable[..., VaultPlace]) -> Callable[..., VaultPlace]:
    """A place that our code reaches with a token of this policy."""

    def make(rules: dict[str, list[str]], **settings: Any) -> VaultPlace:
        vault.write_policy(SESSION, rules)
        return vault_place(token=SecretStr(vault.make_token(SESSION)), **settings)

    return make


@pytest.fixture
def aws_place(
    moto: MotoServer, stand_between: Callable[[str], Proxy], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AwsPlace]:
    import boto3  # type: ignore[import-untyped]

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto.url)
    client: Any = boto3.session.Session().client("secretsmanager", region_name="eu-west-1", endpoint_url=moto.url)
    return lambda **settings: AwsPlace(
        client, stand_between(moto.url), f"umbrella/{SESSION}-{next(_numbers)}", **settings
    )


@pytest.fixture
def azure_place(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[AzurePlace]:
    fake = FakeKeyVault(authority.issue(f"azure{next(_numbers)}", "IP:127.0.0.1"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    monkeypatch.setenv("IDENTITY_ENDPOINT", fake.identity_url)
    monkeypatch.setenv("IDENTITY_HEADER", "made up")
    yield AzurePlace(fake, f"umbrella-t{next(_numbers)}")
    fake.stop()


@pytest.fixture
def age_place(age_command: Path, tmp_path: Path) -> AgePlace:
    import pyrage  # type: ignore[import-untyped]

    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "identity").write_text(f"{identity}\n", encoding="utf-8")
    (tmp_path / "files").mkdir()
    return AgePlace(age_command, tmp_path / "files", str(identity.to_public()), tmp_path / "identity")


@pytest.fixture
def drawer_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DrawerPlace:
    """An installed package that brings a kind of its own."""
    about = tmp_path / "installed" / "drawer_vault-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: drawer-vault\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(_PLUG_IN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(about.parent))
    return DrawerPlace(f"t{next(_numbers)}")


KINDS = ["vault", "aws", "azure (fake)", "age", "plug-in"]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Place:
    """Every kind in turn."""
    kind = request.param.split()[0]
    made = request.getfixturevalue({"plug-in": "drawer_place"}.get(kind, f"{kind}_place"))
    return made if isinstance(made, Place) else made()
