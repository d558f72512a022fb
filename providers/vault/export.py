"""A copy of the key in another place, on request: any kind of vault, or standard output for who insists.

The place that it is copied to is not watched: only the stack's own vault is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TextIO

from providers.core.errors import SettingError
from providers.core.run_cache import RunCache
from providers.http.text import clean_text
from providers.vault.address import parse_place, parse_scheme
from providers.vault.connection import VaultSettings
from providers.vault.contract import Vault
from providers.vault.escrow import Escrow
from providers.vault.put_once import matches, put_once
from providers.vault.vaults import Vaults, refuse_foreign_secret

STDOUT = "-"
Form = Literal["json", "env"]


@dataclass(frozen=True)
class Exported:
    """What was done, for people and for the audit; no secret in it."""

    place: str
    version: str
    written: bool
    audit: str


def export_key(
    escrow: Escrow,
    to: str,
    settings: VaultSettings,
    *,
    form: Form = "json",
    show_secret: bool = False,
    output: TextIO,
    by: str = "",
    now: datetime | None = None,
) -> Exported:
    """Copy the pair to the vault at `to`, or write it to `output` when `to` is `-`.

    `settings` are the stack's; they are used where the kind of vault is the same, else the library's own environment
    variables are. `form` is for `-` and for files. Writing again what is there already makes no second version. Raises
    `ProviderError`: nothing was written then.
    """
    escrow.refuse_blank()
    if to == STDOUT:
        refuse_output(show_secret)
        output.write(escrow.to_text(form) + ("\n" if form == "json" else ""))
        output.flush()
        return _make_result(escrow, "standard output", "", True, by, now)
    if form != "json" and parse_scheme(to) != "age":
        raise SettingError("--format", "env is for standard output and age:// files; other vaults keep fields")
    own = settings if settings.url and parse_scheme(to) == parse_scheme(settings.url) else VaultSettings()
    vaults = Vaults(own, RunCache())
    vault = vaults.open(to) if form == "json" else _open_file(to, form)
    version_seen = vault.describe()
    if version_seen and version_seen.version is not None:
        if matches(version_seen, escrow):
            return _make_result(escrow, parse_place(to), version_seen.version, False, by, now)
        refuse_foreign_secret(version_seen, parse_place(to), escrow.tenant, escrow.company_id)
    vault.check_access(version_seen)
    version = put_once(vault, escrow, (version_seen.version or "") if version_seen else "", parse_place(to))
    return _make_result(escrow, parse_place(to), version, True, by, now)


def refuse_output(show_secret: bool) -> None:
    """Raise unless the user insists: a terminal, a log or a pipe each keeps what it shows."""
    if not show_secret:
        raise SettingError(
            "--to",
            "the private key is written to standard output only when you say --show-secret; a vault or an age:// "
            "file keeps it out of sight",
        )


def _open_file(to: str, form: Form) -> Vault:
    from providers.vault.age import AgeFile

    return AgeFile(to, form)


def _make_result(escrow: Escrow, place: str, version: str, written: bool, by: str, now: datetime | None) -> Exported:
    moment = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    summary = {
        "export": "written" if written else "there already",
        "tenant": escrow.tenant,
        "key": escrow.public_key,
        "generation": escrow.generation,
        "fingerprint": escrow.fingerprint,
        "to": place,
        "version": clean_text(version) or "none",
        "by": by or "unknown",
    }
    return Exported(
        place, version, written, " ".join([moment, *(f'{name}="{text}"' for name, text in summary.items())])
    )
