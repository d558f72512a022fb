"""What the last finished set-up was made from, so that the next one can tell that nothing changed."""

import hashlib
from pathlib import Path


def compute_fingerprint(root: Path, requirements: Path, venv: Path) -> str:
    """A digest of the content (not the times, which git changes) of all that a set-up depends on."""
    files = [*root.glob("requirements*.txt"), root / "constraints.txt", requirements]
    files += [file for file in (root / "toolchain").rglob("*") if file.suffix in {".py", ".mod", ".sum"}]
    digest = hashlib.sha256()
    for file in sorted({file.resolve() for file in files}):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    # A set-up with other requirements is another one; so is one whose environment was moved, or has lost its Python.
    python = venv / "bin" / "python"
    digest.update(f"{requirements.name}\n{venv}\n{python.resolve()} {python.exists()}\n".encode())
    return digest.hexdigest()


def matches(venv: Path, value: str) -> bool:
    """Whether the environment was made from exactly this."""
    file = get_stamp(venv)
    return file.is_file() and file.read_text(encoding="utf-8") == value


def write(venv: Path, value: str) -> None:
    """The last act of a set-up."""
    get_stamp(venv).write_text(value, encoding="utf-8")


def remove(venv: Path) -> None:
    """The first act: a set-up that is killed leaves no stamp."""
    get_stamp(venv).unlink(missing_ok=True)


def get_stamp(venv: Path) -> Path:
    """Inside the environment, so that both are removed together."""
    return venv / "set-up.stamp"
