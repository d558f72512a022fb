"""What is asked and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlencode

from providers.http.errors import MalformedAnswer
from providers.http.redact import Redactor
from providers.http.text import clean_text
from providers.http.urls import parse_origin

_INVISIBLE = r"(?is)<(script|style)\b.*?</\1>|<[^<>]*>"
_HARMLESS = frozenset({"GET", "HEAD"})


class Headers(Mapping[str, str]):
    """Header fields; names are compared without regard to case, and the later of two equal names wins."""

    __slots__ = ("_fields",)

    def __init__(self, *layers: Mapping[str, str]) -> None:
        self._fields = {name.lower(): (name, value) for layer in layers for name, value in layer.items()}

    def __getitem__(self, name: str) -> str:
        """Return a field's value, however its name is capitalised. Raises KeyError."""
        return self._fields[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        """Give the names as they were written."""
        return (name for name, _ in self._fields.values())

    def __len__(self) -> int:
        """Count the fields."""
        return len(self._fields)

    def __repr__(self) -> str:
        """Show the names only: values may be secret."""
        return f"Headers({', '.join(self)})"


@dataclass(frozen=True, slots=True)
class Request:
    """One call. What may hold a secret is left out of its repr."""

    method: str  # upper case
    path: str  # below the transport's base URL, e.g. "/system/info", or an absolute URL of the same origin
    query: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # these win over the transport's
    json: object | None = field(default=None, repr=False)  # None: no JSON body
    form: Mapping[str, str] | None = field(default=None, repr=False)  # application/x-www-form-urlencoded
    repeatable: bool | None = None  # may it be sent again when the outcome is unknown? None: GET and HEAD may

    def __post_init__(self) -> None:
        """Refuse what no request can be. Raises ValueError."""
        if self.method != self.method.upper():
            raise ValueError("A request's method is written in upper case.")
        if self.json is not None and self.form is not None:
            raise ValueError("A request has a JSON body or a form, not both.")

    @property
    def is_write(self) -> bool:
        """Whether the host may change something because of it."""
        return self.method not in _HARMLESS

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return not self.is_write if self.repeatable is None else self.repeatable

    def encode_body(self) -> tuple[bytes | None, dict[str, str]]:
        """Return the bytes to send, and the header that names their type."""
        if self.json is not None:
            text = json.dumps(self.json, allow_nan=False, separators=(",", ":"))
            return text.encode(), {"Content-Type": "application/json"}
        if self.form is not None:
            return urlencode(self.form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        return None, {}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, whatever its status. Body and header values may be secret and are left out of its repr."""

    status: int
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=False)
    redactor: Redactor = field(default_factory=Redactor, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make header names comparable."""
        if not isinstance(self.headers, Headers):
            object.__setattr__(self, "headers", Headers(self.headers))

    @property
    def text(self) -> str:
        """The beginning of the body for a message: redacted first and cut then, without markup or line breaks.

        Meant for errors: a success may hold a secret that was just made and that no redactor knows.
        """
        shown = self.redactor.redact(self.body.decode("utf-8", "replace"))[:8192]
        if "<" in shown:
            shown = re.sub(_INVISIBLE, " ", shown)
        return clean_text(shown)

    def quote(self, words: object) -> str:
        """Prepare what the other side says in its JSON for a message: redacted, cleaned, cut (text.py)."""
        return clean_text(self.redactor.redact(str(words or "")))

    def json(self) -> object:
        """Read the body as JSON, whatever its content type claims. Raises MalformedAnswer."""
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            pass
        # Raised out here: the decoder's error carries the whole document with it.
        raise self._make_malformed_error()

    def _make_malformed_error(self) -> MalformedAnswer:
        origin = parse_origin(self.url)
        host = origin.address if origin else "The host"
        kind = self.quote(self.headers.get("Content-Type", "unnamed content")).partition(";")[0][:60]
        content = f"{len(self.body):,} bytes of {kind}" if self.body else "an empty body"
        # A broken answer to a success may hold a key that was just made and that no redactor knows yet.
        quoted = f' ("{self.text}")' if self.body and not 200 <= self.status < 300 else ""
        return MalformedAnswer(
            f"{host} answered {self.status} with {content} instead of JSON{quoted}",
            next_step="check that the address is the API's and that no proxy or sign-in page stands before it",
            host=host,
            sent=True,
        )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
