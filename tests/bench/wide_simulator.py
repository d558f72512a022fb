"""`python -m tests.bench.wide_simulator ROWS …`: the simulator with as many module functions as wanted.

Its own list has those that pages print; a site with other modules has more (docs/coverage.md).
"""

from __future__ import annotations

import sys

from simulator.services.connectwise import catalogue

if __name__ == "__main__":
    wanted = int(sys.argv[1])
    more = [
        catalogue.ModuleFunction("Invented", f"Function {number}", False, True, False, catalogue.VERBS)
        for number in range(wanted - len(catalogue.FUNCTIONS))
    ]
    # Before anybody takes the list.
    catalogue.FUNCTIONS = (*catalogue.FUNCTIONS, *more)  # type: ignore[misc]
    catalogue.BY_LABEL.update({row.label: row for row in more})
    from simulator.__main__ import main

    sys.exit(main(sys.argv[2:]))
