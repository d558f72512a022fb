"""A Temporal server and two workers for `make demo FLEET=50 RUNNER=temporal`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep

from demo.narration import print_chapter, print_lines
from demo.pulumi_cli import DemoPulumi
from demo.temporal_server import TemporalServer

WORKERS = 2


@contextmanager
def serve_temporal(engine: DemoPulumi) -> Iterator[None]:
    """Have a server and two workers for as long as the block lasts, and let the engine's environment name it."""
    from toolchain.parts import TEMPORAL, have  # no other part of the demo needs a server

    folder = engine.work / "temporal"
    folder.mkdir()
    print_chapter(f"A Temporal server starts, its history in a SQLite file, and {WORKERS} times `umbrella-psa worker`.")
    with ExitStack() as stack:
        server = stack.enter_context(TemporalServer(have(TEMPORAL, Path.home()), folder))
        engine.environment |= server.variables
        for number in range(1, WORKERS + 1):
            stack.enter_context(_work(engine, folder / f"worker-{number}"))
        yield


@contextmanager
def _work(engine: DemoPulumi, log: Path) -> Iterator[None]:
    with log.open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "stacks", "worker", "--jobs", "1"],
            cwd=engine.project,
            env=engine.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while not (told := log.read_text(encoding="utf-8")) and process.poll() is None:
                sleep(0.1)
            print_lines([f"  {told.strip()}"])
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
