"""Making text from outside fit to be shown: the one place where it is done, for every room (`providers.http.text`).

`clean_text` is for words that go into a sentence, `clean_value` for a whole answer before anything is read from it.
"""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of foreign text that are shown at most: enough for a server's own words, short enough for one message."""

# Build servers obey these anywhere in a line: `##vso[…]` (Azure Pipelines), `##[…]` (the same, and GitHub's old form).
_COMMAND = r"##(?=(?:vso)?\[)"


def clean_text(words: object) -> str:
    """Make one line of what a site, gateway, vault or browser says, for a terminal, a log, a report or CI.

    Redact secrets before: what is cut in two is no longer found.

    Args:
        words: The foreign text; None is an empty one.

    Returns:
        At most `LONGEST` characters, "…" being the last one of what was longer. Control characters, bidi marks, line
        breaks, invisible and unassigned characters have become blanks, and runs of blanks one blank.
    """
    return _cut(" ".join(_blank_out("" if words is None else str(words)).split()))


# All that a body of JSON can hold for `clean_value` to change: what is no printable ASCII but its own layout, an
# escape, a build server's command, and a text that is long. One look for each, which is four times as fast as one for
# all.
_HARMLESS = bytes(range(0x20, 0x7F)).replace(b"\\", b"") + b"\r\n\t"
_LONG = re.compile(rb"\"[^\"]{%d}" % (LONGEST + 1))


def is_clean(body: bytes) -> bool:
    """Tell whether a JSON document surely holds nothing that `clean_value` would change; much faster than to look."""
    return not (body.translate(None, _HARMLESS) or b"##" in body or _LONG.search(body))


def clean_value(value: object) -> object:
    """Clean every text of a JSON value like `clean_text`, but keep its blanks: names are compared with what was asked.

    Args:
        value: What a JSON document holds; names of properties are cleaned, too.

    Returns:
        The same value where nothing had to be cleaned, or a copy; what is no text is as it was.
    """
    if isinstance(value, str):
        return _cut(_blank_out(value))
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean_value(name): clean_value(item) for name, item in value.items()}
    return value


def _blank_out(text: str) -> str:
    """Put blanks for what is not seen: `isprintable` is false for all of Unicode's C and Z but the ordinary blank."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(_COMMAND, "# #", text) if "##" in text else text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def clean_lines(text: str) -> str:
    """Make a text of ours that quotes others fit to be shown: blanks as in `clean_text`, its lines and length kept."""
    return "\n".join(_blank_out(line) for line in text.split("\n"))
