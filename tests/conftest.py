"""How several processes share the tests, a warm engine for each of them, and what a run cost, at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer  # type: ignore[import-untyped]
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    from stacks.fleet.warm_process import WarmProcess

_BEGAN = monotonic()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Of this process and of all that were started and waited for, those of xdist's workers among them."""
    user, system, children_user, children_system, _ = os.times()
    cpu = user + system + children_user + children_system
    terminalreporter.write_line(f"{cpu:.0f} s of CPU time in {monotonic() - _BEGAN:.0f} s")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """A file to a process: what its tests share, a tenant or a fleet that is up, is made once. In the order of
    `testpaths`, which has the slow rooms first: by the number of their tests they would come last."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmProcess]:
    """What runs the engine in stories that are not about how it starts (tests/engine/workspace.py)."""
    from stacks.fleet.warm_process import WarmProcess

    running = WarmProcess()
    yield running
    running.close()
