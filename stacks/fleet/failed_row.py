"""The row of a tenant that could not be told or done."""

from __future__ import annotations

from providers.core.errors import Defect, ProviderError
from providers.core.settings import SettingErrors
from stacks.exit_codes import USAGE
from stacks.failures import get_exit_code
from stacks.reports.model import Row


def describe_failure(row: Row, error: Exception, verb: str) -> Row:
    """Make the row of a tenant that could not be told or done; an error that is none of ours is a defect of ours."""
    if isinstance(error, SettingErrors):
        return row.but(verdict="failed", sentences=tuple(str(wrong) for wrong in error.errors), code=USAGE)
    problem = error if isinstance(error, ProviderError) else Defect.of(error, verb, row.tenant)
    return row.but(
        verdict="failed", sentences=(str(problem),), code=get_exit_code(problem), transient=problem.transient
    )
