"""A worker that waits a tenth as long for what a dead one has left on another machine: 20 seconds in place of 200.

`python -m tests.fleet.hasty_worker worker …`; nothing else changes. Only for steps that take less.
"""

from __future__ import annotations

import sys

from stacks.fleet.temporal import attempt

HASTE = 10

if __name__ == "__main__":
    from stacks.cli import main

    attempt.LONGEST_STEP /= HASTE
    sys.argv = ["umbrella-psa", *sys.argv[1:]]
    sys.exit(main())
