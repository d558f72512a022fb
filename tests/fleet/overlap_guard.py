"""A `pulumi` that notes when it is started on a stack while another one is still at work on it."""

from __future__ import annotations

from pathlib import Path

from tests.engine.workspace import ROOT

# Nothing but a kill of the engine itself ends the lock: the descriptor is handed on to it. An engine of another machine
# is started all the same, and is told by the stack's own lock that it may not; one that ends at this moment has two
# seconds for that.
_SCRIPT = """\
#!/bin/sh
stack=none; previous=
for word in "$@"; do
  [ "$previous" = --stack ] && stack=$word
  previous=$word
done
case "$1" in
cancel) echo "$stack" >>"{folder}/cancels" ;;
up|destroy|config)
  exec 9>>"{folder}/$stack.lock"
  if ! flock -w {patience} 9; then
    said=$("{engine}" "$@" 2>&1); code=$?
    case "$said" in
    *"currently locked by"*) echo "$stack $1" >>"{folder}/refusals" ;;
    *) echo "$stack $1" >>"{folder}/overlaps" ;;
    esac
    echo "$said"
    exit $code
  fi
  echo "$stack $1" >>"{folder}/runs"
  ;;
esac
exec "{engine}" "$@"
"""


class OverlapGuard:
    """The virtual environment once more, by links, with this `pulumi` in it: a worker looks there first."""

    def __init__(self, folder: Path, patience: float = 0) -> None:
        """`patience`: seconds for one that is ending."""
        self._folder = folder
        folder.mkdir()
        own = ROOT / ".venv"
        (folder / "bin").mkdir()
        (folder / "pyvenv.cfg").symlink_to(own / "pyvenv.cfg")
        (folder / "lib").symlink_to(own / "lib")
        self.python = folder / "bin" / "python"
        for name in ("python", "python3"):
            (folder / "bin" / name).symlink_to((own / "bin" / "python").resolve())
        command = folder / "bin" / "pulumi"
        script = _SCRIPT.format(folder=folder, engine=own / "bin" / "pulumi", patience=patience)
        command.write_text(script, encoding="utf-8")
        command.chmod(0o755)

    def list_overlaps(self) -> list[str]:
        """Runs that were at work beside another one."""
        return self._read("overlaps")

    def list_refusals(self) -> list[str]:
        """Those that were begun beside another one, and kept out by the stack's lock."""
        return self._read("refusals")

    def list_cancels(self) -> list[str]:
        """Stacks whose lock was taken away."""
        return self._read("cancels")

    def list_runs(self) -> list[str]:
        """Those that had the stack for themselves."""
        return self._read("runs")

    def _read(self, name: str) -> list[str]:
        file = self._folder / name
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
