"""A database of shared request budgets that can't be used is wrong for the run, and told before it begins."""

from __future__ import annotations

from providers.core.errors import SettingError
from providers.core.settings import SettingErrors
from providers.http.budget import check_shared_budgets
from providers.http.budget_store import StoreUnavailable


def refuse_unusable_budget() -> None:
    """Raise `SettingErrors` when the environment names a database that can't be used."""
    try:
        check_shared_budgets()
    except StoreUnavailable as error:
        raise SettingErrors([SettingError(error.setting, error.summary, next_step=error.next_step)]) from None
