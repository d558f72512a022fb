"""Taking secrets out of text that people or logs may see."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

MASK = "[redacted]"

# Shorter values occur in ordinary words; hiding them would hide the message and mark where the secret was.
_SHORTEST = 4

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

# Patterns stay text until they are used: compiling them would be felt at import.
# Values nobody registered, known by where they stand. The words after `Basic` that are prose stay readable.
_AUTHORIZATION = r"""(?ix) (authorization ["']? \s* [:=] \s* ["']? (?:[a-z]+ \s+)?) [^\s"',;]+
    | \b((?:basic|bearer) \s+) (?!(?:auth|realm|error|scheme|token\b|credential)) [a-z0-9+/=._~-]{8,}"""
# Repetitions are bounded: a hostile body of megabytes must not cost quadratic time.
_NAMED = r"""(?ix) ((?:private_?key|secret|password|passphrase|token) [a-z_-]{0,20}
    \\{0,3} ["']? \s{0,9} [:=] \s{0,9} \\{0,3} ") (?:[^"\\]|\\.)* "?"""


class Redactor:
    """The secrets of this process and every form in which they may turn up. Shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._needles: tuple[str, ...] = ()

    def add(self, secret: str) -> None:
        """Hide this value, also when it is URL-quoted, JSON-, HTML- or Python-escaped, or base64."""
        if secret not in self._secrets:  # a state names its secrets in each of its rows
            self._register(secret, _list_encodings(secret))

    def add_basic(self, user: str, secret: str) -> None:
        """Hide a password and the Basic credentials it makes with this user name."""
        pair = f"{user}:{secret}"
        self._register(secret, _list_encodings(secret) | (_encode_base64(pair) if len(secret) >= _SHORTEST else set()))

    def redact(self, text: str) -> str:
        """Replace each secret, and whatever looks like an Authorization value, by `[redacted]`."""
        spans = sorted(_find_spans(text, self._needles))
        pieces: list[str] = []
        end = 0
        for start, stop in spans:
            if start > end or not pieces:
                pieces += [text[end:start], MASK]
            end = max(end, stop)
        masked = "".join(pieces) + text[end:]
        masked = re.sub(_AUTHORIZATION, lambda match: (match[1] or match[2]) + MASK, masked)
        return re.sub(_NAMED, lambda match: match[1] + MASK + '"', masked)

    def _register(self, secret: str, needles: set[str]) -> None:
        if len(secret) < _SHORTEST:
            return
        with self._lock:
            self._needles = tuple(set(self._needles) | needles)
            self._secrets |= {secret}  # last: `add` takes what is here for hidden

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"Redactor({len(self._secrets)} secrets)"


def _find_spans(text: str, needles: tuple[str, ...]) -> list[tuple[int, int]]:
    """Find where any needle stands. Overlaps count, so that two secrets that share letters leave nothing of either."""
    spans = []
    for needle in needles:
        start = text.find(needle)
        while start >= 0:
            spans.append((start, start + len(needle)))
            start = text.find(needle, start + 1)
    return spans


def _list_encodings(secret: str) -> set[str]:
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), value) for value in quoted}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    markup = secret.translate(_MARKUP)
    return {secret, markup, markup.replace("&#x27;", "&#39;")} | quoted | lower | escaped | _encode_base64(secret)


def _encode_base64(value: str) -> set[str]:
    data = value.encode("utf-8", "surrogatepass")
    forms = {b64encode(data).decode(), urlsafe_b64encode(data).decode()}
    return forms | {form.rstrip("=") for form in forms}
