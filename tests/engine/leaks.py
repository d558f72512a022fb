"""The search for secrets in clear: the spellings in which one may turn up, and where a spelling stands.

Written apart from the product's own redactor, so that one oversight can't hide behind the other.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, quote_plus
from zipfile import ZipFile, is_zipfile

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


def list_spellings(secret: str) -> set[str]:
    """As it is, escaped for URLs, JSON, HTML and Python, and as it stands inside any base64 text: in the Basic
    credentials that it is the password of, too."""
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    quoted |= {text.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d") for text in quoted}
    # A log of JSON lines quotes what was JSON already.
    once = json.dumps(secret)[1:-1]
    escaped = {once, json.dumps(once)[1:-1], repr(secret)[1:-1], escape(secret)}
    return {secret} | quoted | escaped | set(_list_inside_base64(secret.encode()))


def _list_inside_base64(data: bytes) -> Iterator[str]:
    """Three bytes become four characters, so there are three ways to stand; ends that mix with neighbours are cut."""
    for before, cut in ((0, 0), (1, 2), (2, 3)):
        whole = b64encode(b"\0" * before + data).decode()[cut : (before + len(data)) * 8 // 6]
        yield whole
        yield whole.replace("+", "-").replace("/", "_")


def make_needles(secrets: Iterable[str]) -> frozenset[bytes]:
    """What to look for."""
    return frozenset(spelling.encode() for secret in secrets for spelling in list_spellings(secret))


def holds(content: str | bytes, wanted: frozenset[bytes]) -> bool:
    """Whether any of it stands there."""
    data = content.encode(errors="replace") if isinstance(content, str) else content
    return any(needle in data for needle in wanted)


def find_files_with(folder: Path, wanted: frozenset[bytes], since: float = 0.0, named: str = "") -> list[str]:
    """The files below a folder that hold any of it, unpacked where they are packed.

    Links are not followed: they lead to the product. `since`: only what was changed after this moment.
    """
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if named not in name or path.is_symlink() or not path.is_file() or path.stat().st_mtime < since:
                continue
            if holds(_unpack(path.read_bytes()), wanted):
                found.append(str(path))
    return found


def _unpack(data: bytes) -> bytes:
    """Pulumi packs its own logs, and one that it did not come to close is cut short; Terraform packs its plans."""
    if data.startswith(_ZIP) and is_zipfile(BytesIO(data)):
        with ZipFile(BytesIO(data)) as packed:
            return b"\n".join(packed.read(name) for name in packed.namelist())
    if not data.startswith(_GZIP):
        return data
    unpacked, left = b"", data
    while left.startswith(_GZIP):
        one = zlib.decompressobj(wbits=31)
        unpacked += one.decompress(left)
        left = one.unused_data
    return unpacked
