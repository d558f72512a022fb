"""From settings and a policy to handlers: the one module that knows all vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from providers.connections import Connections
from providers.connectwise.access_proof import AccessProofHandler
from providers.connectwise.api_key import ApiKeyHandler, ApiKeyState
from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.connection import NAMESPACE as CONNECTWISE
from providers.connectwise.connection import ConnectWiseSettings, format_company_key
from providers.connectwise.key_retirement import KeyRetirementHandler
from providers.connectwise.member_lookup import MemberLookup, find_holder
from providers.connectwise.permission_set import PermissionSetHandler
from providers.connectwise.preflight import SitePreflight
from providers.connectwise.rights import ProvisioningRights
from providers.connectwise.security_role import SecurityRoleHandler
from providers.console.drivers import KeyDriver, SinkDriver
from providers.console.manual import ManualConnectWise
from providers.console.manual_sinks import UnseenSink
from providers.core.configuration import PROJECT, Configuration
from providers.core.errors import NotObservable
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.pending_steps import PendingSteps
from providers.core.ports import ChecksSink
from providers.core.reference_counter import ReferenceCounter
from providers.core.run_cache import RunCache
from providers.core.schema import Model
from providers.core.settings import SettingErrors, load_settings, map_keys
from providers.http.redact import Redactor
from providers.key_registry import KeyRegistry
from providers.kinds import MODULES
from providers.mint_preconditions import MintPreconditions
from providers.policy import Policy
from providers.sink import Sink, SinkSettings, find_missing_vault, read_sink
from providers.umbrella.connection import NAMESPACE as UMBRELLA
from providers.umbrella.connection import UmbrellaSettings
from providers.umbrella.console_check import ConsoleCheck, WholeSinkDriver
from providers.umbrella.psa_integration import PsaIntegrationHandler, PsaIntegrationState
from providers.vault.connection import NAMESPACE as VAULT
from providers.vault.connection import VaultSettings

if TYPE_CHECKING:
    from providers.vault.vaults import VaultPreconditions, Vaults

KEYS: tuple[str, ...] = (
    *map_keys(ConnectWiseSettings, CONNECTWISE),
    *map_keys(UmbrellaSettings, UMBRELLA),
    *map_keys(VaultSettings, VAULT),
    *map_keys(SinkSettings, ""),
    "allow",
)
"""The settings that a provider process reads."""

DEFAULTED = (f"{PROJECT}:integration", f"{PROJECT}:sink")
DECIDING = ("connectwise:site", "connectwise:companyId", "umbrella:console", "umbrella:consoleId", *DEFAULTED)
"""The settings that decide whose objects a stack touches (docs/architecture.md), some of which have a default."""


@dataclass(frozen=True)
class Composition:
    """What the handlers of one process share, and the handlers."""

    handlers: Mapping[str, Handler[Any, Any]]
    """By kind; the vault's only where a vault is set."""
    build_vault_handler: Callable[[], Handler[Any, Any]]
    """For a row of a vault that no setting names any more."""
    references: Mapping[str, ReferenceCounter]
    """Which objects this run's state names, by kind."""
    owners: Mapping[str, str]
    """Whose objects the configuration may touch, by field name: {"company": "acme@na.myconnectwise.net"}."""
    registry: KeyRegistry
    members: MemberLookup
    keys: KeyDriver
    sink: SinkDriver
    vault: VaultPreconditions | None
    steps: PendingSteps
    redactor: Redactor
    find_holder: Callable[[str, str], str] = lambda public_key, owner: ""
    """Which member of ours has a public key with that owner's tag; empty for none."""

    def get_handler(self, kind: str) -> Handler[Any, Any]:
        """Give a kind's handler."""
        is_left_vault = kind == "VaultSecret" and kind not in self.handlers
        return self.build_vault_handler() if is_left_vault else self.handlers[kind]

    def recall(self, state: Model) -> None:
        """Take note of what a state of this run says of keys, sink and vault."""
        if isinstance(state, ApiKeyState):
            self.registry.record_current_key(
                state.public_key or state.replaced_public_key, state.member_id if state.public_key else ""
            )
            if self.vault:
                self.vault.record_place(state.escrow)
        elif isinstance(state, PsaIntegrationState) and state.written_key:
            self.registry.record_sink(state.console, state.written_key, state.member_id)

    def recognize_held_key(self, owner: str) -> None:
        """Note the console's key as ours when it carries our tag, for an engine that has shown no state of it.

        Asks no more than whether the console has one, where it has none.
        """
        with suppress(NotObservable):  # then a person looks first
            held = self.registry.get_held_key()
            if held and not self.registry.has_keys and (member_id := self.find_holder(held, owner)):
                self.registry.record_key(held, member_id)


