"""Sentences for whoever watches a run, each said once.

The engine shows what a provider prints on standard output as information, without saying which resource it is
about (pulumi#6065), so every sentence names its subject.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Lock


def _print(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


_lock = Lock()
_printed: set[str] = set()
_emit: Callable[[str], None] = _print


def reset() -> None:
    """Begin another run: nothing was said yet."""
    with _lock:
        _printed.clear()
    redirect(_print)


def redirect(emit: Callable[[str], None]) -> None:
    """Let `emit` say what is to be said from here on."""
    global _emit
    with _lock:
        _emit = emit


def print_once(sentence: str) -> None:
    """Print a sentence unless this process has said it already."""
    with _lock:
        if sentence in _printed:
            return
        _printed.add(sentence)
        _emit(sentence)
