"""Several tenants in one command: one that fails is reported, and does not stop the others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from providers.core.errors import ProviderError, SettingError
from stacks.exit_codes import ERROR, USAGE
from stacks.reports.output import print_line


def describe_problem(tenant: str, error: ProviderError) -> str:
    """Make the problem's sentence, which names the tenant once."""
    text = str(error)
    return text if text.startswith(f"{tenant}: ") else f"{tenant}: {text}"


def get_exit_code(error: ProviderError) -> int:
    """Tell a wrong setting or option, by which nothing was begun, from what went wrong on the way."""
    from providers.core.settings import SettingErrors  # loads pydantic

    return USAGE if isinstance(error, SettingError | SettingErrors) else ERROR


class Failures:
    """What went wrong, by tenant."""

    def __init__(self) -> None:
        self._errors: dict[str, ProviderError] = {}

    @contextmanager
    def collect(self, tenant: str) -> Iterator[None]:
        """Keep whatever problem ends the block as this tenant's; it is printed at once, too."""
        try:
            yield
        except ProviderError as error:
            self._errors[tenant] = error
            print_line(f"error: {self.describe(tenant)}", sys.stderr)

    def describe(self, tenant: str) -> str:
        """Say what is wrong with a tenant; empty when nothing is."""
        return describe_problem(tenant, self._errors[tenant]) if tenant in self._errors else ""

    def to_rows(self) -> list[dict[str, str]]:
        """List them for the report."""
        return [{"tenant": tenant, "problem": self.describe(tenant)} for tenant in self._errors]

    @property
    def code(self) -> int:
        """Give the exit code that they ask for; 0 without any."""
        if not self._errors:
            return 0
        codes = {get_exit_code(error) for error in self._errors.values()}
        return codes.pop() if len(codes) == 1 else ERROR
