"""The vaults of one process: opened once each, looked at once a run, and asked before a key is minted."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from providers.core.errors import GuardViolation, ProviderError
from providers.core.run_cache import RunCache
from providers.http.text import clean_text
from providers.vault.address import parse_place, parse_scheme
from providers.vault.connection import VaultSettings
from providers.vault.contract import NOT_ASKED, ReadableVault, SecretVersion, Vault
from providers.vault.escrow import Escrow
from providers.vault.kinds import open_vault


class Vaults:
    """Opens one connection for each URL.

    Settings of another kind of vault say nothing of how to reach one: then the library's own environment variables do.
    """

    def __init__(
        self, settings: VaultSettings, cache: RunCache, before_write: Callable[[], None] = lambda: None
    ) -> None:
        """Keep what connections are made of; `before_write` is called before each write, and stops it by raising."""
        self.before_write = before_write
        self._settings = settings
        self._cache = cache
        self._lock = Lock()
        self._opened: dict[str, Vault] = {}
        self._ours: set[str] = set()

    def open(self, url: str) -> Vault:
        """Open the vault at the URL, once; asks nothing of it. Raises `SettingError`."""
        with self._lock:
            if url not in self._opened:
                self._opened[url] = open_vault(url, self._settings if self.settings_apply_to(url) else VaultSettings())
            return self._opened[url]

    def settings_apply_to(self, url: str) -> bool:
        """Tell whether the settings are for this kind of vault; a row on its way out may name another."""
        return not self._settings.url or parse_scheme(self._settings.url) == parse_scheme(url)

    def is_wanted(self, url: str) -> bool:
        """Tell whether vault:url names this place now."""
        return parse_place(self._settings.url or "") == parse_place(url)

    @property
    def keeps_on_destroy(self) -> bool:
        """Tell whether the settings say, and not only by default, that a secret outlives its row."""
        return "on_destroy" in self._settings.model_fields_set and self._settings.on_destroy == "keep"

    def get_version(self, url: str, known: str = "", *, ours: bool = False) -> SecretVersion | None:
        """Look at what the vault holds, once in a run. `ours`: the place is in our state."""
        if ours:
            self.claim(parse_place(url))
        return self._cache.get_or_fetch(("vault", "seen", parse_place(url)), lambda: self.open(url).describe(known))

    def has_version(self, url: str) -> bool:
        """Tell whether this run has looked already."""
        return self._cache.has("vault", "seen", parse_place(url))

    def claim(self, place: str) -> None:
        """Note that a state of this run names the place: it is this stack's, whatever others put there."""
        self._ours.add(place)

    def is_ours(self, url: str) -> bool:
        """Tell whether this run knows the place as this stack's."""
        return parse_place(url) in self._ours

    def invalidate(self, url: str) -> None:
        """Forget what was seen, before a write."""
        self._cache.invalidate("vault", "seen", parse_place(url))


class VaultPreconditions:
    """What must be known of the vault before anything is made, and before a key is minted."""

    def __init__(self, vaults: Vaults, cache: RunCache, url: str, company_id: str, *, take_over: bool = False) -> None:
        self._vaults = vaults
        self._cache = cache
        self._url = url
        self.place = parse_place(url)
        self._company_id = company_id
        self._take_over = take_over

    def record_place(self, place: str) -> None:
        """Note that by a state of this run the last key was minted for that place."""
        self._vaults.claim(place)

    def refuse_foreign(self, tenant: str) -> None:
        """Raise when the place is taken. Only looks, so it is for previews too; what a read saw is not asked again."""
        version_seen = self._vaults.get_version(self._url)
        if (
            version_seen
            and version_seen.version is not None
            and not (self._take_over or self._vaults.is_ours(self._url))
        ):
            refuse_foreign_secret(version_seen, self.place, tenant, self._company_id)

    def read(self) -> Escrow | None:
        """Read the pair that the vault holds now, once until it is written; None when it holds none of ours."""
        return self._cache.get_or_fetch(("vault", "seen", self.place, "value"), self._read)

    def _read(self) -> Escrow | None:
        vault = self._vaults.open(self._url)
        if not isinstance(vault, ReadableVault):
            raise ProviderError(
                f"{self.place} can be written and not read back, so it can't be where the private key is kept alone",
                next_step="choose another kind of vault, or keep the key in the state, encrypted",
                setting="vault:url",
                page="docs/terraform.md",
            )
        return vault.read()

    def refuse_unless_ready(self, tenant: str) -> None:
        """Raise unless the vault has shown that it will take this tenant's key. Asks once a run."""
        self._cache.get_or_fetch(("vault", "access", self.place), lambda: self._ask(tenant))

    def _ask(self, tenant: str) -> None:
        self._vaults.before_write()
        if self._vaults.is_ours(self._url) and not self._vaults.has_version(self._url):
            # A rotation by configuration: the engine's refresh looked, in a process of its own.
            self._vaults.open(self._url).check_access(NOT_ASKED)
            return
        self.refuse_foreign(tenant)
        self._vaults.open(self._url).check_access(self._vaults.get_version(self._url))


def refuse_foreign_secret(version_seen: SecretVersion, place: str, tenant: str, company_id: str) -> None:
    """Raise when the secret is not ours, or can't be told to be."""
    label = version_seen.label
    if label and label.belongs_to(tenant, company_id):
        return
    if label is None:
        owner = "and whose it is can't be told without the right to read it"
    elif label.tenant:
        whose = clean_text(label.tenant), clean_text(label.company_id) or "unknown"
        owner = f"of the tenant {whose[0]} and the company {whose[1]}"
    else:
        owner = "which is not a key of this project"
    raise GuardViolation(
        f"the vault holds a secret at {place} already, {owner}",
        next_step="choose another vault:url, or add vault to allow, and the key is put on top of it as a new version",
        lift="allow",
        page="docs/guards.md",
    )
