"""Umbrella's PSA Integration Details: one per console."""

from __future__ import annotations

from typing import Literal

from playwright.async_api import Locator
from pydantic import SecretStr

from gateway.browser.scripts import READ_SWITCH
from gateway.consoles.navigation import navigate
from gateway.consoles.operation import Operation, is_half
from gateway.errors import ApiKeyChangedError, UnknownScreenError
from gateway.screens.schema import UmbrellaScreens
from providers.console.contract import PsaIntegration


class IntegrationPage:
    """The page of the one integration."""

    def __init__(self, operation: Operation[UmbrellaScreens]) -> None:
        self._operation = operation
        self._screen = operation.screen
        self._content = operation.content
        self._labels = operation.screens.integration

    async def read(self) -> PsaIntegration:
        """Go to the page and read what the console holds."""
        screen, labels, screens = self._screen, self._labels, self._operation.screens
        kind: Literal["msp", "mssp"] = "msp" if self._operation.console.kind == "msp" else "mssp"
        await navigate(self._operation, screens.settings, settings=screens.settings_names[kind])
        await screen.wait_for(labels.screen, self._content)
        enabled = await self._read_enabled(await screen.wait_for(labels.enabled, self._content))
        field = screen.find(labels.public_key, self._content)
        if not enabled and not await screen.is_visible(field):  # its fields may be hidden, or gone
            field = screen.find(labels.public_key, self._content, hidden=True)
        is_there = enabled or await screen.count(field) == 1
        public_key = await screen.read_value(field, str(labels.public_key), not enabled, is_half) if is_there else ""
        return PsaIntegration(
            kind=await self._read_kind(enabled),
            enabled=enabled,
            publicKey=public_key or None,
            privateKeySet=await self._read_private_key_set(enabled),
        )

    async def write(
        self, public_key: str, private_key: SecretStr, enabled: bool, replaces: str | None = None
    ) -> PsaIntegration:
        """Enter both halves and save. Whether the private half differs can't be seen, so it is always entered.

        Args:
            public_key: the public half.
            private_key: the private half.
            enabled: whether the integration is to be switched on.
            replaces: the public key that may be replaced, empty for none; None for any.
        """
        screen, labels, content = self._screen, self._labels, self._content
        shown = await self.read()
        if replaces is not None and (shown.publicKey or "") not in (replaces, public_key):
            raise ApiKeyChangedError("The console holds another key than the one to be replaced.")
        await self._operation.take_picture("before")
        if not shown.enabled and enabled:
            await screen.press(labels.enabled, content)
        public_field = await screen.wait_for(labels.public_key, content)
        await screen.type_text(public_field, public_key, str(labels.public_key))
        private_field = screen.find_by_label(labels.private_key, content)
        await screen.type_text(private_field, private_key.get_secret_value(), f"field '{labels.private_key}'")
        if shown.enabled and not enabled:
            await screen.press(labels.enabled, content)
        alerts = await screen.find_new_alerts(self._operation.screens.refused)
        await screen.press(labels.save, content)
        await screen.wait_for_saved(labels.saved, alerts, str(labels.save))
        saved = await self.read()
        await self._operation.take_picture("after")
        if (saved.enabled, saved.kind or "ConnectWise") != (enabled, "ConnectWise") or (
            enabled and saved.publicKey != public_key
        ):
            raise UnknownScreenError(screen.name, "it does not show what was saved")
        if enabled and not saved.privateKeySet:
            raise UnknownScreenError(screen.name, f"no '{labels.private_saved}' after a private key was saved")
        return saved

    async def delete(self) -> None:
        """Delete the integration; none being there is fine."""
        shown = await self.read()
        if shown.kind is None and not shown.enabled:
            return
        screen, labels = self._screen, self._labels
        await self._operation.take_picture("before")
        await screen.press(labels.delete, self._content)
        dialogue = await screen.wait_for(labels.confirm.dialogue)
        await screen.press(labels.confirm.yes, dialogue)
        button = screen.find(labels.delete, self._content)
        await screen.wait_until_hidden(button, f"the {labels.delete} is still there")
        remaining = await self.read()
        await self._operation.take_picture("after")
        if remaining.kind is not None or remaining.enabled:
            raise UnknownScreenError(screen.name, "the integration is still there")

    async def _read_enabled(self, switch: Locator) -> bool:
        screen, name = self._screen, str(self._labels.enabled)
        with screen.translate_errors(f"{name} can't be read"):
            state: str = await switch.evaluate(READ_SWITCH, timeout=1000 * screen.timeout)
        if state not in ("true", "false"):
            raise UnknownScreenError(screen.name, f"the {name} says neither on nor off")
        return state == "true"

    async def _read_kind(self, enabled: bool) -> Literal["ConnectWise", "Autotask"] | None:
        labels = self._labels
        if labels.kind is None:
            return "ConnectWise" if enabled else None
        shown = await self._screen.read_value(
            self._screen.find(labels.kind, self._content), str(labels.kind), fits=labels.kinds.__contains__
        )
        if shown and shown not in labels.kinds:
            raise UnknownScreenError(self._screen.name, f"the {labels.kind} shows a kind that is not known")
        return labels.kinds[shown] if shown else None

    async def _read_private_key_set(self, enabled: bool) -> bool:
        if self._labels.private_saved is None:
            return enabled
        return await self._screen.count(self._content.get_by_text(self._labels.private_saved, exact=True)) > 0
