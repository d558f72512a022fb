"""The plug-in page's example, tried as it stands there."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from providers.core.configuration import Configuration
from providers.core.errors import ProviderError
from providers.core.settings import load_settings
from providers.vault.connection import NAMESPACE, VaultSettings
from tests.unit.toolchain.machine import ROOT
from tests.vault.run import Run, get_fields, make_args

PAGE = (ROOT / "docs" / "vaults" / "plug-ins.md").read_text(encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VaultSettings:
    """The example as an installed package, and settings that name it."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (name,) = re.findall(r'folder = "(.*)"', PAGE)
    installed = tmp_path / "installed"
    about = installed / "folder_vault-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: folder-vault\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[umbrella_psa.vaults]\nfolder = {name}\n", encoding="utf-8")
    (installed / "folder_vault.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(installed))
    given = {"vault:url": f"folder://{tmp_path}/kept", "vault:token": "whatever a kind makes of it"}
    return load_settings(VaultSettings, NAMESPACE, Configuration(given, {}))


def test_the_example_is_about_thirty_lines() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 34


def test_the_example_lives_a_keys_life(settings: VaultSettings, tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="does not exist; make it"):
        Run(settings).gate.refuse_unless_ready("acme")
    (tmp_path / "kept").mkdir()
    state = None
    for number in (1, 2):
        args = make_args(settings, number, on_destroy="delete")
        state = Run(settings).up(state, args, minted=True)
        assert Run(settings).preview(state, args) == []
    assert state is not None
    files = sorted((tmp_path / "kept").iterdir())
    assert [file.name for file in files] == ["000001.json", "000002.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert get_fields(args)["privateKey"] in files[-1].read_text(encoding="utf-8")
    Run(settings).delete(args.place, state)
    assert "another value" in Run(settings).preview(state, args)[0]
