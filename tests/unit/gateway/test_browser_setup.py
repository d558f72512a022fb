"""How a Chromium gets onto a machine (toolchain/browser.py), on made-up machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolchain.browser import ensure_browser, is_debian
from toolchain.errors import SetupError

DEBIAN = 'ID=debian\nVERSION_ID="12"\n'


class Machine:
    """A PATH and an environment of shell scripts."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin = folder / "bin"
        self.venv = folder / "venv"
        self.calls = folder / "calls"
        self.release = folder / "os-release"
        self.release.write_text(DEBIAN, encoding="utf-8")
        self.chrome = folder / "chrome"
        monkeypatch.setenv("PATH", str(self.bin))
        self.python("exit 1")

    def script(self, file: Path, body: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\necho "{file.name} $1 $2 $3" >>"{self.calls}"\n{body}\n', encoding="utf-8")
        file.chmod(0o755)

    def python(self, install: str) -> None:
        """`-c` asks where Playwright's browser is; `-m playwright install` brings it."""
        self.script(self.venv / "bin" / "python", f'if [ "$1" = -c ]; then echo "{self.chrome}"; exit 0; fi\n{install}')

    def asked(self) -> list[str]:
        lines = self.calls.read_text(encoding="utf-8").splitlines() if self.calls.exists() else []
        return [line for line in lines if line.split()[1] in ("-m", "update", "install")]

    def browser(self, root: bool) -> str:
        return ensure_browser(self.venv, self.release, root)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_a_browser_on_path_is_enough(machine: Machine, name: str) -> None:
    machine.script(machine.bin / name, "")
    assert machine.browser(root=True) == str(machine.bin / name)
    assert machine.asked() == []


def test_debian_s_package_is_installed_by_root(machine: Machine) -> None:
    made = machine.bin / "chromium"
    body = f'[ "$1" = update ] || {{ echo "#!/bin/sh" >"{made}"; /bin/chmod +x "{made}"; }}'
    machine.script(machine.bin / "apt-get", body)
    assert machine.browser(root=True) == str(machine.bin / "chromium")
    assert machine.asked() == ["apt-get update --quiet=2 -o", "apt-get install --yes --quiet=2"]


def test_who_is_not_root_gets_playwright_s(machine: Machine) -> None:
    machine.script(machine.bin / "apt-get", "exit 1")
    machine.python(f'echo x >"{machine.chrome}"')
    assert machine.browser(root=False) == str(machine.chrome)
    assert machine.asked() == ["python -m playwright install"]


def test_root_gets_the_libraries_that_playwright_s_needs(machine: Machine) -> None:
    machine.release.write_text("ID=ubuntu\nID_LIKE=debian\n", encoding="utf-8")
    machine.script(machine.bin / "apt-get", "exit 1")
    machine.python(f'[ "$4" = --with-deps ] && echo x >"{machine.chrome}"')
    assert machine.browser(root=True) == str(machine.chrome)
    assert machine.asked() == ["python -m playwright install"]


def test_what_playwright_brought_before_is_found_again(machine: Machine) -> None:
    machine.chrome.write_text("", encoding="utf-8")
    assert machine.browser(root=False) == str(machine.chrome)
    assert machine.asked() == []


def test_where_nothing_works_each_way_tells_why(machine: Machine) -> None:
    machine.script(machine.bin / "apt-get", "echo no network; exit 100")
    machine.python("echo no such host; exit 1")
    with pytest.raises(SetupError, match=r"apt-get: no network; playwright install: no such host\); install Chromium"):
        machine.browser(root=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DEBIAN, True),
        ("ID=kali\nID_LIKE=debian\n", True),
        ("ID=ubuntu\nID_LIKE=debian\n", False),
        ("ID=fedora\n", False),
    ],
)
def test_what_counts_as_debian(tmp_path: Path, text: str, expected: bool) -> None:
    (tmp_path / "os-release").write_text(text, encoding="utf-8")
    assert is_debian(tmp_path / "os-release") is expected
    assert is_debian(tmp_path / "nothing") is False
