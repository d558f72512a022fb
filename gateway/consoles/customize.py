"""The "customize" dialogue of a role's row: what of a module function the role may use."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.browser.dom_tables import read_options
from gateway.consoles.operation import Operation
from gateway.consoles.roles import RolePage
from gateway.errors import RefusedError, UnknownScreenError
from gateway.screens.element import Element
from gateway.screens.schema import ConnectWiseScreens
from providers.console.contract import Customize
from providers.console.customize import TABLE_SETUP, find_function, name_list


def parse_function(name: str) -> str:
    """Find the function that the contract calls so; refuse one that has no customize list."""
    function = find_function(name)
    if function is None:
        raise RefusedError(f"'{name}' is no function that has a customize list: Table Setup, '<module> / <function>'.")
    return function


class CustomizeDialogue:
    """The dialogue of one function of one role."""

    def __init__(self, operation: Operation[ConnectWiseScreens], role_id: int, function: str) -> None:
        self._operation = operation
        self._name = name_list(function)
        self._screen = operation.screen
        self._labels = operation.screens.tables
        # Table Setup's row has labels of its own; others are looked for by the names that the caller gives.
        module, _, row = function.partition(" / ")
        own = (self._labels.module, self._labels.function)
        self._place = own if function == TABLE_SETUP else (module, row)
        self._dialogue = self._screen.find(self._labels.dialogue)
        self._role = RolePage(operation, role_id)

    async def read(self) -> Customize:
        """Read what the role may use."""
        await self._open()
        allowed = await self._read_labels(self._labels.allowed)
        await self._cancel()
        return Customize(function=self._name, allow=allowed)

    async def replace(self, allow: Sequence[str]) -> Customize:
        """Move what differs from list to list, one label at a time, and save."""
        labels, wanted = self._labels, set(allow)
        await self._open()
        allowed = set(await self._read_labels(labels.allowed))
        denied = set(await self._read_labels(labels.denied))
        for label in allow:
            if label not in allowed | denied:
                what = "table" if self._name == name_list(TABLE_SETUP) else "item"
                raise RefusedError(f"There is no {what} '{label}' in {self._name}.")
        if allowed != wanted:
            await self._operation.take_picture("before")
            for label in sorted(wanted - allowed):
                await self._move(label, labels.denied, labels.allow, labels.allowed)
            for label in sorted(allowed - wanted):
                await self._move(label, labels.allowed, labels.deny, labels.denied)
            if set(await self._read_labels(labels.allowed)) != wanted:
                # An arrow that moves more than what was chosen, or the other way: nothing of it may be saved.
                await self._cancel()
                difference = "the list shows other items than were moved; nothing was saved"
                raise UnknownScreenError(self._screen.name, difference)
            await self._save()
            await self._open()
            await self._operation.take_picture("after")
        saved = await self._read_labels(labels.allowed)
        await self._cancel()
        if set(saved) != wanted:
            raise UnknownScreenError(self._screen.name, "the list shows other items than were saved")
        return Customize(function=self._name, allow=saved)

    async def _open(self) -> None:
        """Open the dialogue from the role's page, as it is saved now."""
        await self._role.open()
        row = await self._role.find_row(*self._place)
        await self._screen.press(self._operation.screens.role.customize, row)
        await self._screen.wait_for(self._labels.dialogue)
        self._screen.name = f"'{self._labels.dialogue.name}'"
        await self._screen.wait_until_stable()

    async def _save(self) -> None:
        """Save the dialogue, and then the role."""
        alerts = await self._screen.find_new_alerts(self._operation.screens.refused, self._dialogue)
        await self._screen.press(self._labels.save, self._dialogue)
        await self._screen.wait_until_closed(self._dialogue, alerts, str(self._labels.save))
        await self._role.save()

    async def _cancel(self) -> None:
        await self._screen.press(self._labels.cancel, self._dialogue)
        await self._screen.wait_until_hidden(self._dialogue, "the dialogue does not close")

    async def _read_labels(self, element: Element) -> list[str]:
        listbox = await self._screen.wait_for(element, self._dialogue)
        return await read_options(self._screen, listbox, str(element))

    async def _move(self, label: str, source: Element, arrow: Element, target: Element) -> None:
        option = self._labels.table.fill(table=label)
        await self._screen.press(option, self._screen.find(source, self._dialogue))
        await self._screen.press(arrow, self._dialogue)
        await self._screen.wait_for(option, self._screen.find(target, self._dialogue))
