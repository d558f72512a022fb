"""Guards: what is refused until somebody says that it is wanted, each by a word of its own in the setting `allow`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, get_args

from providers.core.problems import Refusal

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

    def lifted(self, word: Guard) -> bool:
        return word in self._lifted

    def refuse(self, word: Guard, sentence: str) -> None:
        """Raise `Refusal` unless lifted. The sentence ends without a full stop: the word that lifts it follows."""
        if not self.lifted(word):
            raise Refusal(
                f"{sentence}, or add {word} to allow if it is wanted all the same (`pulumi destroy` then needs "
                "--run-program).",
                lift="allow",
            )
