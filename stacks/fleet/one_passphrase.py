"""A passphrase that opens none of the tenants is wrong for the run, and told once; not by each tenant for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from providers.core.errors import ProviderError, SettingError
from providers.core.settings import SettingErrors
from providers.core.stack_file import FOLDER
from stacks.fleet.backends import UnreadableHere
from stacks.fleet.passphrase import open_salt, read_passphrase

_PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105  its name
_SALT = re.compile(r"^encryptionsalt: (\S+)$", re.MULTILINE)


def refuse_wrong_passphrase(tenants: Sequence[str], environment: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Raise `SettingErrors` when all of several tenants need a passphrase, and the one at hand opens none of them.

    Stretching it is what a sweep begins with anyway, and is remembered. Where one tenant needs none, can't be read, or
    has a passphrase of its own, each tells for itself.
    """
    salts = [*_list_salts(tenants, folder)]
    if len(tenants) < 2 or len(salts) < len(tenants):
        return
    passphrase = read_passphrase(environment)
    if passphrase is None:
        raise _refuse(
            f"is not set, and the secrets of all {len(tenants)} tenants are encrypted with one",
            f"set it, or name a file in {_PASSPHRASE}_FILE",
        )
    if not any(_opens(salt, passphrase) for salt in dict.fromkeys(salts)):
        raise _refuse(f"opens none of the {len(tenants)} tenants", "set it to the one that they were made with")


def _list_salts(tenants: Sequence[str], folder: Path) -> Iterator[str]:
    for tenant in tenants:
        try:
            text = (folder / f"Pulumi.{tenant}.yaml").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if found := _SALT.search(text):
            yield found[1]


def _opens(salt: str, passphrase: str) -> bool:
    """Tell whether it does; where that can't be found out here, the engine will."""
    try:
        open_salt(salt, passphrase)
    except UnreadableHere:
        return True
    except ProviderError:
        return False
    return True


def _refuse(problem: str, step: str) -> SettingErrors:
    return SettingErrors([SettingError(_PASSPHRASE, problem, next_step=step)])
