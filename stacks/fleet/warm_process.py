"""A warm engine in a process of its own, which is asked over a pipe: one line of JSON for a run, one for its outcome.

Run as `python -m stacks.fleet.warm_process`, it is that process. It lives as long as its standard input is open: when
whoever asks is gone, a run that is under way is interrupted as by Ctrl-C, so its engine ends its step and unlocks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, NamedTuple, cast

from providers.core.errors import ProviderError
from providers.http.budget import Sharing, forget_budgets, join_budgets

ROOT = Path(__file__).parents[2]


class EngineRun(NamedTuple):
    """One command that has ended: its exit code, and what the engine did and said, each once and in order."""

    code: int
    changes: Sequence[str]
    information: Sequence[str]
    errors: Sequence[str]


class WarmProcess:
    """The asking side. Not for several threads at once: a warm engine runs one command after another."""

    def __init__(self, sharing: Sharing | None = None, lock: int | None = None) -> None:
        """Start it.

        Args:
            sharing: By what it shares the budgets of requests with other processes; else it keeps them for itself.
            lock: A file descriptor that stays open for as long as the process lives, whoever else closes it.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", "stacks.fleet.warm_process", *map(str, sharing or ())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A terminal's Ctrl-C is for whoever asks, who passes it on.
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
        self._asking, self._answers = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        self.pid = self._process.pid

    def run(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path) -> EngineRun:
        """Run a `pulumi` command with this environment, whole; what it prints goes to a file.

        Raises `ProviderError` when the process has ended.
        """
        asked = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": dict(environment),
            "output": str(output),
        }
        answer = ""
        with suppress(BrokenPipeError):
            _write(self._asking, asked)
            answer = self._answers.readline()
        if not answer:
            raise ProviderError(
                f"the process that runs the engine ended with {self._process.wait()}", next_step="run the same again"
            )
        return EngineRun(**json.loads(answer))

    def interrupt(self) -> None:
        """End the run that is under way, if there is one, as Ctrl-C does. For any thread."""
        with suppress(BrokenPipeError, ValueError):  # it has ended, or is being closed
            _write(self._asking, {"interrupt": True})

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process; a run that is under way is interrupted."""
        self._asking.close()
        self._process.wait()
        self._answers.close()


def serve(asking: IO[str], answering: IO[str]) -> None:
    """Run what is asked for until nobody asks any more."""
    from providers.engines.pulumi.events import EngineEvents
    from providers.engines.pulumi.warm import WarmEngine
    from stacks.program import declare

    engine = WarmEngine(declare)
    asked: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        for line in asking:
            if "interrupt" in json.loads(line):
                engine.interrupt()
            else:
                asked.put(line)
        asked.put("")
        engine.interrupt()

    Thread(target=listen, name="listener", daemon=True).start()
    while line := asked.get():
        job: dict[str, Any] = json.loads(line)
        events = EngineEvents()
        with open(job["output"], "w", encoding="utf-8") as output:
            code = engine.run(
                job["arguments"],
                folder=Path(job["folder"]),
                environment=job["environment"],
                stdout=output,
                stderr=subprocess.STDOUT,
                events=events,
            )
        forget_budgets()  # those that aren't shared are this run's
        _write(answering, {"code": code, **asdict(events)})


def _write(pipe: IO[str], message: Mapping[str, Any]) -> None:
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()


def main() -> None:
    """Serve standard input and output, whatever else in this process prints."""
    answering = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with suppress(BrokenPipeError), ExitStack() as stack:
        if len(sys.argv) > 1:
            stack.enter_context(join_budgets(Sharing(Path(sys.argv[1]), int(sys.argv[2]))))
        serve(sys.stdin, answering)


if __name__ == "__main__":
    main()
