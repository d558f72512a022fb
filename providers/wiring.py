"""The one room that knows all vendors: builds what a provider process shares from the configuration."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofHandler
from providers.connectwise.api_key import ApiKeyHandler
from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.client import ConnectWise
from providers.connectwise.connection import NAMESPACE as CONNECTWISE
from providers.connectwise.connection import ConnectWiseSettings, basic, company_key, credentials
from providers.connectwise.key_retirement import KeyRetirementHandler
from providers.connectwise.permission_set import PermissionSetHandler
from providers.connectwise.preflight import SitePreflight
from providers.connectwise.security_role import SecurityRoleHandler
from providers.connectwise.site import Site
from providers.console.assisted import AssistedConnectWise
from providers.console.choice import Hands
from providers.console.hands import KeyHand, SinkHand
from providers.core.configuration import Configuration
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.lifeline import require_engine
from providers.core.memory import Memory
from providers.core.problems import Unseen
from providers.core.settings import keys_of, load
from providers.core.steps import OpenSteps
from providers.http.redact import Redactor
from providers.http.transport import Transport
from providers.umbrella.api import UmbrellaApi
from providers.umbrella.connection import NAMESPACE as UMBRELLA
from providers.umbrella.connection import UmbrellaSettings, console_key
from providers.umbrella.psa_integration import PsaIntegrationHandler, refuse_somebodys
from providers.vault.connection import NAMESPACE as VAULT
from providers.vault.connection import VaultSettings, reference
from providers.vault.opened import VaultGate, Vaults
from providers.vault.secret import VaultSecretHandler

H = TypeVar("H", bound=Handler[Any, Any])

KEYS: tuple[str, ...] = (
    *keys_of(ConnectWiseSettings, CONNECTWISE),
    *keys_of(UmbrellaSettings, UMBRELLA),
    *keys_of(VaultSettings, VAULT),
    "allow",
)
"""The settings that a provider process reads."""

DECIDING = ("connectwise:site", "connectwise:companyId", "umbrella:console", "umbrella:consoleId")
"""The settings that decide whose objects a stack touches (docs/architecture.md)."""


class Context:
    """Everything that the handlers of one process share."""

    def __init__(
        self, configuration: Configuration, today: Callable[[], date], transport: Callable[..., Transport] = Transport
    ) -> None:
        """`transport` opens every connection; a test hands in one that dies, or one whose time is its own."""
        connectwise = load(ConnectWiseSettings, CONNECTWISE, configuration)
        umbrella = load(UmbrellaSettings, UMBRELLA, configuration)
        vault = load(VaultSettings, VAULT, configuration)
        guards = Guards.from_text(configuration.get("allow"))
        self.today = today
        self._transport = transport
        self.owners = owners(configuration)
        self._redactor = Redactor()
        self._remember_secrets(connectwise, umbrella, vault)
        self._umbrella = umbrella
        self._memory = Memory()

        site = Site(connectwise, self._open)
        self._client = ConnectWise(site, self._memory, connectwise.public_key, connectwise.private_key)
        self.steps = OpenSteps()
        hands = Hands(self._memory, self._redactor, transport)
        self._keys = hands.connectwise(
            connectwise,
            self._client,
            (connectwise.company_id, connectwise.site),
            (connectwise.assisted_public_key, connectwise.assisted_private_key),
        )
        self._sink = hands.umbrella(umbrella, console_key(umbrella), umbrella.applied_key, reference(vault))
        self._own: dict[str, str] = {}  # public halves, and the id of the member that each belongs to
        self._sink_in_state = False
        self._provisioning_key = connectwise.public_key
        self._guards = guards
        members = self._members = ApiMemberHandler(self._client, self._keys, self, guards)
        take_over = guards.lifted("vault")
        vaults = Vaults(vault, self._memory)
        self._vault = (
            VaultGate(vaults, self._memory, vault.url, connectwise.company_id, take_over=take_over)
            if vault.url
            else None
        )
        self._preflight = SitePreflight(
            self._client,
            self._keys,
            members,
            self._refuse_first_time,
            guards,
            [ask for hand in (self._keys, self._sink) for ask in hand.questions()],
        )
        handlers: list[Handler[Any, Any]] = [
            SecurityRoleHandler(self._client, self._preflight),
            PermissionSetHandler(self._client, self._keys, guards, members.is_known),
            members,
            ApiKeyHandler(self._keys, self, self, self, self._client, guards),
            VaultSecretHandler(vaults, take_over=take_over),
            AccessProofHandler(self._client, self._keys if isinstance(self._keys, AssistedConnectWise) else None),
            KeyRetirementHandler(self._keys, self, guards),
            PsaIntegrationHandler(self._sink, self, self._client, guards),
        ]
        self._handlers = {type(handler): handler for handler in handlers}

    @property
    def keys(self) -> KeyHand:
        return self._keys

    @property
    def sink(self) -> SinkHand:
        return self._sink

    def member_id(self, identifier: str) -> int | None:
        """The id of the member of that identifier, active or not; None when there is none."""
        member = self._members.existing(identifier)
        return member.id if member else None

    def handler(self, kind: type[H]) -> H:
        return self._handlers[kind]  # type: ignore[return-value]

    def remember_secret(self, secret: str) -> None:
        self._redactor.add(secret)

    def redact(self, text: str) -> str:
        return self._redactor.redact(text)

    def refuse_unless_ready(self, member_id: str, owner: str, tenant: str) -> None:
        """`MintGate`: rights, both hands, the vault, the console's identity, and whether the sink is free for us."""
        if self._provisioning_key in self._own:
            # The new key's turn ends with the old one's, and that is the one that this run needs.
            self._guards.refuse(
                "own-key",
                f"the key to be replaced, {self._provisioning_key}, is the one that we are signed in with",
                "set connectwise:publicKey and connectwise:privateKey to another key",
            )
        self._preflight.refuse_without_rights()
        self._keys.refuse_unless_ready()
        if self._vault:
            self._vault.refuse_unless_ready(tenant)
        self._refuse_console(partial(self.is_ours, member_id, owner))

    def escrow(self) -> str:
        """`MintGate`."""
        return self._vault.place if self._vault else ""

    def remember_escrow(self, place: str) -> None:
        """`MintGate`."""
        if self._vault:
            self._vault.remember(place)

    def holds(self, public_key: str, *, anew: bool = False) -> bool:
        """`KeyHolder`."""
        return self._sink.holds(public_key, anew=anew)

    def held_key(self) -> str:
        """`KeyHolder`."""
        return self._sink.named()

    def member_of(self, public_key: str) -> str:
        """`KeyHolder`."""
        return self._own.get(public_key, "")

    def signs_us_in(self, public_key: str) -> bool:
        """`KeyHolder`."""
        return public_key == self._provisioning_key

    def remember(self, public_key: str, member_id: str = "") -> None:
        """`OwnKeys`."""
        self._own[public_key] = member_id or self._own.get(public_key, "")

    def remember_sink(self) -> None:
        """`OwnKeys`."""
        self._sink_in_state = True

    def is_ours(self, member_id: str, owner: str, public_key: str) -> bool:
        """`OwnKeys`."""
        return public_key in self._own or self._members.is_ours(member_id, owner, public_key)

    def _refuse_first_time(self, tenant: str) -> None:
        """Before a tenant's first object is made: both consoles are ours to use, sink and vault are free for us."""
        self._keys.refuse_unless_ready()
        if self._vault:
            self._vault.refuse_somebodys(tenant)
        self._refuse_console(self._own.__contains__)

    def _refuse_console(self, is_ours: Callable[[str], bool]) -> None:
        self._sink.refuse_unless_ready()
        self._refuse_other_console()
        # A stack that has a key already is past its first time: what the console shows now is drift of ours, or is
        # refused when the sink is made.
        if self._umbrella.adopt == "never" and not (self._sink_in_state or self._own):
            with suppress(Unseen):  # then the order to a person says to look first
                refuse_somebodys(self.owners["console"], self._sink.integration(), is_ours)

    def _refuse_other_console(self) -> None:
        settings = self._umbrella
        if not (settings.api_key and settings.api_secret):
            return
        authorization = basic(settings.api_key, settings.api_secret.get_secret_value())
        api = UmbrellaApi(self._open(settings.api_url), self._redactor, authorization)
        self._memory.recall(("umbrella", "identity"), api.refuse_unless_provider)

    def _open(self, base_url: str) -> Transport:
        return self._transport(base_url, redactor=self._redactor, before_write=require_engine)

    def _remember_secrets(
        self, connectwise: ConnectWiseSettings, umbrella: UmbrellaSettings, vault: VaultSettings
    ) -> None:
        for settings in (connectwise, umbrella, vault):
            for _, value in settings:
                if isinstance(value, SecretStr):
                    self._redactor.add(value.get_secret_value())
        self._redactor.add_basic(*credentials(connectwise.company_id, connectwise.public_key, connectwise.private_key))
        if umbrella.api_key and umbrella.api_secret:
            self._redactor.add_basic(umbrella.api_key, umbrella.api_secret.get_secret_value())


def owners(configuration: Configuration) -> dict[str, str]:
    """Whose objects a configuration may touch, by the field that records it. Raises `BadSettings`."""
    return {
        "company": company_key(load(ConnectWiseSettings, CONNECTWISE, configuration)),
        "console": console_key(load(UmbrellaSettings, UMBRELLA, configuration)),
    }


def build(configuration: Configuration) -> Context:
    """The context of a provider process. Raises `BadSettings`."""
    return Context(configuration, today=lambda: datetime.now(UTC).date())
