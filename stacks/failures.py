"""Several tenants in one command: one that fails is told, and does not stop the others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from providers.core.problems import Problem
from providers.core.settings import BadSettings
from stacks.exits import ERROR, USAGE

tenants_argument = click.argument("tenants", nargs=-1, required=True, metavar="TENANT...")


def named(tenant: str, problem: Problem) -> str:
    """The problem's sentence, which names the tenant once."""
    text = str(problem)
    return text if text.startswith(f"{tenant}: ") else f"{tenant}: {text}"


class Failures:
    """What went wrong, by tenant."""

    def __init__(self) -> None:
        self._problems: dict[str, Problem] = {}

    @contextmanager
    def of(self, tenant: str) -> Iterator[None]:
        """Whatever problem ends the block is this tenant's; it is told at once and kept for the report."""
        try:
            yield
        except Problem as problem:
            self._problems[tenant] = problem
            print(f"error: {self.sentence(tenant)}", file=sys.stderr, flush=True)

    def sentence(self, tenant: str) -> str:
        """Empty when nothing is wrong with it."""
        return named(tenant, self._problems[tenant]) if tenant in self._problems else ""

    def rows(self) -> list[dict[str, str]]:
        """For the report."""
        return [{"tenant": tenant, "problem": self.sentence(tenant)} for tenant in self._problems]

    @property
    def code(self) -> int:
        """The exit code that they ask for; 0 without any."""
        if not self._problems:
            return 0
        return USAGE if all(isinstance(one, BadSettings) for one in self._problems.values()) else ERROR
