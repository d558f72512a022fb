"""What a key may do, as the key itself shows it, and by whose word where its site does not let it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import SecretStr

from providers.connectwise.customize import Customized, join_lists, keep_recorded_spelling, normalize_item
from providers.connectwise.grants import Levels, collect_grants
from providers.connectwise.spelling import VendorNames
from providers.console.customize import TABLE_SETUP
from providers.core.concurrency import run_concurrently
from providers.core.errors import NotFound, NotObservable, Unauthenticated

if TYPE_CHECKING:
    from providers.connectwise.records import MySecurityRecord, RoleRecord, SettingRecord

T = TypeVar("T")


@dataclass(frozen=True)
class Sight:
    """What was seen of a key that signs in."""

    permissions: dict[str, Levels]
    lists: dict[str, list[str]] | None
    """What may be used by function, of every function that was asked for; None where nobody could look."""
    evidence: str = ""


class KeySession(Protocol):
    """One key's view of the site."""

    def list_my_security(self) -> list[MySecurityRecord] | None:
        """Sign in and list the key's own levels, None where the site does not say. Raises `Unauthenticated`."""

    def list_my_items(self) -> dict[str, list[str]] | None:
        """List what the key may use, as the site's identifiers, by function; None where the site does not say."""


class ProofSite(Protocol):
    """What this module needs of the site."""

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> KeySession:
        """Use the site as that key."""

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Tell whether the pair signs in now. Raises when it can't be known."""

    def list_my_security(self) -> list[MySecurityRecord] | None:
        """Sign in as the provisioning key; raises when it is refused."""

    def get_role(self, role_id: int) -> RoleRecord | None:
        """Give the role; None only when it is certainly gone."""

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of the role with its levels, as the provisioning key sees them."""

    def list_setup_tables(self) -> list[str]:
        """List the labels of all setup tables."""


class ListReader(Protocol):
    """What this module needs of the console."""

    def get_allowed(self, role_id: int, function: str) -> list[str]:
        """List what the role may use of a function. Raises `NotObservable` where nobody can look."""


class Proved(Customized, Protocol):
    """The key that is looked at, and how what it may do was asked for."""

    @property
    def public_key(self) -> str:
        """The public half."""

    @property
    def private_key(self) -> SecretStr:
        """The private half."""

    @property
    def role_id(self) -> str:
        """The role's id."""

    @property
    def vendor_names(self) -> list[str] | None:
        """The functions that a vendor spelled."""


class KeyWitness:
    """Looks as the key. Console and provisioning key stand in where a site does not let a key show what it may do."""

    def __init__(self, site: ProofSite, console: ListReader, *, by_label: bool) -> None:
        """`by_label`: a person reads what is found, who knows tables as the screen shows them."""
        self._site = site
        self._console = console
        self._by_label = by_label

    def look(self, args: Proved) -> Sight | None:
        """Look what the key may do; None when the key is refused while the provisioning key is not."""
        session = self._site.sign_in_as(args.public_key, args.private_key)
        try:
            rights, items = run_concurrently(session.list_my_security, session.list_my_items)
            levels: Sequence[SettingRecord] | None = rights.result()
            lists = items.result()
        except Unauthenticated:
            if self._site.can_sign_in(args.public_key, args.private_key):
                raise  # it was refused for something else, or a moment ago
            return None
        evidence = ["signs in"]
        if levels is None:
            levels = self._ask_of_role(self._site.list_role_settings, args.role_id)
            evidence.append("levels read by the provisioning key")
        wanted = join_lists(args)
        if lists is None and wanted:
            lists = self._ask_console(args.role_id, wanted)
            what = "table access" if {*wanted} == {TABLE_SETUP} else "customize lists"
            evidence.append(f"{what} unknown" if lists is None else f"{what} by the console's word only")
        if lists is not None:
            lists |= {function: self._spell(function, lists[function], wanted[function]) for function in wanted}
        grants = VendorNames(args.vendor_names).spell_as_asked(
            collect_grants(levels), (level.function for level in levels)
        )
        return Sight(grants, lists, "; ".join(evidence) if evidence[1:] else "")

    def _ask_of_role(self, question: Callable[..., list[T]], role_id: str, *more: str) -> list[T]:
        """Ask about the role; of one that is gone there is nothing: then the key signs in and may do nothing."""
        try:
            return question(int(role_id), *more)
        except NotFound:
            if self._site.get_role(int(role_id)) is None:
                return []
            raise

    def _ask_console(self, role_id: str, functions: Iterable[str]) -> dict[str, list[str]] | None:
        """Ask the console for the lists; None where nobody can look."""
        try:
            return {name: self._ask_of_role(self._console.get_allowed, role_id, name) for name in functions}
        except NotObservable:
            return None

    def _spell(self, function: str, items: list[str], recorded: list[str]) -> list[str]:
        """Spell the items as they were recorded or, for people, as the screen shows them and not as the site's API.

        Of setup tables the site tells the labels; of other lists only those are known that were asked for.
        """
        items = keep_recorded_spelling(items, recorded)
        if self._by_label and items != recorded:
            known = self._site.list_setup_tables() if function == TABLE_SETUP else recorded
            labels = {normalize_item(label): label for label in known}
            items = [labels.get(normalize_item(item), item) for item in items]
        return items
