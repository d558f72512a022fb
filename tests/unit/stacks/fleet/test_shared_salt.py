"""Moving a stack's file to another salt: what stays, what is refused, and a kill at any moment."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.core.errors import ProviderError
from stacks.fleet.ciphertext import decrypt, encrypt
from stacks.fleet.passphrase import derive_key
from stacks.fleet.shared_salt import move_to_salt
from tests.engine.workspace import ROOT
from tests.unit.stacks.salts import make_salt

PASSPHRASE = "one passphrase for all"
SECRETS = {"connectwise:clientId": "id-1", "connectwise:privateKey": "héllo: #1"}


SHARED, OWN = make_salt(PASSPHRASE), make_salt(PASSPHRASE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A stack's file with a salt of its own; one of its secrets stands inside a list."""
    key = derive_key(OWN, PASSPHRASE)
    lines = [f"  {name}:\n    secure: {encrypt(key, clear)}" for name, clear in SECRETS.items()]
    deep = f"  other:list:\n    - a\n    - secure: {encrypt(key, 'deep')}"
    path = tmp_path / "Pulumi.acme.yaml"
    path.write_text(f"# ours\nencryptionsalt: {OWN}\nconfig:\n" + "\n".join([*lines, deep, "  a:b: c # why\n"]))
    path.chmod(0o640)
    return path


def read_clear(path: Path) -> tuple[str, dict[str, str], str]:
    """Its salt, and its secrets by the key of that salt."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    key, config = derive_key(content["encryptionsalt"], PASSPHRASE), content["config"]
    clear = {name: decrypt(key, config[name]["secure"]) for name in SECRETS}
    return content["encryptionsalt"], clear, decrypt(key, config["other:list"][1]["secure"])


def test_every_secret_is_encrypted_anew_and_all_else_stays(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    assert move_to_salt(file, SHARED, PASSPHRASE)
    assert read_clear(file) == (SHARED, SECRETS, "deep")
    after = file.read_text(encoding="utf-8")
    plain = [line for line in before.splitlines() if "v1:" not in line]
    assert [line for line in after.splitlines() if "v1:" not in line] == plain
    ciphertexts = [word for word in before.split() if word.startswith("v1:")]
    assert not [word for word in ciphertexts if word in after]
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert not move_to_salt(file, SHARED, PASSPHRASE)
    assert file.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("encryptionsalt: ", "encryptedkey: "), "no salt to share"),
        (("config:", "config: ["), "can't be read as YAML"),
        ((re.escape(OWN), make_salt("another passphrase")), "PULUMI_CONFIG_PASSPHRASE: is not the one"),
        (("secure: v1:", "secure: v1:AAAA"), "encrypted with another key, or is damaged"),
        ((r"secure: v1:(\S+)", r'secure: "v\\x31:\1"'), "not written as the engine writes them"),
    ],
)
def test_a_file_that_is_refused_is_not_touched(file: Path, change: tuple[str, str], says: str) -> None:
    file.write_text(re.sub(*change, file.read_text(encoding="utf-8")), encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(ProviderError, match=says):
        move_to_salt(file, SHARED, PASSPHRASE)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_tenant_without_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="has no file"):
        move_to_salt(tmp_path / "Pulumi.acme.yaml", SHARED, PASSPHRASE)


_BACK_AND_FORTH = """
import sys
from pathlib import Path
from stacks.fleet.shared_salt import move_to_salt
path, passphrase, *salts = sys.argv[1:]
move_to_salt(Path(path), salts[0], passphrase)
print("moving", flush=True)
while True:
    for salt in reversed(salts):
        move_to_salt(Path(path), salt, passphrase)
    salts.reverse()
"""


def test_whenever_it_is_killed_salt_and_secrets_belong_together(file: Path) -> None:
    found = set()
    process = subprocess.Popen(
        [sys.executable, "-c", _BACK_AND_FORTH, str(file), PASSPHRASE, SHARED, OWN],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline()
    until = time.monotonic() + 20
    for moment in count():
        # What a kill at this moment would leave is what is there at this moment.
        salt, clear, deep = read_clear(file)
        assert (clear, deep) == (SECRETS, "deep")
        found.add(salt)
        if time.monotonic() > until or (moment >= 100 and len(found) == 2):
            break
        time.sleep(moment % 100 / 20_000)
    process.kill()
    process.wait()
    process.stdout.close()
    assert read_clear(file)[1:] == (SECRETS, "deep")
    assert found == {SHARED, OWN}
