"""A provider process with a tenth of the product's patience, so that a test of a slow server costs seconds.

Put before the provider's own command line; every bound on time shrinks alike, and nothing else changes.
"""

from __future__ import annotations

import runpy
import sys

from providers import connections
from providers.http.clock import Deadlines
from providers.http.retry import RetryPolicy
from providers.http.transport import Transport

HASTE = 10
LAUNCHER = (sys.executable, "-u", "-m", "tests.contract.hasty")


def hurry() -> None:
    """Shrink the defaults, which is what the product goes by."""
    defaults = Transport.__init__.__kwdefaults__ or {}
    retry = defaults["retry"]
    defaults["deadlines"], connections.GATEWAY_DEADLINES = (
        shrink(defaults["deadlines"]),
        shrink(connections.GATEWAY_DEADLINES),
    )
    defaults["retry"] = RetryPolicy(
        retry.attempts,
        retry.base / HASTE,
        retry.cap / HASTE,
        retry.longest_retry_after / HASTE,
        retry.unnamed_wait / HASTE,
    )


def shrink(usual: Deadlines) -> Deadlines:
    return Deadlines(usual.connect / HASTE, usual.read / HASTE, usual.total / HASTE)


if __name__ == "__main__":
    hurry()
    sys.argv = ["pulumi.dynamic", sys.argv[-1]]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
