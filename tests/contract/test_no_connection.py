"""Nobody there, or nobody to be trusted: told in time for every vendor, and nothing was sent."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import Start
from tests.contract.hasty import LAUNCHER
from tests.contract.tenant_fixture import TenantFixture
from tests.contract.test_faults import assert_nothing_is_lost, assert_said, outcomes, reads, writes
from tests.unit.providers.http.certificates import Authority
from tests.unit.providers.http.peer import Peer, answer

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command makes the certificates")


def point_everything_at(
    origin: str, start: Start, tenant_fixture: TenantFixture, says: str, **environment: str
) -> None:
    """Site and gateways stand there now: each call ends in this sentence."""
    addresses = ("connectwise:gatewayUrl", "umbrella:gatewayUrl")
    changed = {key: f"{origin}/{tenant_fixture.company.config[key].split('/', 3)[3]}" for key in addresses}
    provider = start({**changed, "connectwise:site": origin}, launcher=LAUNCHER, environment=environment)
    calls = reads(provider, tenant_fixture.stack) | writes(provider, tenant_fixture)
    found = outcomes(calls, says)
    assert_said(found, dict.fromkeys(found, says))
    assert tenant_fixture.company.requests() == []
    assert_nothing_is_lost(start, tenant_fixture)


def test_a_refused_connection_is_told(start: Start, tenant_fixture: TenantFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    says = f"127.0.0.1:{port} could not be reached: the connection was refused; check the address and port"
    point_everything_at(f"http://127.0.0.1:{port}", start, tenant_fixture, says)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture
def expired(authority: Authority) -> Iterator[Peer]:
    tls = authority.issue("expired", "IP:127.0.0.1", "20200101000000Z", "20210101000000Z")
    with Peer([answer()], tls=tls) as peer:
        yield peer
        assert peer.received == []


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Peer]:
    with Peer([answer()], tls=Authority.found(tmp_path / "foreign").issue("valid", "IP:127.0.0.1")) as peer:
        yield peer
        assert peer.received == []


@needs_openssl
def test_an_expired_certificate_is_told(
    start: Start, tenant_fixture: TenantFixture, authority: Authority, expired: Peer
) -> None:
    says = (
        rf"The certificate of 127.0.0.1:{expired.port} is not trusted \(certificate has expired\); renew or replace it"
    )
    point_everything_at(expired.url, start, tenant_fixture, says, REQUESTS_CA_BUNDLE=str(authority.bundle))


@needs_openssl
def test_a_foreign_certificate_is_told(
    start: Start, tenant_fixture: TenantFixture, authority: Authority, foreign: Peer
) -> None:
    says = rf"The certificate of 127.0.0.1:{foreign.port} is not trusted \(.*\); renew or replace it"
    point_everything_at(foreign.url, start, tenant_fixture, says, REQUESTS_CA_BUNDLE=str(authority.bundle))
