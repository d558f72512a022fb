"""Other programs, run to their end."""

import subprocess
from pathlib import Path


def run(
    command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None, given: str = ""
) -> tuple[str, str]:
    """Run it and return what it printed, and, when it failed, what it said of that; else an empty string."""
    try:
        done = subprocess.run(command, cwd=cwd, env=env, input=given, capture_output=True, text=True, errors="replace")
    except OSError as error:
        return "", f"{command[0]}: {error.strerror}"
    words = done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}"
    return done.stdout, words if done.returncode else ""


def get_last_line(words: str) -> str:
    """Return the line that most programs end with the reason in."""
    return words.rpartition("\n")[2].strip()
