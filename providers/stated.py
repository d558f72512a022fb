"""What a stack's own file says now, against the configuration that this process works with.

An engine may hand a refresh and a destroy the configuration of an earlier run, whatever became of the file since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.composition import DECIDING, DEFAULTED, KEYS, read_owners
from providers.core.configuration import PROJECT, Configuration
from providers.core.errors import (
    GuardViolation,
    ManualActionRequired,
    PermissionDenied,
    ProviderError,
    Unauthenticated,
)
from providers.core.terms import terms

Stated = Mapping[str, str | None]
"""The settings of a stack's own file, by key; None where one is there and its text is not known."""


class ForeignOwner(GuardViolation):
    """The stack, the configuration and the stack's file do not all name the same company and console."""


@dataclass(frozen=True)
class StatedSettings:
    """`configuration` is what the process has. `read` reads the file; it is given the stack's name as a row has it."""

    configuration: Configuration
    read: Callable[[str], Stated]

    def read_owners(self, tenant: str) -> Mapping[str, str]:
        """Read whose objects the file names; empty where it names nobody. Raises `ProviderError`.

        Only the settings that decide it: the rest of a changed file may make no whole without its secrets.
        """
        stated = self.read(tenant)
        values = {key: value for key in DECIDING if (value := stated.get(key)) is not None}
        # What an earlier run had and the file has not any more is as it is by default.
        values |= {key: "" for key in DEFAULTED if values and key not in stated}
        return read_owners(self.configuration.with_values(values)) if values else {}

    def list_outdated(self, tenant: str) -> list[str]:
        """Name the settings that the file has otherwise, or not any more. Secrets can't be compared."""
        stated = {key.removeprefix(f"{PROJECT}:"): value for key, value in self.read(tenant).items()}
        if not stated:
            return []
        removed = {key: "" for key in self.configuration.list_set_keys() if key not in stated}
        now = self.configuration.with_values(removed | {k: value for k, value in stated.items() if value is not None})
        return [key for key in KEYS if (now.get(key) or "") != (self.configuration.get(key) or "")]

    def explain(self, error: ProviderError, verb: str, tenant: str) -> ProviderError:
        """Say so where it may have been an earlier run's setting that did not work."""
        if isinstance(error, ManualActionRequired | ForeignOwner) or terms().fresh_option in str(error):
            return error
        advice = f"`{terms().apply_fresh}` once; to destroy, `{terms().destroy_fresh}`"
        if names := self.list_outdated(tenant):
            return error.with_more(
                f"This run worked with an earlier run's {', '.join(names)}, which the stack's file has otherwise: to "
                f"use the file's, run {advice}."
            )
        if verb in ("read", "diff", "delete") and isinstance(error, Unauthenticated | PermissionDenied):
            return error.with_more(f"If a secret setting was changed after the last run, run {advice}.")
        return error
