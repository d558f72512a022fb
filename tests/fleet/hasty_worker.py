"""A worker that gives steps a fifth of their time: what a dead one has left on another machine is waited for for 40
seconds in place of 200, and a step that goes on while nobody hears of it is killed after 12 in place of 60.

`python -m tests.fleet.hasty_worker worker …`; nothing else changes. Only for steps that take less.
"""

from __future__ import annotations

import sys

from stacks.fleet.deadline import Deadline
from stacks.fleet.temporal import attempt

HASTE = 5

if __name__ == "__main__":
    from stacks.cli import main

    attempt.LONGEST_STEP /= HASTE
    Deadline.grace /= HASTE
    sys.argv = ["umbrella-psa", *sys.argv[1:]]
    sys.exit(main())
