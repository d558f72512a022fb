"""What is at work, on terminals of several sizes: never higher nor wider than the screen."""

from __future__ import annotations

import os
import pty
import time
from contextlib import suppress
from fcntl import ioctl
from struct import pack
from termios import TIOCSWINSZ
from threading import Thread

import pytest

from stacks.reports.live import LiveProgress
from stacks.reports.model import Row
from stacks.reports.options import Reports
from stacks.reports.progress import LineProgress, is_live, show_progress
from tests.fleet.screen import read_screen

SENTENCE = "The role Umbrella grants too much: Service Desk / Service Tickets: delete is All, should be None. " * 2


class Screen:
    """A terminal, read all the time: who writes to one that nobody reads waits."""

    def __init__(self, lines: int, columns: int) -> None:
        self._end, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, pack("HHHH", lines, columns, 0, 0))
        self.output = os.fdopen(theirs, "w", encoding="utf-8")
        self._written = b""
        self._reader = Thread(target=self._drain)
        self._reader.start()

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *error: object) -> None:
        self.output.close()
        self._reader.join()
        os.close(self._end)

    def read(self) -> list[str]:
        """What is shown after two drawings and before the next."""
        time.sleep(0.6)
        before = -1
        while before != len(self._written):
            before = len(self._written)
            time.sleep(0.1)
        return read_screen(self._written.decode()).splitlines()

    def _drain(self) -> None:
        with suppress(OSError):  # Linux: nobody holds the other end any more
            while chunk := os.read(self._end, 65536):
                self._written += chunk


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("lines", "columns"), [(40, 120), (24, 80), (8, 40), (5, 60)])
def test_a_thousand_tenants_fit_on_any_screen(lines: int, columns: int) -> None:
    with Screen(lines, columns) as screen, LiveProgress(screen.output, "up", [1, 100, 899], str) as progress:
        for number in range(300):
            progress.begin(f"tenant-{number:04}")
        for number in range(200):
            row = Row(tenant=f"tenant-{number:04}", verdict="failed", sentences=(SENTENCE,))
            progress.end(row if number % 3 else row.but(verdict="clean"))
        shown = select_live(screen)
        assert 1 <= len(shown) < lines
        assert max(map(len, shown)) <= columns
        if (lines, columns) == (24, 80):
            assert "wave 3 of 3" in shown[0]
            assert "200 of 1000" in shown[0]
            assert shown[1] == "  67 clean  133 failed"
            assert shown[2].startswith("  tenant-0200  at work for ")
            assert shown[-5] == "  and 93 more at work"
            assert [line.split()[0] for line in shown[-4:]] == [f"tenant-0{number}" for number in (194, 196, 197, 199)]


def select_live(screen: Screen) -> list[str]:
    """The lines below those of finished tenants."""
    shown = screen.read()
    return shown[next(number for number, line in enumerate(shown) if line.startswith("up, wave")) :]


def test_what_was_drawn_is_gone_at_the_end_and_the_lines_stay_as_in_a_log() -> None:
    with Screen(24, 80) as screen:
        with LiveProgress(screen.output, "sweep", [2], str) as progress:
            progress.begin("acme")
            assert screen.read()[0].startswith("sweep")
            progress.end(Row(tenant="acme", verdict="drift", changes=("update umbrella",), sentences=(SENTENCE,)))
        assert screen.read() == ["acme: drift (update umbrella)", f"  {SENTENCE}".rstrip()]


def test_a_run_that_is_to_end_says_why_it_takes_a_little_longer() -> None:
    with Screen(24, 80) as screen, LiveProgress(screen.output, "up", [9], lambda: "interrupted") as progress:
        progress.begin("acme")
        assert "  ending: those at work finish their step (interrupted)" in screen.read()


def test_a_terminal_that_is_gone_ends_no_run() -> None:
    end, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as output, LiveProgress(output, "up", [9], str) as progress:
        os.close(end)
        progress.end(Row(tenant="acme", verdict="clean"))


@pytest.mark.parametrize(("term", "live"), [("xterm", True), ("dumb", False), ("", False)])
def test_a_terminal_that_can_take_nothing_back_gets_lines(
    term: str, live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    with Screen(24, 80) as screen:
        assert is_live(screen.output) == live


def test_a_log_gets_each_tenants_lines_and_who_wants_errors_only_the_failed(capsys: pytest.CaptureFixture[str]) -> None:
    for quiet in (False, True):
        with show_progress(Reports(quiet=quiet), "sweep", [2]) as progress:
            assert isinstance(progress, LineProgress)
            progress.begin("acme")
            progress.end(Row(tenant="acme", verdict="clean"))
            progress.end(Row(tenant="bell", verdict="failed", sentences=("The site is gone.",)))
    assert capsys.readouterr().out == "acme: clean\n" + "bell: failed\n  The site is gone.\n" * 2
