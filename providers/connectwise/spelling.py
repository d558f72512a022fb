"""How a vendor's spelling of a function or table is matched with the site's: by one rule, and never by likeness.

Two names are the same when their words are. Case, dashes, other punctuation and blanks only separate words; `&` is
`and`; the plural of a word is the word ("Time Entries", "Time Entry"; "Close Service Ticket", "Close Service Tickets").
Words are neither left out nor turned round: "Setup Tables" is not "Table Setup", a preset has to say that (`meant`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_WORD = re.compile(r"\w+")


def make_comparable(name: str) -> str:
    """Bring a name into the form in which two spellings of it are equal."""
    module, slash, rest = name.partition(" / ")
    return f"{_join_words(module)}{slash}{_join_words(rest)}"


def _join_words(text: str) -> str:
    return " ".join(_singularize(word) for word in _WORD.findall(text.casefold().replace("&", " and ")))


def _singularize(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word


def find_twins(names: Iterable[str]) -> list[str]:
    """Find the first names of a list that are one name in several spellings."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(make_comparable(name), []).append(name)
    return next((group for group in groups.values() if len(group) > 1), [])


@dataclass(frozen=True)
class Spelling:
    """What the site has for a name: one; none; or several, between which nobody chooses."""

    wanted: str
    found: tuple[str, ...]

    @property
    def name(self) -> str | None:
        """The site's name for it, if that is known."""
        return self.found[0] if len(self.found) == 1 else None


class SiteNames:
    """The names that a site has, to be asked for in any spelling."""

    def __init__(self, names: Iterable[str]) -> None:
        """Read the names once; a site may have two that only differ in spelling."""
        self.names = sorted(set(names))
        self._spellings: dict[str, list[str]] = {}
        for name in self.names:
            self._spellings.setdefault(make_comparable(name), []).append(name)

    def match(self, wanted: str) -> Spelling:
        """Find what is meant; the very same spelling needs no rule."""
        if wanted in self.names:
            return Spelling(wanted, (wanted,))
        return Spelling(wanted, tuple(self._spellings.get(make_comparable(wanted), ())))


@dataclass(frozen=True)
class VendorNames:
    """Module functions that were asked for in a vendor's spelling; None where all are spelled as the site does."""

    asked: Sequence[str] | None

    def spell_as_site(self, grants: Mapping[str, T], functions: Iterable[str]) -> dict[str, T]:
        """Call what was asked for as the site does; what it has not, or not once, keeps its name."""
        if self.asked is None:
            return dict(grants)
        site = SiteNames(functions)
        return {site.match(name).name or name: levels for name, levels in grants.items()}

    def spell_as_asked(self, live: Mapping[str, T], functions: Iterable[str]) -> dict[str, T]:
        """Call what the site has as it was asked for: another spelling is no drift."""
        if self.asked is None:
            return dict(live)
        site = SiteNames(functions)
        asked = {site.match(name).name: name for name in self.asked}
        return {asked.get(name, name): levels for name, levels in live.items()}
