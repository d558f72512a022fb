"""A tenant's configuration as text by key; the environment wins and is never recorded in a state.

`connectwise:privateKey` may come as `UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY`, the project's own `rotate` as
`UMBRELLA_PSA_ROTATE` (docs/settings.md). Structured values are JSON text, as the engine hands them over.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache

PROJECT = "umbrella-psa"
PREFIX = "UMBRELLA_PSA_"


@lru_cache(maxsize=1024)
def to_environment_name(key: str) -> str:
    """Name the environment variable for a setting's key."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key.removeprefix(f"{PROJECT}:").replace(":", "_"))
    return PREFIX + name.replace("-", "_").upper()


class Configuration:
    """Settings by key (`connectwise:site`; the project's own without a namespace)."""

    def __init__(self, values: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> None:
        self._values = {key.removeprefix(f"{PROJECT}:"): value for key, value in values.items()}
        self._environment = environment

    def with_values(self, values: Mapping[str, str]) -> Configuration:
        """Make a copy with other values in the stack; the environment still wins."""
        return Configuration({**self._values, **values}, self._environment)

    def get(self, key: str) -> str | None:
        """Give the setting's text, or None. An empty variable counts: it is how a setting is switched off for a run."""
        return self._environment.get(to_environment_name(key), self._values.get(key))

    def is_recorded(self, key: str) -> bool:
        """Tell whether the value comes from the stack (and so from its state), not from the environment."""
        return key in self._values and to_environment_name(key) not in self._environment

    def list_set_keys(self) -> list[str]:
        """List the keys that the stack's configuration sets."""
        return sorted(self._values)
