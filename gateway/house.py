"""All consoles of one gateway, and the one browser behind them."""

from __future__ import annotations

import hmac

from gateway.browser import Chromium
from gateway.configuration import Configuration, Console
from gateway.screens.marks import ConnectWiseScreens, UmbrellaScreens
from gateway.screens.reading import connectwise_screens, umbrella_screens
from gateway.seat import Seat


class House:
    def __init__(self, whole: Configuration) -> None:
        self._whole = whole
        self.chromium = Chromium(whole.browser)
        self.connectwise: dict[str, tuple[Seat, ConnectWiseScreens]] = {}
        self.umbrella: dict[str, tuple[Seat, UmbrellaScreens]] = {}
        for name, console in whole.consoles.items():
            self.add(name, console)

    def add(self, name: str, console: Console, whole: Configuration | None = None) -> None:
        """Take a console in. Raises ConfigurationError or SourceError when it can't be served."""
        whole = whole or self._whole
        if console.kind == "connectwise":
            marks = connectwise_screens(console)
            self.connectwise[name] = (Seat(name, console, marks, self.chromium, whole), marks)
        else:
            labels = umbrella_screens(console)
            self.umbrella[name] = (Seat(name, console, labels, self.chromium, whole), labels)

    def seat(self, side: str, name: str) -> Seat | None:
        if side == "connectwise" and name in self.connectwise:
            return self.connectwise[name][0]
        return self.umbrella[name][0] if side == "umbrella" and name in self.umbrella else None

    def admits(self, path: str, authorization: str) -> bool:
        """Whether this header opens what is below this path: `/{connectwise|umbrella}/{name}/…`."""
        parts = path.split("/")
        seat = self.seat(parts[1], parts[2]) if len(parts) > 3 else None
        scheme, _, sent = authorization.partition(" ")
        expected = seat.token.get_secret_value() if seat else "\0"
        same = hmac.compare_digest(sent.strip().encode(), expected.encode())
        return seat is not None and scheme.lower() == "bearer" and same

    async def close(self) -> None:
        for seat in [*(one for one, _ in self.connectwise.values()), *(one for one, _ in self.umbrella.values())]:
            await seat.close()
        await self.chromium.close()
