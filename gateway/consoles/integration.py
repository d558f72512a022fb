"""Umbrella's PSA Integration Details: one per console."""

from __future__ import annotations

from typing import Literal

from playwright.async_api import Locator
from pydantic import SecretStr

from gateway.consoles.way import content, travel
from gateway.problems import changed, unknown_screen
from gateway.screens.marks import UmbrellaScreens
from gateway.seat import Visit
from providers.console.contract import PsaIntegration


class IntegrationScreen:
    def __init__(self, visit: Visit, screens: UmbrellaScreens, settings: str) -> None:
        self._visit = visit
        self._screen = visit.screen
        self._all = screens
        self._at = screens.integration
        self._settings = settings  # "MSP Settings" or "MSSP Settings"

    @property
    def _content(self) -> Locator:
        return content(self._visit, self._all)

    async def read(self) -> PsaIntegration:
        await travel(self._visit, self._all, self._all.settings, settings=self._settings)
        screen, at, place = self._screen, self._at, self._content
        await screen.see(at.screen, place)
        switch = await screen.see(at.enabled, place)
        enabled = await self._on(switch)
        public = screen.find(at.publicKey, place)
        there = enabled or await screen.is_there(public)  # who switched it off may hide the fields
        held = await screen.value(public, str(at.publicKey)) if there else ""
        return PsaIntegration(
            kind=await self._kind(enabled),
            enabled=enabled,
            publicKey=held or None,
            privateKeySet=await self._private(enabled),
        )

    async def write(
        self, public_key: str, private_key: SecretStr, enabled: bool, over: str | None = None
    ) -> PsaIntegration:
        """Enter both halves and save. Whether the private half differs can't be seen, so it is always entered.
        `over`: the public key that may be replaced, empty for none; None for any."""
        screen, at, place = self._screen, self._at, self._content
        now = await self.read()
        if over is not None and (now.publicKey or "") not in (over, public_key):
            raise changed()
        await self._visit.picture("before")
        if not now.enabled and enabled:
            await screen.press(at.enabled, place)
        public = await screen.see(at.publicKey, place)
        await screen.type(public, public_key, str(at.publicKey))
        private = screen.labelled(at.privateKey, place)
        await screen.type(private, private_key.get_secret_value(), f"field '{at.privateKey}'")
        if now.enabled and not enabled:
            await screen.press(at.enabled, place)
        trouble = await screen.unsaid(self._all.refused)
        await screen.press(at.save, place)
        await screen.saved(at.saved, trouble, str(at.save))
        kept = await self.read()
        await self._visit.picture("after")
        if (kept.enabled, kept.publicKey if enabled else public_key) != (enabled, public_key):
            raise unknown_screen(screen.name, "it does not show what was saved")
        if enabled and not kept.privateKeySet:
            raise unknown_screen(screen.name, f"no '{at.privateSaved}' after a private key was saved")
        return kept

    async def delete(self) -> None:
        """Gone already is done."""
        now = await self.read()
        if now.kind is None and not now.enabled:
            return
        screen, at = self._screen, self._at
        await self._visit.picture("before")
        await screen.press(at.delete, self._content)
        dialogue = await screen.see(at.confirm.dialogue)
        await screen.press(at.confirm.yes, dialogue)
        await screen.gone(screen.find(at.delete, self._content), f"the {at.delete} is still there")
        kept = await self.read()
        await self._visit.picture("after")
        if kept.kind is not None or kept.enabled:
            raise unknown_screen(screen.name, "the integration is still there")

    async def _on(self, switch: Locator) -> bool:
        said = await self._screen.attribute(switch, "aria-checked", str(self._at.enabled))
        if said not in ("true", "false"):
            raise unknown_screen(self._screen.name, f"the {self._at.enabled} says neither on nor off")
        return said == "true"

    async def _kind(self, enabled: bool) -> Literal["ConnectWise", "Autotask"] | None:
        if self._at.kind is None:
            return "ConnectWise" if enabled else None
        field = self._screen.find(self._at.kind, self._content)
        shown = await self._screen.value(field, str(self._at.kind))
        if shown and shown not in self._at.kinds:
            raise unknown_screen(self._screen.name, f"the {self._at.kind} shows a kind that is not known")
        return self._at.kinds[shown] if shown else None

    async def _private(self, enabled: bool) -> bool:
        if self._at.privateSaved is None:
            return enabled
        words = self._content.get_by_text(self._at.privateSaved, exact=True)
        return await self._screen.count(words) > 0
