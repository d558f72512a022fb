"""What a connection may send before anybody knows who it is, and what the log says of it."""

from __future__ import annotations

import json
import logging
import socket
import struct
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from gateway.api import connection, writes
from gateway.consoles.session import ConsoleSession
from gateway.errors import RefusedError, UnknownScreenError
from gateway.screens.schema import Screens
from tests.unit.gateway.running import TOKEN, RunningGateway

KEYS = "/connectwise/acme/apiMembers/1/keys"
HEAD = f"POST {KEYS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n"


def connect(gateway: RunningGateway) -> socket.socket:
    parts = urlsplit(gateway.url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def talk(gateway: RunningGateway, text: str) -> str:
    """Send a text, and return all that comes until the gateway hangs up."""
    with closing(connect(gateway)) as sock:
        sock.sendall(text.encode())
        parts = []
        while part := sock.recv(65536):
            parts.append(part)
        return b"".join(parts).decode()


def find_status(answer: str) -> tuple[str, str]:
    return answer.split(" ")[1], json.loads(answer.partition("\r\n\r\n")[2])["code"]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="gateway")
    return caplog


def wait_for_line(lines: pytest.LogCaptureFixture, words: str) -> str:
    for _ in range(100):
        found = [record.getMessage() for record in lines.records if words in record.getMessage()]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"no line with {words}: {lines.text}")


def test_a_head_without_end_is_refused(gateway: RunningGateway) -> None:
    assert find_status(talk(gateway, f"{HEAD}X-Long: {'x' * 100_000}")) == ("400", "invalid_request")
    assert find_status(talk(gateway, f"{HEAD}X-Long: {'x' * 17_000}\r\n\r\n")) == ("431", "too_large")
    assert find_status(talk(gateway, f"{HEAD}{'X: y' * 5_000}\r\n\r\n")) == ("431", "too_large")


def test_a_body_that_is_announced_in_two_ways_is_refused(gateway: RunningGateway) -> None:
    twice = f"{HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
    assert find_status(talk(gateway, twice)) == ("413", "too_large")


def test_what_is_no_http_is_answered_in_the_contract_s_shape(gateway: RunningGateway) -> None:
    assert find_status(talk(gateway, "\x16\x03\x01 hello\r\n\r\n")) == ("400", "invalid_request")


def test_a_head_that_comes_in_drops_is_not_waited_for(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.5)
    with closing(connect(gateway)) as sock:
        started = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for letter in HEAD * 10:
                sock.sendall(letter.encode())
                time.sleep(0.05)
        assert time.monotonic() - started < 5
    assert gateway.get("/openapi.json").status_code == 200


def test_the_rest_of_a_refused_request_is_not_read_for_ever(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.5)
    with closing(connect(gateway)) as sock:
        head = HEAD.replace(TOKEN, "wrong").replace("Connection: close\r\n", "")
        sock.sendall(f"{head}Content-Length: 100000000\r\n\r\n".encode())
        assert sock.recv(65536).startswith(b"HTTP/1.1 401 ")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(200):
                sock.sendall(b"x" * 1000)
                time.sleep(0.05)


def test_a_body_that_does_not_come_is_not_waited_for(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "_BODY_SECONDS", 0.3)
    with closing(connect(gateway)) as sock:
        sock.sendall(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode())
        assert sock.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_one_connection_too_many_is_told_to_come_again(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_CONNECTIONS", 5)
    held = [connect(gateway) for _ in range(5)]
    time.sleep(0.3)
    answer = talk(gateway, "")
    assert find_status(answer) == ("429", "console_busy") and "Retry-After: 5" in answer
    for sock in held:
        sock.close()
    time.sleep(0.3)
    assert gateway.get("/openapi.json").status_code == 200


def test_a_client_that_leaves_amid_its_request_is_a_line_and_no_traceback(
    gateway: RunningGateway, lines: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for ending in (b"", struct.pack("ii", 1, 0)):  # with a farewell, and with a reset
        sock = connect(gateway)
        sock.sendall(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode())
        if ending:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ending)
        time.sleep(0.5)
        sock.close()
        assert "400 invalid_request: The client left before" in wait_for_line(lines, "The client left")
        lines.clear()
    written = capfd.readouterr()
    assert "Traceback" not in written.out + written.err + lines.text


def test_a_refused_token_is_a_line_without_it(gateway: RunningGateway, lines: pytest.LogCaptureFixture) -> None:
    gateway.get("/connectwise/acme/%1b[31m%0aforged/x", headers={"Authorization": "Bearer wr0ng-t0ken"})
    line = wait_for_line(lines, "401")
    assert line.startswith("GET /connectwise/acme/ [31m forged/x: 401 the token was refused, from 127.0.0.1 in")
    assert "wr0ng" not in lines.text


def test_each_operation_is_a_line_with_its_outcome_and_no_secret(
    gateway: RunningGateway, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = [
        RefusedError("Your key s3cr3t is not wanted."),
        UnknownScreenError("of a new key", "no button 'Save'"),
        RuntimeError("s3cr3t"),
    ]

    async def run(self: ConsoleSession[Screens], *_: object) -> object:
        raise outcomes.pop(0)

    monkeypatch.setattr(ConsoleSession, "run", run)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for number, (status, words) in enumerate(
        [
            (422, "mint_key, 422 refused_by_console in "),
            (501, "mint_key, 501 unknown_screen: The screen of a new key does not look as expected: no button 'Save'."),
            (500, "mint_key, 500 outcome_unknown (RuntimeError) in "),
            (400, "mint_key, 400 invalid_request: description is missing in "),
        ]
    ):
        body = {"description": "s3cr3t"} if status != 400 else {}
        once = {"Idempotency-Key": f"{number}a1b2c3d4e5f60718293a4b5c6d7e8f9"}
        answer = gateway.post(KEYS, json=body, headers=headers | once)
        assert answer.status_code == status and set(answer.json()) == {"code", "message", "retryable"}
        assert f"POST {KEYS}: {words}" in wait_for_line(lines, f", {status} ")
    assert not [secret for secret in ("s3cr3t", TOKEN, "a1b2c3d4e5f6") if secret in lines.text]
