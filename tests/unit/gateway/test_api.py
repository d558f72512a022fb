"""The gateway's HTTP side and its command line, without a browser: tokens, bodies, descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.__main__ import main
from gateway.browser.chromium import explain_launch_failure
from gateway.browser.profiles import secure_folder
from gateway.validation import ConfigurationError
from tests.unit.gateway.running import TOKEN, RunningGateway
from tests.unit.gateway.test_configuration import CONSOLE, write_configuration

KEYS = "/connectwise/acme/apiMembers/1/keys"
PATHS = ["/", KEYS, "/connectwise/other/health", "/umbrella/acme/health", "/nowhere", "/connectwise"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer "])
def test_nothing_is_told_without_the_token(gateway: RunningGateway, path: str, header: str | None) -> None:
    answer = gateway.get(path, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_opens_its_own_console_only(gateway: RunningGateway) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert gateway.get("/connectwise/other/health", headers=headers).status_code == 401
    assert gateway.get("/connectwise/acme/nowhere", headers=headers).json()["code"] == "not_found"
    assert gateway.put(KEYS, headers=headers).json()["code"] == "method_not_allowed"
    assert gateway.get("/connectwise/acme/evidence", headers=headers).json() == []


@pytest.mark.parametrize("body", ["", "[]", "{", '{"description": 1}', '{"description": "a", "more": "b"}'])
def test_a_malformed_body_is_refused_without_its_values(gateway: RunningGateway, body: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "0" * 32}
    answer = gateway.post(KEYS, data=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_a_body_without_end_is_not_read(gateway: RunningGateway) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert gateway.post(KEYS, data=b"x" * 1_000_001, headers=headers).status_code == 413
    assert gateway.post(KEYS, data=iter([b"x"]), headers=headers).status_code == 413


def test_the_description_names_every_operation_of_the_contract(gateway: RunningGateway) -> None:
    described = gateway.get("/openapi.json").json()
    operations = {f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods}
    client, console = "/connectwise/{console}", "/umbrella/{console}"
    assert operations == {
        f"GET {client}/health",
        f"PUT {client}/securityRoles/{{role_id}}/settings",
        f"GET {client}/securityRoles/{{role_id}}/customize",
        f"PUT {client}/securityRoles/{{role_id}}/customize",
        f"GET {client}/apiMembers/{{member_id}}/keys",
        f"POST {client}/apiMembers/{{member_id}}/keys",
        f"PATCH {client}/apiMembers/{{member_id}}/keys/{{key_id}}",
        f"DELETE {client}/apiMembers/{{member_id}}/keys/{{key_id}}",
        f"GET {client}/evidence",
        f"GET {console}/health",
        f"GET {console}/psaIntegration",
        f"PUT {console}/psaIntegration",
        f"DELETE {console}/psaIntegration",
        f"GET {console}/evidence",
    }


@pytest.mark.parametrize("name", ["DEBUG", "PWDEBUG"])
def test_it_does_not_start_where_keys_would_get_into_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv(name, "pw:api")
    assert main(["--config", str(write_configuration(tmp_path))]) == 2
    assert f"{name} is set" in capsys.readouterr().err


def test_what_is_missing_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOKEN", raising=False)
    assert main(["--config", str(write_configuration(tmp_path))]) == 2
    assert capsys.readouterr().err == "gateway: the environment variable TOKEN is not set\n"
    assert main(["--config", str(tmp_path / "nothing")]) == 2
    capsys.readouterr()
    assert main(["--config", str(write_configuration(tmp_path)), "login", "other"]) == 2
    assert capsys.readouterr().err == "gateway: there is no console 'other'; there is acme\n"


@pytest.mark.parametrize(
    ("token", "changes", "words"),
    [
        ("changeme", {}, "consoles.acme.token: what the environment variable TOKEN gives is too easy to guess"),
        (TOKEN, {"twin": True}, "consoles.twin.token: it is that of acme as well"),
        (
            TOKEN,
            {"console": {"userName": {"environment": "NOBODY_SET"}, "password": {"command": ["false"]}}},
            "the environment variable NOBODY_SET is not set",
        ),
        (
            TOKEN,
            {"console": {"userName": {"environment": "TOKEN"}, "password": {"file": "nowhere"}}},
            "nowhere can't be read: No such file or directory",
        ),
        (TOKEN, {"listen": "192.0.2.1:0"}, "listen: 192.0.2.1 is no address of this machine"),
        (TOKEN, {"folder": "/dev/null/x"}, "folder: /dev/null/x can't be made (Not a directory)"),
    ],
)
def test_what_can_t_be_used_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    token: str,
    changes: dict[str, Any],
    words: str,
) -> None:
    monkeypatch.setenv("TOKEN", token)
    if changes.pop("twin", False):
        changes = {"consoles": {"acme": CONSOLE, "twin": CONSOLE}}
    assert main(["--config", str(write_configuration(tmp_path, **changes))]) == 2
    said = capsys.readouterr().err
    assert words in said and token not in said and said.count("\n") == 1


def test_a_person_signs_in_without_any_console_s_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOKEN", raising=False)
    nowhere = {"executable": str(tmp_path / "no browser"), "sandbox": False}
    assert main(["--config", str(write_configuration(tmp_path, browser=nowhere)), "login", "acme"]) == 1
    assert "There is no Chromium here" in capsys.readouterr().err
    kept = tmp_path / "kept"
    assert [place.stat().st_mode & 0o777 for place in (kept, kept / "profiles")] == [0o700, 0o700]


def test_a_folder_that_others_may_look_into_is_closed_or_refused(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (kept / "profiles").mkdir(parents=True)
    kept.chmod(0o755)
    assert secure_folder(kept).stat().st_mode & 0o777 == 0o700, "what an older gateway left open"
    kept.chmod(0o755)
    (kept / "somebody's letters").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"others may look into .*/kept"):
        secure_folder(kept)
    assert kept.stat().st_mode & 0o777 == 0o755, "not closed to others unasked"
    kept.chmod(0o700)
    assert secure_folder(kept) == kept


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("Executable doesn't exist at /x", "python -m toolchain.browser"),
        ("launched a headed browser without having a XServer running", "no display"),
        ("Chromium sandboxing failed!", "browser.sandbox: false"),
        ("Running as root without --no-sandbox is not supported.", "run the gateway as another user"),
        ("No usable sandbox! If you are running on Ubuntu 23.10+ …", "kernel.apparmor_restrict_unprivileged_userns"),
        ("something else\nand more", "did not start: something else"),
    ],
)
def test_why_no_browser_started(output: str, advice: str) -> None:
    assert advice in explain_launch_failure(output)
