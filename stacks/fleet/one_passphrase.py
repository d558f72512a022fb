"""A passphrase that opens none of the tenants is wrong for the run, and told once; not by each tenant for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from providers.core.errors import ProviderError, SettingError
from providers.core.settings import SettingErrors
from providers.core.stack_file import FOLDER, locate_stack_file
from stacks.fleet.passphrase import (
    PASSPHRASE,
    make_missing_error,
    make_wrong_error,
    open_salt,
    read_passphrase,
    read_salt,
)


def refuse_wrong_passphrase(
    tenants: Sequence[str], environment: Mapping[str, str], folder: Path = FOLDER, *, may_be_missing: bool = False
) -> None:
    """Raise `SettingErrors` when all of the tenants need a passphrase, and the one at hand opens none of them.

    Stretching it is what a sweep begins with anyway, and is remembered. Where one of several needs none, can't be read,
    or has a passphrase of its own, each tells for itself. `may_be_missing`: for who reads nothing that is encrypted.
    """
    salts = [read_salt(locate_stack_file(tenant, folder)) for tenant in tenants]
    if not all(salts):
        return
    passphrase, one = read_passphrase(environment), tenants[0] if len(tenants) == 1 else ""
    if passphrase is None:
        if not may_be_missing:
            raise SettingErrors([make_missing_error(f"the secrets of {one or f'all {len(tenants)} tenants'}")])
    elif not any(_opens(salt, passphrase) for salt in dict.fromkeys(salts)):
        raise SettingErrors([make_wrong_error(one) if one else _make_wrong_for_all_error(len(tenants))])


def _make_wrong_for_all_error(count: int) -> SettingError:
    return SettingError(
        PASSPHRASE, f"opens none of the {count} tenants", next_step="set it to the one that they were made with"
    )


def _opens(salt: str, passphrase: str) -> bool:
    """Tell whether it does; where that can't be found out here, the tenant's row will say why."""
    try:
        open_salt(salt, passphrase)
    except SettingError:
        return False
    except ProviderError:
        return True
    return True