def compose(configuration: Configuration, policy: Policy, connections: Connections | None = None) -> Composition:
    """Build the handlers for a configuration. Contacts nobody. Raises `SettingErrors`.

    `connections`: those of this policy that are open already, so that nothing is asked twice.
    """
    connectwise, target, vault = _read_settings(configuration)
    guards = Guards.from_text(configuration.get("allow"))

    connections = connections or Connections(policy)
    connections.hide_secrets(connectwise, target.umbrella, vault)
    client = connections.sign_in(connections.open_site(connectwise))
    keys = connections.open_key_driver(connectwise, client, target.name)
    sink = connections.open_sink_driver(target, connectwise, vault)
    build_vault_handler, vault_gate = _compose_vault(vault, connections.cache, connectwise.company_id, guards, policy)

    references = {kind: ReferenceCounter() for kind in MODULES}
    members = MemberLookup(client, keys)
    registry = KeyRegistry(sink, members, connectwise.public_key, target.name)
    check, rights = _check_sink(target, sink, connections), ProvisioningRights(client, guards)
    preconditions = MintPreconditions(rights, keys, check, vault_gate, registry, guards)
    member_handler = ApiMemberHandler(client, keys, registry, guards, references["ApiMember"])
    preflight = SitePreflight(
        client,
        keys,
        member_handler,
        preconditions.refuse_first_time,
        guards,
        [*keys.list_prefetches(), *sink.list_prefetches()],
    )
    handlers: dict[str, Handler[Any, Any]] = {
        "SecurityRole": SecurityRoleHandler(client, preflight, keys, references["SecurityRole"]),
        "PermissionSet": PermissionSetHandler(client, keys, guards, members.is_known),
        "ApiMember": member_handler,
        "ApiKey": ApiKeyHandler(keys, preconditions, registry, registry, client, guards),
        "AccessProof": AccessProofHandler(
            client, keys, keys if isinstance(keys, ManualConnectWise) else None, target.name
        ),
        "PsaIntegration": PsaIntegrationHandler(sink, registry, client, guards),
        "KeyRetirement": KeyRetirementHandler(keys, registry, client, guards),
    }
    if vault_gate:
        handlers["VaultSecret"] = build_vault_handler()
    return Composition(
        handlers=handlers,
        build_vault_handler=build_vault_handler,
        references=references,
        owners=_name_owners(connectwise, target),
        registry=registry,
        members=members,
        find_holder=partial(find_holder, client, members),
        keys=keys,
        sink=sink,
        vault=vault_gate,
        steps=PendingSteps(),
        redactor=connections.redactor,
    )


def _read_settings(configuration: Configuration) -> tuple[ConnectWiseSettings, Sink, VaultSettings]:
    connectwise = load_settings(ConnectWiseSettings, CONNECTWISE, configuration)
    sink, vault = read_sink(configuration), load_settings(VaultSettings, VAULT, configuration)
    if missing := find_missing_vault(sink.kind, vault.url):
        raise SettingErrors(missing)
    return connectwise, sink, vault


def _compose_vault(
    settings: VaultSettings, cache: RunCache, company_id: str, guards: Guards, policy: Policy
) -> tuple[Callable[[], Handler[Any, Any]], VaultPreconditions | None]:
    """Prepare the vault's handler and what must be known before a mint; a tenant without a vault imports neither."""
    take_over = guards.is_lifted("vault")

    def open_vaults() -> Vaults:
        from providers.vault.vaults import Vaults

        return Vaults(settings, cache, policy.before_write)

    vaults = open_vaults() if settings.url else None

    def build_handler() -> Handler[Any, Any]:
        from providers.vault.secret import VaultSecretHandler

        return VaultSecretHandler(vaults or open_vaults(), take_over=take_over)

    if not (settings.url and vaults):
        return build_handler, None
    from providers.vault.vaults import VaultPreconditions

    return build_handler, VaultPreconditions(vaults, cache, settings.url, company_id, take_over=take_over)


def read_owners(configuration: Configuration) -> dict[str, str]:
    """Read whose objects a configuration may touch, by the field that records it. Raises `SettingErrors`."""
    return _name_owners(load_settings(ConnectWiseSettings, CONNECTWISE, configuration), read_sink(configuration))


def _name_owners(connectwise: ConnectWiseSettings, sink: Sink) -> dict[str, str]:
    return {"company": format_company_key(connectwise), "console": sink.console}


def _check_sink(sink: Sink, driver: WholeSinkDriver, connections: Connections) -> ChecksSink:
    """Prepare what is asked of the sink before anything is made."""
    if sink.umbrella is None:
        return UnseenSink()
    return ConsoleCheck(sink.umbrella, driver, connections.open_umbrella_api(sink.umbrella), connections.cache)


def read_today() -> date:
    """Read the clock, in UTC."""
    return datetime.now(UTC).date()
