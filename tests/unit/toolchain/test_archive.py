"""An official archive that can't be had never holds a set-up; the real SDK, against sites that are not there."""

import socket
import sys
import time
from pathlib import Path

import pytest

from tests.unit.toolchain.machine import ROOT, VERSION, Machine, is_gone
from toolchain.archive import fetch


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which only the tests' own proxy stands between the SDK and the world."""
    for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_site_that_refuses(tmp_path: Path, proxied: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxied.setenv("https_proxy", f"http://127.0.0.1:{closed.getsockname()[1]}")

        refusal = fetch(Path(sys.executable), tmp_path / "root", VERSION, ROOT)

    assert refusal is not None
    assert refusal.startswith("the download site could not be reached: ")
    assert "refused" in refusal


def test_a_site_that_swallows_everything(tmp_path: Path, proxied: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxied.setenv("https_proxy", f"http://127.0.0.1:{silent.getsockname()[1]}")

        assert fetch(Path(sys.executable), tmp_path / "root", VERSION, ROOT, deadline=10) == "no answer within 10 s"

        silent.settimeout(0)
        silent.accept()[0].close()  # it had asked there, so it was the silence that took the time


def test_the_deadline_ends_what_the_installer_started(machine: Machine) -> None:
    pid = machine.folder / "pid"
    scratch = machine.folder / "scratch"
    machine.download(f'touch "$TMPDIR/half"; echo "$TMPDIR" >"{scratch}"; sleep 60 & echo $! >"{pid}"; wait')
    started = time.monotonic()

    assert fetch(machine.venv / "bin" / "python", machine.place, VERSION, ROOT, deadline=1) == "no answer within 1 s"

    assert time.monotonic() - started < 10
    assert is_gone(int(pid.read_text(encoding="utf-8")))
    assert not Path(scratch.read_text(encoding="utf-8").strip()).exists()


def test_an_installer_without_words(machine: Machine) -> None:
    machine.download("exit 7")

    assert fetch(machine.venv / "bin" / "python", machine.place, VERSION, ROOT) == "the installer ended with 7"
