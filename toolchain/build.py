"""Way 3: a build from the Go modules pinned in toolchain/go, for machines that reach only the Go module proxy."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import IO

from toolchain.errors import SetupError

# Upstream's versions of the language host's own module are not served as Go modules. Until SDK 3.79.0 the host was part
# of the SDK's module, and that one works with the newer command; the versions differ, hence two modules.
COMMANDS = {
    "pulumi": "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "pulumi-language-python": "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
}
SDK = "github.com/pulumi/pulumi/sdk/v3"
SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")


def build(go: str, modules: Path, version: str, into: Path, log: Path) -> None:
    """Put the four files into the folder; the log holds all output of the Go command."""
    into.mkdir(parents=True)
    # Without the version the Automation API can't parse what the command says of itself.
    flags = f"-s -w -X {SDK}/go/common/version.Version=v{version}"
    with log.open("w", encoding="utf-8") as output:
        for name, package in COMMANDS.items():
            arguments = [
                "build",
                "-mod=readonly",
                "-buildvcs=false",
                "-trimpath",
                "-ldflags",
                flags,
                "-o",
                str(into / name),
            ]
            run(go, [*arguments, package], modules / name, output)
        query = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK]
        sdk = Path(run(go, query, modules / "pulumi", output).strip())
    for script in SCRIPTS:
        copy = into / Path(script).name
        shutil.copyfile(sdk / script, copy)
        copy.chmod(0o755)


def run(go: str, arguments: list[str], module: Path, log: IO[str]) -> str:
    """Run go in the module's folder."""
    log.write(f"{module.name}: go {' '.join(arguments)}\n")
    log.flush()
    done = subprocess.run(
        [go, *arguments],
        cwd=module,
        env=get_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    log.write(done.stdout)
    if done.returncode:
        log.flush()
        message = Path(log.name).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1]
        raise SetupError(f"go {arguments[0]} of {module.name} failed: {message}; all of its words are in {log.name}")
    return done.stdout


def get_environment() -> dict[str, str]:
    """No C compiler is needed, and a go.work in a folder above the clone has no say."""
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}


def find_usable_go(modules: Path) -> tuple[str | None, str]:
    """The go command, when it is new enough for the modules, and what was found."""
    go = shutil.which("go")
    if go is None:
        return None, "no go on PATH"
    # Asked in the module's folder: from 1.21 on, a go that is too old says so there, or switches to a newer one.
    done = subprocess.run(
        [go, "env", "GOVERSION"],
        cwd=modules / "pulumi",
        env=get_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    match = re.search(r"go(\d+)\.(\d+)", done.stdout)
    if done.returncode or not match:
        return None, done.stderr.strip().splitlines()[
            -1
        ] if done.stderr.strip() else "a go that does not tell its version"
    version = done.stdout.strip()
    return (go if (int(match[1]), int(match[2])) >= get_required_go(modules) else None), version


def get_required_go(modules: Path) -> tuple[int, int]:
    """The Go version that go.mod asks for."""
    line = re.search(r"^go (\d+)\.(\d+)", (modules / "pulumi" / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if not line:
        raise SetupError(f"no go line in {modules / 'pulumi' / 'go.mod'}: restore the file from git")
    return int(line[1]), int(line[2])
