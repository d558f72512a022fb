"""python -m toolchain.package: the provider of Terraform for a machine without Python, as registries want it, in dist/.

One folder with everything that runs, because an engine's lock file then covers every byte of it, and because it starts
fastest; zipped, with its checksum and the registry's manifest beside it. Signing is the publisher's.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from toolchain.errors import SetupError, run_reporting
from toolchain.groups import ensure_group
from toolchain.pins import ROOT, read_project

NAME = "terraform-provider-umbrellapsa"
ENTRY = "from providers.engines.terraform.__main__ import run\nraise SystemExit(run())\n"
# Handlers, vaults and their libraries are imported by name, when they are first used.
_HIDDEN = ("providers.connectwise", "providers.umbrella", "providers.vault")
_LIBRARIES = ("hvac", "boto3", "azure.identity", "azure.keyvault.secrets", "pyrage")
_NOT_WANTED = ("pulumi", "grpc", "stacks", "simulator", "pytest")


def build_folder(version: str, into: Path, home: Path) -> Path:
    """Build the folder; its path."""
    entry = into / "entry.py"
    entry.write_text(ENTRY, encoding="utf-8")
    schemas = "providers/engines/terraform"
    options = [
        *("--noconfirm", "--log-level", "ERROR", "--onedir", "--name", f"{NAME}_v{version}", "--paths", str(ROOT)),
        *("--distpath", str(into / "dist"), "--workpath", str(into), "--specpath", str(into)),
        *("--add-data", f"{ROOT / schemas / 'schemas.json'}{os.pathsep}{schemas}"),
        *(word for room in _HIDDEN for word in ("--collect-submodules", room)),
        *(word for name in _LIBRARIES for word in ("--hidden-import", name)),
        *(word for name in _NOT_WANTED for word in ("--exclude-module", name)),
    ]
    path = os.pathsep.join([str(ensure_group("packaging", home)), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "PyInstaller", *options, str(entry)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SetupError(f"the provider could not be packed: {done.stderr.strip().splitlines()[-1]}")
    return into / "dist" / f"{NAME}_v{version}"


def pack(folder: Path, archive: Path) -> None:
    """Zip the folder's content, in order; files keep their modes."""
    with ZipFile(archive, "w", ZIP_DEFLATED, strict_timestamps=False) as zipped:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            zipped.write(file, file.relative_to(folder))


def make_package(home: Path, dist: Path = ROOT / "dist") -> Path:
    """Make the archive, its checksum and the manifest; the archive's path."""
    from stacks.terraform_mirror import name_platform

    version = str(read_project(ROOT)["project"]["version"])
    dist.mkdir(exist_ok=True)
    archive = dist / f"{NAME}_{version}_{name_platform()}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        folder = build_folder(version, Path(scratch), home)
        pack(folder, archive)
        shutil.rmtree(folder)
    manifest = dist / f"{NAME}_{version}_manifest.json"
    manifest.write_text(json.dumps({"version": 1, "metadata": {"protocol_versions": ["6.0"]}}, indent=1) + "\n")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in (archive, manifest)]
    (dist / f"{NAME}_{version}_SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return archive


def main() -> int:
    """Make it; the exit code."""
    return run_reporting(lambda: print(make_package(Path.home())))


if __name__ == "__main__":
    sys.exit(main())
