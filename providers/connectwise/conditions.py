"""Conditions of the site's query language, with values that can't break out of their quotes."""

from __future__ import annotations

from providers.core.errors import ProviderError


def quote_value(value: str) -> str:
    """Make a string literal. The language knows two quotes and documents no escape: what needs one is refused.

    Raises:
        ProviderError: The value can't be written.
    """
    if "\\" in value or not value.isprintable() or ('"' in value and "'" in value):
        raise ProviderError(f"{value!r} can't be looked up at the site: use a name without backslashes or mixed quotes")
    quote = "'" if '"' in value else '"'
    return f"{quote}{value}{quote}"


def build_condition(**fields: str | int) -> str:
    """Make `a = "x" and b/id = 5`; a double underscore in a name stands for the slash of a reference."""
    return " and ".join(
        f"{name.replace('__', '/')} = {quote_value(value) if isinstance(value, str) else value}"
        for name, value in fields.items()
    )
