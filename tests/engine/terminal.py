"""A command on a terminal of its own, as a person sits before it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from struct import pack
from termios import TIOCSWINSZ

PATIENCE = 60  # seconds for the next question

# What hidden questions are asked at is the process's terminal, so it has to be its own (setsid, then this).
# A shell's background jobs, and so perhaps the tests themselves, ignore Ctrl-C and pass that on.
_AT_ITS_TERMINAL = (
    "import fcntl, os, signal, sys, termios; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_READS_KEYS = "\x1b[?2004h"  # from now on the terminal is to mark what is pasted


class Terminal:
    """`with Terminal(command, folder, environment) as terminal: terminal.answer("site", "…")`."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int = 80) -> None:
        self._end, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, pack("HHHH", 40, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AT_ITS_TERMINAL, *command],
            cwd=folder,
            env={**environment, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""  # all that was shown, without colours
        self.raw = ""  # and as it came
        self._read = 0  # up to where it was waited for
        self._answered_by_keys = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._end)

    def answer(self, question: str, words: str) -> None:
        """Wait until it is asked, then type."""
        self.wait_for(question)
        os.write(self._end, f"{words}\n".encode())

    def answer_by_keys(self, question: str, words: str) -> None:
        """The same where each key is read, as by the engine, whose question is shown again at each of them. Enter sends
        a carriage return there, and before that a line feed: it has to be the next question that reads."""
        self.wait_for(question)
        finish = time.monotonic() + PATIENCE
        while self.raw.count(_READS_KEYS) <= self._answered_by_keys:
            assert self._read_more(finish), f"no key was read:\n{self.text}"
        self._answered_by_keys += 1
        os.write(self._end, f"{words}\r".encode())

    def interrupt(self) -> None:
        """Ctrl-C: the terminal signals everything in front of it."""
        os.write(self._end, b"\x03")

    def interrupt_question(self) -> None:
        """Again if need be, as a person does: Python misses one that comes just before it begins to read a line."""
        for _ in range(6):
            self.interrupt()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
                return

    def wait_for(self, words: str) -> None:
        finish = time.monotonic() + PATIENCE
        while (found := self.text.find(words, self._read)) < 0:
            assert self._read_more(finish), f"{words!r} was never shown:\n{self.text}"
        self._read = found + len(words)

    def wait_for_end(self) -> int:
        """The exit code, once everything is read."""
        finish = time.monotonic() + PATIENCE
        while self._read_more(finish):
            pass
        return self._process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        """This process alone, by a signal that it can't see."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _read_more(self, finish: float) -> bool:
        """False at the end."""
        ready, _, _ = select.select([self._end], [], [], max(0.0, finish - time.monotonic()))
        assert ready, f"nothing was shown for {PATIENCE} s:\n{self.text}"
        try:
            chunk = os.read(self._end, 65536)
        except OSError:  # Linux: nobody holds the other end any more
            return False
        self.raw += chunk.decode(errors="replace")
        self.text += _CONTROL.sub("", chunk.decode(errors="replace")).replace("\r", "")
        return bool(chunk)
