"""Sets a machine up: the virtual environment, the Python packages, the pinned Pulumi engine.

Standard library only, because it runs before anything is installed.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this line is what tells the owner of an older Python)
    sys.exit(
        "set-up: Python 3.11 or newer is needed: found {}.{}.{} ({}); "
        "name a newer one, as in: make setup PYTHON=python3.12".format(*sys.version_info[:3], sys.executable)
    )
