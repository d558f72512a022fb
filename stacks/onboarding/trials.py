"""Whether answers are right, tried where they will be used. Nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from providers.connectwise.connection import ConnectWiseSettings
from providers.connectwise.rights import missing_rights
from providers.core.configuration import Configuration
from providers.core.problems import NotPermitted
from providers.core.settings import Settings, keys_of
from providers.umbrella.connection import UmbrellaSettings
from providers.vault.connection import VaultSettings
from stacks.reach import Reach

S = TypeVar("S", bound=Settings)

# Until they are asked for; looking a company up needs none of them.
_NOT_YET = {"client_id": "-", "public_key": "-", "private_key": "-"}


class Trials:
    """Each returns what it found, as a sentence, or raises a `Problem`. Asks anew each time."""

    def __init__(self, values: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self._configuration = Configuration(values, environment)

    def company(self) -> str:
        settings = self._drafted(ConnectWiseSettings, "connectwise", **_NOT_YET)
        codebase = Reach().open_site(settings).codebase()
        return f"{settings.site} knows the company {settings.company_id} (codebase {codebase})."

    def sign_in(self) -> str:
        """And what the key may do: what it lacks is told now, not by the first `up`."""
        settings = self._drafted(ConnectWiseSettings, "connectwise")
        reach = Reach()
        reach.hide_secrets(settings)
        client = reach.sign_in(reach.open_site(settings))
        rows = client.own_rights()
        lacks = missing_rights(rows)
        if lacks and "rights" not in (self._configuration.get("allow") or ""):
            raise NotPermitted(
                f"the key signs in as {client.myself()}, but its role lacks {', '.join(lacks)}",
                next_step="give it these levels in System > Security Roles",
                status=403,
            )
        return f"signed in as {client.myself()}, which may do all that is needed."

    def connectwise_gateway(self) -> str:
        settings = self._drafted(ConnectWiseSettings, "connectwise")
        reach = Reach()
        reach.hide_secrets(settings)
        reach.open_connectwise_gateway(settings).refuse_unless_ready()
        return f"the gateway serves the company {settings.company_id} and is ready."

    def umbrella_gateway(self) -> str:
        settings = self._drafted(UmbrellaSettings, "umbrella")
        reach = Reach()
        reach.hide_secrets(settings)
        reach.open_umbrella_gateway(settings).refuse_unless_ready()
        return f"the gateway serves the console {settings.console}/{settings.console_id} and is ready."

    def vault(self) -> str:
        from providers.vault.opened import Vaults

        settings = self._drafted(VaultSettings, "vault")
        reach = Reach()
        reach.hide_secrets(settings)
        seen = Vaults(settings, reach.memory).seen(settings.url or "")
        return "the vault can be reached, and the place is free." if seen is None else "the vault can be reached."

    def _drafted(self, model: type[S], namespace: str, **instead: str) -> S:
        """The settings as far as they go: what they demand of each other is asked when all are there."""
        given = {
            name: text for key, name in keys_of(model, namespace).items() if (text := self._configuration.get(key))
        }
        return model.model_validate({**instead, **given})
