"""Way 2: the official archive, through the SDK's own installer."""

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

# The archive is some 100 MB. A site that swallows packets would otherwise hold the set-up for as long as the system's
# retries last; whoever is slower than this has Go, or puts pulumi on PATH.
DEADLINE_SECONDS = 180.0


def fetch(python: Path, root: Path, version: str, source: Path, deadline: float = DEADLINE_SECONDS) -> str | None:
    """Install below root (its bin gets the files); why it could not be done, or None when it was.

    The installer is a script that starts others, so it runs as a process group of its own; it ends with the deadline.
    """
    command = [str(python), "-m", "toolchain.download", str(root), version]
    # What was half downloaded when the deadline came goes with the folder.
    with (
        tempfile.TemporaryDirectory() as scratch,
        subprocess.Popen(
            command,
            cwd=source,
            env={**os.environ, "TMPDIR": scratch},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process,
    ):
        try:
            output, _ = process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            return f"no answer within {deadline:.0f} s"
        finally:
            end_group(process)
    if process.returncode == 0:
        return None
    lines = output.strip().splitlines()
    return lines[-1] if lines else f"the installer ended with {process.returncode}"


def end_group(process: subprocess.Popen[str]) -> None:
    """End whatever is left of the process and of those it started."""
    with suppress(ProcessLookupError):  # all of them have ended by themselves
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
