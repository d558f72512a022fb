"""Guards: what is refused until somebody says that it is wanted, each by a word of its own in the setting `allow`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, get_args

from providers.core.errors import GuardViolation
from providers.core.terms import terms

Guard = Literal["rights", "vault", "own-key", "foreign-keys", "shared-role", "key-shape"]
"""docs/guards.md says what each one is about."""

WORDS: tuple[Guard, ...] = get_args(Guard)


class Guards:
    """All of them stand but for those that are lifted."""

    def __init__(self, lifted: Collection[str] = ()) -> None:
        self._lifted = frozenset(lifted)

    @classmethod
    def from_text(cls, allow: str | None) -> Guards:
        """From the setting's text, a list as JSON or YAML; `stacks/settings.py` says what is wrong with it."""
        return cls(re.findall(r"[a-z-]+", allow or ""))

    def is_lifted(self, word: Guard) -> bool:
        """Tell whether `allow` names the word."""
        return word in self._lifted

    def refuse(self, word: Guard, summary: str, next_step: str) -> None:
        """Raise `GuardViolation` unless lifted. The next step goes on with the word that lifts it."""
        if not self.is_lifted(word):
            raise GuardViolation(
                summary,
                next_step=f"{next_step}, or add {word} to allow if it is wanted all the same "
                f"(`{terms().destroy}` then needs {terms().fresh_option})",
                lift="allow",
                page="docs/guards.md",
            )
