"""A warm engine in a process of its own, which is asked over a pipe: one line of JSON for a run, one for its outcome.

Run as `python -m stacks.fleet.warm_process`, it is that process. It lives as long as its standard input is open: when
whoever asks is gone, a run that is under way is interrupted as by Ctrl-C, so its engine ends its step and unlocks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, RLock, Thread
from typing import IO, Any, NamedTuple, cast

from providers.core.errors import ProviderError
from providers.http.budget import Sharing, forget_budgets, join_budgets
from stacks.fleet.at_work import mark_at_work
from stacks.fleet.deadline import Deadline

ROOT = Path(__file__).parents[2]
_writing = RLock()
"""Of lines, each whole: a timer and a signal's handler interrupt what another thread asked for."""


class EngineRun(NamedTuple):
    """One command that has ended: its exit code, and what the engine did and said, each once and in order.

    `late`: it was interrupted, because it was not over at its deadline. `transient`: what went wrong may be gone when
    the same is asked again.
    """

    code: int
    changes: Sequence[str]
    information: Sequence[str]
    errors: Sequence[str]
    late: bool = False
    transient: bool = False


class EngineKilled(ProviderError):
    """A command went on after its deadline and was killed, with all that belongs to it. The stack is locked still."""


class WarmProcess:
    """The asking side. It starts its process when it is first asked, and another one when that has died.

    Not for several threads at once: a warm engine runs one command after another.
    """

    def __init__(self, sharing: Sharing | None = None, lock: int | None = None) -> None:
        """Start nothing yet.

        Args:
            sharing: By what it shares the budgets of requests with other processes; else it keeps them for itself.
            lock: A file descriptor that stays open for as long as the process lives, whoever else closes it.
        """
        self._sharing, self._lock = sharing, lock
        self._process: subprocess.Popen[str] | None = None
        self._is_killed = False
        self.mark: str | None = None
        """A file that a run keeps locked, also when whoever asked for it is killed (stacks/fleet/at_work.py)."""

    @property
    def pid(self) -> int:
        """The process that serves the engine's two sides; started, if it is not there."""
        return self._start().pid

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        output: Path,
        *,
        deadline: Deadline = Deadline(),  # noqa: B008 - immutable
        tell: Callable[[str], None] = lambda change: None,
    ) -> EngineRun:
        """Run a `pulumi` command with this environment, whole; what it prints goes to a file.

        `tell` is called with each change as the engine begins it.

        Raises:
            EngineKilled: The command was not over at the deadline, nor soon after it was interrupted.
            ProviderError: The process has ended by itself.
        """
        process = self._start()
        asked = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": dict(environment),
            "output": str(output),
            "mark": str(self.mark or ""),
        }
        with deadline.watch(self.interrupt, self.kill) as watch, suppress(BrokenPipeError):
            _write(_pipe(process.stdin), asked)
            for line in _pipe(process.stdout):
                answer: dict[str, Any] = json.loads(line)
                if "change" not in answer:
                    return EngineRun(**answer, late=watch.has_interrupted)
                tell(answer["change"])
        self.close()
        if self._is_killed:
            late = (
                f"it took longer than {deadline.seconds:.0f} seconds, and was killed when it went on for another "
                f"{deadline.grace:.0f}"
            )
            raise EngineKilled(
                late if watch.has_interrupted else "it was interrupted, and was killed when it went on with its step",
                next_step="look what it waits for, and run the same again",
            )
        ended = ProviderError(
            f"the process that runs the engine ended with {process.returncode}", next_step="run the same again"
        )
        ended.transient = True
        raise ended

    def interrupt(self) -> None:
        """End the run that is under way, if there is one, as Ctrl-C does. For any thread."""
        if self._process:
            with suppress(BrokenPipeError, ValueError):  # it has ended, or is being closed
                _write(_pipe(self._process.stdin), {"interrupt": True})

    def close(self) -> None:
        """End the process; a run that is under way is interrupted."""
        process, self._process = self._process, None
        if process:
            with suppress(BrokenPipeError):
                _pipe(process.stdin).close()
            process.wait()
            _pipe(process.stdout).close()

    def _start(self) -> subprocess.Popen[str]:
        if self._process and self._process.poll() is None:
            return self._process
        self.close()
        self._is_killed = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "stacks.fleet.warm_process", *map(str, self._sharing or ())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A terminal's Ctrl-C is for whoever asks, who passes it on.
            start_new_session=True,
            pass_fds=() if self._lock is None else (self._lock,),
        )
        return self._process

    def kill(self, *, unlocks: bool = True) -> None:
        """Kill the process, and the command that it runs: both are of its session, and nothing else is.

        `unlocks`: whoever waits for it is told by `EngineKilled`, and takes away what it has locked.
        """
        if self._process:
            self._is_killed = unlocks
            with suppress(ProcessLookupError):  # it has ended this very moment
                os.killpg(self._process.pid, signal.SIGKILL)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    return cast(IO[str], pipe)


def serve(asking: IO[str], answering: IO[str]) -> None:
    """Run what is asked for until nobody asks any more."""
    from providers.engines.pulumi.events import EngineEvents
    from providers.engines.pulumi.warm import WarmEngine
    from stacks.program import declare

    engine = WarmEngine(declare)
    asked: SimpleQueue[str] = SimpleQueue()
    gone = Event()

    def listen() -> None:
        for line in asking:
            if "interrupt" in json.loads(line):
                engine.interrupt()
            else:
                engine.expect_run()
                asked.put(line)
        gone.set()
        asked.put("")
        engine.interrupt()

    Thread(target=listen, name="listener", daemon=True).start()
    while (line := asked.get()) and not gone.is_set():  # asked by one that has died meanwhile: not begun
        job: dict[str, Any] = json.loads(line)
        events = EngineEvents(lambda change: _write(answering, {"change": change}))
        with mark_at_work(job["mark"]), open(job["output"], "w", encoding="utf-8") as output:
            code = engine.run(
                job["arguments"],
                folder=Path(job["folder"]),
                environment=job["environment"],
                stdout=output,
                stderr=subprocess.STDOUT,
                events=events,
            )
        forget_budgets()  # those that aren't shared are this run's
        _write(answering, {"code": code, **events.summarize()})


def _write(pipe: IO[str], message: Mapping[str, Any]) -> None:
    with _writing:
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
