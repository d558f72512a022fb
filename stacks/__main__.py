"""python -m stacks: see cli.py."""

import sys
from importlib.util import find_spec

if __name__ == "__main__":
    if not (find_spec("pulumi") and find_spec("click")):
        print(
            "error: the project's packages are not there; run `make setup`, then `. .venv/bin/activate`.",
            file=sys.stderr,
        )
        sys.exit(2)
    from stacks.cli import main

    sys.exit(main())
