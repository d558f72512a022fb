"""Sentences for whoever watches a run, each said once.

The engine shows what a provider prints on standard output as information, without saying which resource it is
about (pulumi#6065), so every sentence names its subject.
"""

from __future__ import annotations

import sys
from threading import Lock

_lock = Lock()
_printed: set[str] = set()


def print_once(sentence: str) -> None:
    """Print a sentence unless this process has said it already."""
    with _lock:
        if sentence in _printed:
            return
        _printed.add(sentence)
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()
