"""Whose console it is: what the screen shows, against what the configuration says."""

from __future__ import annotations

from gateway.configuration import Console
from gateway.problems import GatewayProblem, unknown_screen
from gateway.screen import Screen
from gateway.screens.marks import Identity


async def shown(screen: Screen, at: Identity) -> str:
    """The id that the signed-in console shows."""
    screen.name = "of the console's frame"
    if at.mark is None:
        found = screen.number(at.pattern, screen.address)
    else:
        found = screen.number(at.pattern, await screen.text(await screen.see(at.mark), str(at.mark)))
    if found is None:
        where = f"the {at.mark}" if at.mark else "its address"
        raise unknown_screen(screen.name, f"{where} shows no id (identity.pattern)")
    return found


async def check(screen: Screen, at: Identity | None, console: Console, name: str) -> None:
    """Another company's console is nobody's to read or change; only a person can sign in elsewhere."""
    if at is None:
        return
    found = await shown(screen, at)
    if found.casefold() != console.identity.casefold():
        what = "company" if console.kind == "connectwise" else "console"
        message = (
            f"The console shows the {what} '{found}', not '{console.identity}': sign in to that one with "
            f"`python -m gateway login {name}`, or mend the gateway's configuration."
        )
        raise GatewayProblem(423, "person_needed", message, retryable=True)
