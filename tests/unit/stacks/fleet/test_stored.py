"""Reading stacks without an engine, on a state that the engine wrote."""

from __future__ import annotations

import gzip
import json
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from providers.core.errors import ProviderError, SettingError
from stacks.fleet.backends import FileBackend
from stacks.fleet.ciphertext import Decrypt
from stacks.fleet.passphrase import open_salt
from stacks.fleet.stored import StoredStack, make_reader, read_stack
from stacks.pulumi_cli import PulumiCli, StackConfiguration
from stacks.state import SIGNATURE
from tests.engine.workspace import PASSPHRASE, ROOT

PASSPHRASE_NAME = "PULUMI_CONFIG_PASSPHRASE"
RELEASED = json.loads((ROOT / "tests/data/states/0.1.0/tenant.json").read_text(encoding="utf-8"))
DEPLOYMENT: dict[str, Any] = RELEASED["state"]["deployment"]
SALT: str = DEPLOYMENT["secrets_providers"]["state"]["salt"]


def write_stack(folder: Path, settings: str, deployment: dict[str, Any], *, packed: bool = False) -> Path:
    """A stack's file and its state, as a file backend has them."""
    (folder / "stacks").mkdir(exist_ok=True)
    (folder / "stacks" / "Pulumi.acme.yaml").write_text(settings, encoding="utf-8")
    place = folder / "backend" / ".pulumi" / "stacks" / "umbrella-psa"
    place.mkdir(parents=True)
    text = json.dumps({"version": 3, "checkpoint": {"stack": "acme", "latest": deployment}}).encode()
    (place / ("acme.json.gz" if packed else "acme.json")).write_bytes(gzip.compress(text) if packed else text)
    return folder / "backend"


@pytest.mark.parametrize("packed", [False, True])
def test_a_state_is_read_in_clear_with_all_its_rows(tmp_path: Path, packed: bool) -> None:
    backend = write_stack(tmp_path, "config:\n  umbrella-psa:rotate: a\n", DEPLOYMENT, packed=packed)
    stack = read_stack("acme", FileBackend(backend), PASSPHRASE, tmp_path / "stacks")
    kinds = [row.kind for row in stack.rows]
    assert sorted(kinds) == sorted({*kinds})
    key = next(row for row in stack.rows if row.kind == "ApiKey")
    assert key.outputs["private_key"] in json.dumps(RELEASED["company"])
    assert "__provider" not in key.outputs
    assert stack.recorded["connectwise:companyId"]
    assert stack.settings.values == {"umbrella-psa:rotate": "a"}


def test_the_typed_state_has_the_private_key_only_in_clear(tmp_path: Path) -> None:
    backend = write_stack(tmp_path, "config: {}\n", DEPLOYMENT)
    stack = read_stack("acme", FileBackend(backend), PASSPHRASE, tmp_path / "stacks")
    sealed, clear = stack.read_state().key, stack.read_state(in_clear=True).key
    assert sealed
    assert clear
    assert sealed.outputs.private_key.get_secret_value() == ""
    assert clear.outputs.private_key.get_secret_value() in json.dumps(RELEASED["company"])
    assert clear.outputs.private_key.get_secret_value() not in repr(stack.deployment)


def test_a_stack_that_has_never_run_has_no_rows(tmp_path: Path) -> None:
    backend = write_stack(tmp_path, "config: {}\n", {})
    assert read_stack("acme", FileBackend(backend), "", tmp_path / "stacks").rows == ()


def test_a_stack_that_is_not_there_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    write_stack(tmp_path, "config: {}\n", {})
    with pytest.raises(ProviderError, match=r"the backend's folder .* is not there"):
        read_stack("acme", FileBackend(tmp_path / "elsewhere"), "", tmp_path / "stacks")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProviderError, match="there is no stack acme in the backend"):
        read_stack("acme", FileBackend(tmp_path / "empty"), "", tmp_path / "stacks")


@pytest.mark.parametrize("state", [b"[]", b"{}", b'{"checkpoint": 1}', b"x"])
def test_a_state_of_another_form_is_told(tmp_path: Path, state: bytes) -> None:
    backend = write_stack(tmp_path, "config: {}\n", {})
    (backend / ".pulumi" / "stacks" / "umbrella-psa" / "acme.json").write_bytes(state)
    with pytest.raises(ProviderError, match="not in the form that the engine writes"):
        read_stack("acme", FileBackend(backend), "", tmp_path / "stacks")


def test_a_packed_state_that_is_cut_off_is_told(tmp_path: Path) -> None:
    backend = write_stack(tmp_path, "config: {}\n", DEPLOYMENT, packed=True)
    file = backend / ".pulumi" / "stacks" / "umbrella-psa" / "acme.json.gz"
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(ProviderError, match="cut off or damaged"):
        read_stack("acme", FileBackend(backend), "", tmp_path / "stacks")


