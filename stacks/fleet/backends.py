"""Where the engine keeps states, read without it."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError


class UnreadableHere(ProviderError):
    """Only the engine can read it."""


class Backend(Protocol):
    """Where states are kept."""

    def read(self, stack: str) -> bytes | None:
        """Read a stack's state file; None when there is none. Raises `ProviderError`."""


@dataclass(frozen=True)
class FileBackend:
    """`file://…`: a folder."""

    folder: Path

    def read(self, stack: str) -> bytes | None:
        if not self.folder.is_dir():
            raise ProviderError(
                f"the backend's folder {self.folder} is not there",
                next_step="check PULUMI_BACKEND_URL, or `pulumi login`",
            )
        place = self.folder / ".pulumi" / "stacks" / PROJECT
        for name, unpack in ((f"{stack}.json", bytes), (f"{stack}.json.gz", gzip.decompress)):
            try:
                return unpack((place / name).read_bytes())
            except FileNotFoundError:
                continue
            except (OSError, EOFError, zlib.error) as error:
                why = error.strerror if isinstance(error, OSError) and error.strerror else "it is cut off or damaged"
                raise ProviderError(f"its state can't be read: {why}") from None
        return None


def open_backend(url: str) -> Backend:
    """Open the backend that the engine is signed in to. Raises `UnreadableHere` for a kind that is not read here."""
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        return FileBackend(Path(rest.partition("?")[0]).expanduser())
    raise UnreadableHere(f"states in {scheme}:// are read by the engine only")


def find_backend(environment: Mapping[str, str]) -> str:
    """Find the address of the backend that the engine is signed in to; empty when to none."""
    return environment.get("PULUMI_BACKEND_URL") or _read_login(environment)


def _read_login(environment: Mapping[str, str]) -> str:
    """Where `pulumi login` has signed in; empty when nowhere."""
    home = environment.get("PULUMI_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".pulumi")
    try:
        return str(json.loads((Path(home) / "credentials.json").read_text(encoding="utf-8")).get("current", ""))
    except (OSError, ValueError):
        return ""
