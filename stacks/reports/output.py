"""Printing for people, who may stop reading: `| head`, a pager that is quit, a terminal window that is closed.

That ends no run: what was begun is finished and reported, and what is still printed goes nowhere.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from providers.http.text import clean_lines

_NOBODY_READS = (errno.EPIPE, errno.EIO, errno.ENOSPC)
"""Of a pipe, of a terminal that is gone, and of a file on a disk that is full."""


def print_line(text: str, output: TextIO) -> None:
    """Print what people read, with nothing in it that steers a terminal."""
    with survive_closed(output):
        print(clean_lines(text), file=output, flush=True)


@contextmanager
def survive_closed(output: TextIO) -> Iterator[None]:
    """Go on where nobody reads `output` any more, and print nowhere from then on."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOBODY_READS:
            raise
        discard(output)


def discard(output: TextIO) -> None:
    """Let vanish what is printed from now on, and what is still in the buffer."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)
