"""All consoles of one gateway, and the one browser behind them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from gateway.browser.chromium import Chromium
from gateway.configuration import Configuration, ConsoleSettings
from gateway.consoles.session import ConsoleSession
from gateway.credentials import CredentialError, find_flaw
from gateway.screens.loading import load_connectwise_screens, load_umbrella_screens
from gateway.screens.schema import ConnectWiseScreens, Screens, UmbrellaScreens


class Consoles:
    """A session for each console, by side and name.

    Raises:
        ConfigurationError, CredentialError: a console can't be served.
    """

    def __init__(self, configuration: Configuration) -> None:
        self.chromium = Chromium(configuration.browser)
        self.connectwise: dict[str, ConsoleSession[ConnectWiseScreens]] = {}
        self.umbrella: dict[str, ConsoleSession[UmbrellaScreens]] = {}
        for name, console in configuration.consoles.items():
            self.add(name, console, configuration)

    def add(self, name: str, console: ConsoleSettings, configuration: Configuration) -> None:
        """Serve one more console.

        Raises:
            ConfigurationError, CredentialError: it can't be served, or its token is weak, malformed or another's.
        """
        for source in console.sources:
            if source.command is None:  # a command may ask somebody, so it is run when it is needed
                source.read()
        token = console.token.read()
        flaw = find_flaw(token.get_secret_value())
        if flaw:
            raise CredentialError(f"consoles.{name}.token: what {console.token.name} gives {flaw}")
        sharing = [other for other in (*self.connectwise.values(), *self.umbrella.values()) if other.token == token]
        if sharing:
            raise CredentialError(
                f"consoles.{name}.token: it is that of {sharing[0].name} as well; each console needs a token of its own"
            )
        if console.kind == "connectwise":
            client = load_connectwise_screens(console)
            self.connectwise[name] = ConsoleSession(name, console, client, self.chromium, configuration, token)
        else:
            dashboard = load_umbrella_screens(console)
            self.umbrella[name] = ConsoleSession(name, console, dashboard, self.chromium, configuration, token)

    def find(self, side: str, name: str) -> ConsoleSession[Screens] | None:
        """Return the console of this side and name, if there is one."""
        sides: dict[str, Mapping[str, ConsoleSession[Screens]]]
        sides = {"connectwise": self.connectwise, "umbrella": self.umbrella}
        return sides.get(side, {}).get(name)

    def authorize(self, path: str, authorization: str) -> bool:
        """Say whether this header opens what is below this path: `/{connectwise|umbrella}/{name}/…`."""
        parts = path.split("/")
        session = self.find(parts[1], parts[2]) if len(parts) > 3 else None
        scheme, _, token = authorization.partition(" ")
        expected = session.token.get_secret_value() if session else "\0"
        is_equal = hmac.compare_digest(token.strip().encode(), expected.encode())
        return session is not None and scheme.lower() == "bearer" and is_equal

    async def close(self) -> None:
        """Close every console's page, and the browser."""
        for session in [*self.connectwise.values(), *self.umbrella.values()]:
            await session.close()
        await self.chromium.close()
