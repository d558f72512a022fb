"""Whether answers are right, tried where they will be used. Nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from providers.connectwise.connection import ConnectWiseSettings
from providers.connectwise.rights import UNKNOWN_RIGHTS, find_missing_rights
from providers.core.configuration import Configuration
from providers.core.errors import PermissionDenied
from providers.core.settings import Settings, map_keys
from providers.umbrella.connection import UmbrellaSettings
from providers.vault.connection import VaultSettings
from stacks.clients import Clients

S = TypeVar("S", bound=Settings)

# Until they are asked for; looking a company up needs none of them.
_NOT_YET = {"client_id": "-", "public_key": "-", "private_key": "-"}


class ConnectionTests:
    """Each returns what it found, as a sentence, or raises a `ProviderError`. Asks again each time."""

    def __init__(self, values: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self._configuration = Configuration(values, environment)

    def test_company(self) -> str:
        """Look the company up at the site."""
        settings = self._draft_settings(ConnectWiseSettings, "connectwise", **_NOT_YET)
        codebase = Clients().open_site(settings).get_codebase()
        return f"{settings.site} knows the company {settings.company_id} (codebase {codebase})."

    def test_sign_in(self) -> str:
        """Sign in as the provisioning key; what it lacks is told now, not by the first `up`."""
        settings, clients = self._open(ConnectWiseSettings, "connectwise")
        client = clients.sign_in(clients.open_site(settings))
        rows = client.list_own_rights()
        if rows is None:
            return f"{settings.public_key} signed in. {UNKNOWN_RIGHTS}"
        lacks = find_missing_rights(rows)
        if lacks and "rights" not in (self._configuration.get("allow") or ""):
            raise PermissionDenied(
                f"the key signs in as {client.get_own_identifier()}, but its role lacks {', '.join(lacks)}",
                next_step="give it these levels in System > Security Roles",
                status=403,
            )
        return f"signed in as {client.get_own_identifier()}, which may do all that is needed."

    def test_connectwise_gateway(self) -> str:
        """Ask the gateway whose console it serves, and whether it is ready."""
        settings, clients = self._open(ConnectWiseSettings, "connectwise")
        clients.open_connectwise_gateway(settings).refuse_unless_ready()
        return f"the gateway serves the company {settings.company_id} and is ready."

    def test_umbrella_gateway(self) -> str:
        """Ask the gateway whose console it serves, and whether it is ready."""
        settings, clients = self._open(UmbrellaSettings, "umbrella")
        clients.open_umbrella_gateway(settings).refuse_unless_ready()
        return f"the gateway serves the console {settings.console}/{settings.console_id} and is ready."

    def test_vault(self) -> str:
        """Look into the vault; whether it may be written is found out by `check`."""
        from providers.vault.vaults import Vaults

        settings, clients = self._open(VaultSettings, "vault")
        seen = Vaults(settings, clients.cache).get_version(settings.url or "")
        return "the vault can be reached, and the place is free." if seen is None else "the vault can be reached."

    def _open(self, model: type[S], namespace: str) -> tuple[S, Clients]:
        """Make settings and clients; nobody is contacted yet, and what goes wrong is told without a secret."""
        settings, clients = self._draft_settings(model, namespace), Clients()
        clients.hide_secrets(settings)
        return settings, clients

    def _draft_settings(self, model: type[S], namespace: str, **instead: str) -> S:
        """Make settings as far as they go: what they demand of each other is asked when all are there."""
        given = {
            name: text for key, name in map_keys(model, namespace).items() if (text := self._configuration.get(key))
        }
        return model.model_validate({**instead, **given})
