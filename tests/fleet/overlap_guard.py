"""A `pulumi` that notes when it is started on a stack while another one is still at work on it."""

from __future__ import annotations

from pathlib import Path

from tests.engine.workspace import ROOT

# Nothing but a kill of the engine itself ends the lock: the descriptor is handed on to it.
_SCRIPT = """\
#!/bin/sh
stack=none; previous=
for word in "$@"; do
  [ "$previous" = --stack ] && stack=$word
  previous=$word
done
case "$1" in
up|destroy|config)
  exec 9>>"{folder}/$stack.lock"
  flock -n 9 || echo "$stack $1" >>"{folder}/overlaps"
  echo "$stack $1" >>"{folder}/runs"
  ;;
esac
exec "{engine}" "$@"
"""


class OverlapGuard:
    """The virtual environment once more, by links, with this `pulumi` in it: a worker looks there first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        own = ROOT / ".venv"
        (folder / "bin").mkdir()
        (folder / "pyvenv.cfg").symlink_to(own / "pyvenv.cfg")
        (folder / "lib").symlink_to(own / "lib")
        self.python = folder / "bin" / "python"
        for name in ("python", "python3"):
            (folder / "bin" / name).symlink_to((own / "bin" / "python").resolve())
        command = folder / "bin" / "pulumi"
        command.write_text(_SCRIPT.format(folder=folder, engine=own / "bin" / "pulumi"), encoding="utf-8")
        command.chmod(0o755)

    def list_overlaps(self) -> list[str]:
        return self._read("overlaps")

    def list_runs(self) -> list[str]:
        return self._read("runs")

    def _read(self, name: str) -> list[str]:
        file = self._folder / name
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
