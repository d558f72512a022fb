"""What imports cost: medians over fresh processes, in milliseconds."""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 11


def measure_cpu_milliseconds(modules: str) -> float:
    """The least processor time to import `modules` in a fresh process without bytecode: other load only adds to it."""
    program = (
        f"import gc, time; gc.disable(); start = time.process_time(); import {modules}; "
        "print(time.process_time() - start)"
    )
    command = [sys.executable, "-B", "-c", program]
    times = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(RUNS)]
    return min(times) * 1000


def measure_milliseconds(before: str, modules: str) -> float:
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
