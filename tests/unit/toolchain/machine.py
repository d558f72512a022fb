"""A made-up machine: a home folder, a PATH, and small scripts that stand in for what a real machine has."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolchain.engine_files import NAMES
from toolchain.pins import read_pin

ROOT = Path(__file__).resolve().parents[3]
VERSION = read_pin("pulumi")

# Called as: go env GOVERSION | go build … -o FILE PACKAGE | go list … SDK
GO = """\
#!/bin/sh
echo "$(basename "$PWD"): go $1" >>"{calls}"
case "$1" in
env) echo "{version}" ;;
build) {build}
  while [ "$1" != -o ]; do shift; done
  printf '#!/bin/sh\\necho v{pulumi}\\n' >"$2" && chmod +x "$2" ;;
list) echo "{sdk}" ;;
esac
"""


@dataclass
class Machine:
    """Nothing on it but a shell, and what a test puts there."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "a home"

    @property
    def on_path(self) -> Path:
        return self.folder / "on path"

    @property
    def venv(self) -> Path:
        return self.folder / "a clone" / ".venv"

    @property
    def versions(self) -> Path:
        return self.home / ".pulumi" / "versions"

    @property
    def place(self) -> Path:
        return self.versions / VERSION

    @property
    def calls(self) -> list[str]:
        """What was started, in order."""
        file = self.folder / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def engine(self, folder: Path, version: str = VERSION) -> Path:
        """A complete engine in the folder."""
        for name in NAMES:
            write_script(folder / name, f"#!/bin/sh\necho v{version}\n")
        return folder

    def download(self, body: str) -> None:
        """What the environment's Python does when asked for the archive; $3 is the root, $4 the version."""
        write_script(self.venv / "bin" / "python", f'#!/bin/sh\necho download >>"{self.folder}/calls"\n{body}\n')

    def download_works(self) -> None:
        """The archive is there."""
        lines = [f'printf \'#!/bin/sh\\necho v%s\\n\' "$4" >"$3/bin/{name}"' for name in NAMES]
        self.download("\n".join(['mkdir -p "$3/bin"', *lines, 'chmod +x "$3"/bin/*']))

    def download_is_refused(self) -> None:
        """The download site can't be reached."""
        self.download("echo some noise; echo refused by the site; exit 1")

    def go(self, version: str = "go1.26.8", build: str = "") -> None:
        """A Go command of that version; `build` is what it does before it builds."""
        sdk = self.folder / "sdk"
        write_script(sdk / "python" / "cmd" / "pulumi-language-python-exec", "exec\n", mode=0o444)
        write_script(sdk / "python" / "dist" / "pulumi-resource-pulumi-python", "resource\n", mode=0o444)
        calls = self.folder / "calls"
        text = GO.format(version=version, build=build, sdk=sdk, pulumi=VERSION, calls=calls)
        write_script(self.on_path / "go", text)


def is_gone(pid: int) -> bool:
    """Ended; whoever inherits it may take a moment to notice."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{pid}/stat")
        if state.exists() and ") Z " in state.read_text(encoding="utf-8"):
            return True
        time.sleep(0.02)
    return False


def write_script(file: Path, text: str, mode: int = 0o755) -> None:
    """Write an executable file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


def make_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Make it, and let this process's PATH and home folder be its own."""
    machine = Machine(folder)
    for path in (machine.home, machine.on_path, machine.venv / "bin"):
        path.mkdir(parents=True)
    for tool in ("basename", "chmod", "cp", "mkdir", "sleep", "touch"):
        (machine.on_path / tool).symlink_to(
            Path("/bin") / tool if (Path("/bin") / tool).exists() else f"/usr/bin/{tool}"
        )
    monkeypatch.setenv("PATH", str(machine.on_path))
    monkeypatch.setenv("HOME", str(machine.home))
    return machine
