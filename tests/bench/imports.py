"""What imports cost: medians over fresh processes, in milliseconds."""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 11


def milliseconds(before: str, modules: str) -> float:
    """The median time to import `modules` once `before` is imported; the collector is off, as in `__main__.py`."""
    program = (
        f"import gc; gc.disable(); import {before}, time; start = time.perf_counter(); import {modules}; "
        "print((time.perf_counter() - start) * 1000)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
        for _ in range(RUNS)
    ]
    return statistics.median(times)
