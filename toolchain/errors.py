"""What stops a set-up, and how that is reported."""

import signal
import sys
from collections.abc import Callable


class SetupError(Exception):
    """One sentence: what is missing, and what to do about it."""


def run_reporting(work: Callable[[], object]) -> int:
    """Run it; the exit code. What went wrong is one sentence."""
    # So that a signal to end takes pip or the build along, instead of leaving it to write on by itself.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        work()
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        sentence = f"{error.strerror}: {error.filename}; make it readable and writable, then run again"
        print(f"set-up: {sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; run it again, it goes on from what is finished", file=sys.stderr)
        return 130
    return 0
