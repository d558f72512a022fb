"""Whose console it is: what the screen shows, against what the configuration says."""

from __future__ import annotations

from gateway.browser.screen import Screen
from gateway.configuration import ConsoleSettings
from gateway.errors import PersonNeededError, UnknownScreenError
from gateway.screens.element import match_id
from gateway.screens.schema import IdentityPattern
from providers.console.contract import clean_text


async def read_identity(screen: Screen, identity: IdentityPattern) -> str:
    """Read the id that the signed-in console shows."""
    screen.name = "of the console's frame"
    if identity.element is None:
        text, place = screen.address, "its address"
    else:
        place = f"the {identity.element}"
        text = await screen.read_text(await screen.wait_for(identity.element), str(identity.element))
    shown = match_id(identity.pattern, text)
    if shown is None:
        raise UnknownScreenError(screen.name, f"{place} shows no id (identity.pattern)")
    return shown


async def check_identity(
    screen: Screen, identity: IdentityPattern | None, console: ConsoleSettings, login_command: str
) -> None:
    """Refuse another company's console: it is neither read nor changed; only a person can sign in elsewhere."""
    if identity is None:
        return
    shown = await read_identity(screen, identity)
    if shown.casefold() != console.identity.casefold():
        shown = clean_text(shown)
        kind = "company" if console.kind == "connectwise" else "console"
        raise PersonNeededError(
            f"The console shows the {kind} '{shown}', not '{console.identity}': sign in to that one with "
            f"`{login_command}`, or correct the gateway's configuration."
        )