def test_settings_come_as_the_engine_gives_them_to_a_program(tmp_path: Path) -> None:
    write_stack(tmp_path, "config:\n  a:flag: true\n  a:days: 30\n  a:map: {b: [c]}\n  a:text: 'no'\n", {})
    settings = read_stack("acme", FileBackend(tmp_path / "backend"), "", tmp_path / "stacks").settings
    assert settings.values == {"a:flag": "true", "a:days": "30", "a:map": '{"b": ["c"]}', "a:text": "no"}
    assert settings.secret_keys == frozenset()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("config: [\n", "can't be read as YAML"),
        ("- a\n", "is not the file of a stack"),
        ("config: [a]\n", "is not the file of a stack"),
        ("config:\n  a:b: {secure: 5}\n", "not in the form|salt"),
        ("config:\n  umbrella-psa:rotate: 2026-11-29\n", "without quotes"),
        ("secretsprovider: gcpkms://x\nconfig:\n  a:b: {secure: v1:AAAA:BBBB}\n", "encrypted by a key of gcpkms"),
        ("environment: [x]\n", "an environment of Pulumi Cloud"),
        ("config:\n  a:b:\n    secure: v1:AAAA:BBBB\n", "not in the form"),
    ],
)
def test_what_cant_be_read_says_why(tmp_path: Path, text: str, says: str) -> None:
    write_stack(tmp_path, text, {})
    with pytest.raises(ProviderError, match=says):
        read_stack("acme", FileBackend(tmp_path / "backend"), PASSPHRASE, tmp_path / "stacks")


def test_another_passphrase_is_told_without_any_secret() -> None:
    with pytest.raises(ProviderError, match="PULUMI_CONFIG_PASSPHRASE") as told:
        open_salt(SALT, "another passphrase")
    assert "another passphrase" not in str(told.value)


@pytest.mark.parametrize("salt", ["", "v1:x", f"v2:{b64encode(b'saltsalt').decode()}:v1:AAAA:BBBB"])
def test_a_salt_of_another_form_is_no_wrong_passphrase(salt: str) -> None:
    with pytest.raises(ProviderError) as told:
        open_salt(salt, PASSPHRASE)
    assert "PULUMI_CONFIG_PASSPHRASE" not in str(told.value)


class Engine(PulumiCli):
    """Gives what the engine gives when it is asked: the same stack, in clear."""

    def __init__(self, stack: StoredStack) -> None:
        super().__init__()
        self._settings, self._shown = stack.settings, _show(stack.deployment, stack.decrypt)
        self.asked: list[str] = []

    def export(self, tenant: str, *, in_clear: bool = True) -> Mapping[str, Any]:
        self.asked.append(tenant)
        return cast(Mapping[str, Any], self._shown)

    def read_configuration(self, tenant: str) -> StackConfiguration:
        return self._settings


def _show(value: Any, decrypt: Decrypt) -> Any:
    """As `--show-secrets` writes it."""
    if isinstance(value, Mapping):
        if "ciphertext" in value:
            return {SIGNATURE[0]: SIGNATURE[1], "plaintext": decrypt(value["ciphertext"])}
        return {key: _show(item, decrypt) for key, item in value.items()}
    return [_show(item, decrypt) for item in value] if isinstance(value, list) else value


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a stack, and a project beside it that the reader is run in."""
    monkeypatch.chdir(tmp_path)
    return write_stack(tmp_path, "config:\n  umbrella-psa:rotate: a\n", DEPLOYMENT)


def test_a_stack_is_the_same_read_from_its_files_or_asked_of_the_engine(backend: Path) -> None:
    direct = make_reader(PulumiCli(), {"PULUMI_BACKEND_URL": backend.as_uri(), PASSPHRASE_NAME: PASSPHRASE})("acme")
    asked = make_reader(Engine(direct), {"PULUMI_BACKEND_URL": "gs://states", PASSPHRASE_NAME: PASSPHRASE})("acme")
    assert (asked.settings, asked.rows, asked.recorded) == (direct.settings, direct.rows, direct.recorded)
    for in_clear in (False, True):
        assert asked.read_state(in_clear=in_clear) == direct.read_state(in_clear=in_clear)
    private_key = next(row for row in direct.rows if row.kind == "ApiKey").outputs["private_key"]
    for stack in (direct, asked):
        key = next(row for row in stack.deployment["resources"] if row["type"].endswith(":ApiKey"))
        assert json.loads(stack.decrypt(key["outputs"]["private_key"]["ciphertext"])) == private_key
        assert private_key not in repr(stack.deployment)


def test_without_cryptography_the_engine_is_asked(backend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"PULUMI_BACKEND_URL": backend.as_uri(), PASSPHRASE_NAME: PASSPHRASE}
    engine = Engine(make_reader(PulumiCli(), environment)("acme"))
    assert make_reader(engine, environment)("acme").rows
    assert engine.asked == []
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert make_reader(engine, environment)("acme").rows
    assert engine.asked == ["acme"]


def test_without_a_passphrase_what_to_do_is_told_and_no_engine_asked(backend: Path) -> None:
    environment = {"PULUMI_BACKEND_URL": backend.as_uri()}
    engine = Engine(make_reader(PulumiCli(), {**environment, PASSPHRASE_NAME: PASSPHRASE})("acme"))
    with pytest.raises(SettingError, match=f"^{PASSPHRASE_NAME}: is not set, and its secrets are encrypted with one; "):
        make_reader(engine, environment)("acme")
    assert engine.asked == []
