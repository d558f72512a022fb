"""Where the engine keeps states, read without it: `file://` here, S3 and PostgreSQL beside it.

The layout is the engine's (its `pkg/backend/diy`): a stack's state is `.pulumi/stacks/<project>/<stack>.json`, or with
`.gz` or `.zst` at its end when it is packed; how it is packed shows in its first bytes. A parameter in an address that
is not known here may change where states are, so it is a reason to ask the engine.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from providers.core.configuration import PROJECT
from providers.core.errors import ProviderError

_SUFFIXES = (".json", ".json.gz", ".json.zst")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# How files are written, and nothing of where.
_FILE_PARAMETERS = frozenset({"metadata", "no_tmp_dir", "create_dir", "dir_file_mode"})


class UnreadableHere(ProviderError):
    """Only the engine can read it."""


class Unreachable(ProviderError):
    """Nobody answers there, whichever stack it is about."""


class Backend(Protocol):
    """Where states are kept. Asked by several threads at once."""

    def read(self, stack: str) -> bytes | None:
        """Read a stack's state, unpacked; None when there is none. Raises `ProviderError`."""


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
        for key in list_keys(stack):
            try:
                return unpack((self.folder / key).read_bytes())
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ProviderError(f"its state can't be read: {error.strerror}") from None
        return None


def list_keys(stack: str, prefix: str = "") -> list[str]:
    """List the names that a stack's state may have; the engine keeps it under one of them."""
    return [f"{prefix}.pulumi/stacks/{PROJECT}/{stack}{suffix}" for suffix in _SUFFIXES]


def unpack(state: bytes) -> bytes:
    """Unpack a state that is packed. Raises `ProviderError`."""
    if state.startswith(_ZSTD):
        raise UnreadableHere("its state is packed with Zstandard")
    try:
        return gzip.decompress(state) if state.startswith(_GZIP) else state
    except (OSError, EOFError, zlib.error):
        raise ProviderError("its state can't be read: it is cut off or damaged") from None


def read_parameters(url: str, known: Set[str], free: str = "\0") -> dict[str, str]:
    """Read an address's parameters. `free`: what those may begin with whose names are the user's.

    Raises `UnreadableHere` for one that is neither.
    """
    given = {key: values[0] for key, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
    if unknown := sorted(key for key in given if key not in known and not key.startswith(free)):
        raise UnreadableHere(f"`{unknown[0]}` in the address is not known here")
    return given


def open_backend(url: str) -> Backend:
    """Open the backend that the engine is signed in to. Nothing is asked of it yet.

    Raises:
        UnreadableHere: A kind, a parameter, or a package that is not here.
    """
    scheme = url.partition("://")[0]
    if scheme == "file":
        read_parameters(url, _FILE_PARAMETERS)
        folder = url.removeprefix("file://").partition("?")[0]
        return FileBackend(Path(unquote(folder)).expanduser())
    # Each with a package of its own, which costs its import.
    if scheme == "s3":
        from stacks.fleet.s3_backend import open_s3

        return open_s3(url)
    if scheme == "postgres":
        from stacks.fleet.postgres_backend import open_postgres

        return open_postgres(url)
    raise UnreadableHere(f"states in {scheme}:// are read by the engine only")
