"""States in S3, or what speaks as it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from providers.http.outage import Outage
from stacks.fleet.aws import PLACE, ask, connect
from stacks.fleet.backends import Unreachable, list_keys, read_parameters, unpack

_PATH_STYLE = ("use_path_style", "s3ForcePathStyle")
# How objects are written, and nothing of where.
_WRITING = frozenset({"ssetype", "kmskeyid", "request_checksum_calculation", "response_checksum_validation"})


@dataclass(frozen=True)
class S3Backend:
    """`s3://bucket/prefix?…`. One client for all threads, with as many connections as they need."""

    bucket: str
    prefix: str
    client: Any
    _outage: Outage[Unreachable] = field(default_factory=lambda: Outage(Unreachable), repr=False, compare=False)

    def read(self, stack: str) -> bytes | None:
        with self._outage.guard():
            found = (self._get(key) for key in list_keys(stack, self.prefix))
            state = next((state for state in found if state is not None), None)
        return None if state is None else unpack(state)

    def _get(self, key: str) -> bytes | None:
        return ask(
            f"its state in s3://{self.bucket} can't be read",
            lambda: cast(bytes, self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()),
            missing=("NoSuchKey",),
        )


def open_s3(url: str) -> S3Backend:
    """Open a bucket. Raises `ProviderError`; nothing is asked of it yet."""
    parameters = read_parameters(url, PLACE | _WRITING | frozenset(_PATH_STYLE))
    by_path = any(parameters.get(name, "").lower() in ("true", "1", "t") for name in _PATH_STYLE)
    parts = urlsplit(url)
    folder = unquote(parts.path).lstrip("/")
    prefix = folder if not folder or folder.endswith("/") else f"{folder}/"
    client = connect("s3", parameters, s3={"addressing_style": "path" if by_path else "auto"})
    return S3Backend(parts.netloc, prefix, client)
