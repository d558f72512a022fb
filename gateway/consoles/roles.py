"""ConnectWise's security roles: a role's levels by module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from playwright.async_api import Locator

from gateway.browser.dom_tables import Table, read_table
from gateway.consoles.navigation import check_address, open_record
from gateway.consoles.operation import Operation
from gateway.errors import RefusedError, UnknownScreenError
from gateway.screens.element import Element
from gateway.screens.schema import ConnectWiseScreens, Level
from providers.console.contract import RoleSetting

_VERBS = ("add", "edit", "delete", "inquire")


class RolePage:
    """The page of one role."""

    def __init__(self, operation: Operation[ConnectWiseScreens], role_id: int) -> None:
        self._operation = operation
        self._screen = operation.screen
        self._content = operation.content
        self._labels = operation.screens.role
        self._id = role_id
        self._tables: dict[str, Table] = {}  # of the modules that were read
        self._level_keys = {(element.role, element.name) for element in map(self._get_level_element, _VERBS)}

    async def open(self) -> None:
        """Go to the role's page, as it is saved now."""
        self._tables.clear()
        screens, allowed = self._operation.screens, self._operation.console.allow.roles
        rows = screens.role_rows
        name = await open_record(self._operation, screens.roles, rows, self._id, allowed, "security role")
        self._screen.name = f"'{self._labels.screen.name}'"
        await self._screen.wait_for(self._labels.screen, self._content)
        await self._screen.wait_until_stable()
        check_address(self._screen, rows.id, self._id)
        field = self._screen.find(self._labels.name, self._content)
        if await self._screen.read_value(field, str(self._labels.name), fits=name.__eq__) != name:
            raise UnknownScreenError(self._screen.name, f"the {self._labels.name} does not hold the role's name")

    async def set_levels(self, settings: Sequence[RoleSetting]) -> list[RoleSetting]:
        """Set the rows named, leave the others; return the rows as they are now."""
        modules = dict.fromkeys(setting.moduleName for setting in settings)
        await self.open()
        await self._unfold(modules)
        changes = [change for setting in settings for change in await self._find_changes(setting)]
        if not changes:
            return [await self._read_setting(setting) for setting in settings]
        await self._operation.take_picture("before")
        for setting, verb, level in changes:
            await self._choose(setting, verb, level)
        await self.save()
        await self.open()
        await self._unfold(modules)
        saved = [await self._read_setting(setting) for setting in settings]
        await self._operation.take_picture("after")
        for wanted, shown in zip(settings, saved, strict=True):
            self._check_saved(wanted, shown)
        return saved

    async def find_row(self, module: str, function: str) -> Locator:
        """Open a function's module and point at the function's row."""
        await self._unfold([module])
        header = self._screen.find(self._labels.function.fill(function=function))
        return self._find_module(module).get_by_role("row").filter(has=header)

    async def save(self) -> None:
        """Save the role and wait for the line that says so."""
        alerts = await self._screen.find_new_alerts(self._operation.screens.refused)
        await self._screen.press(self._labels.save, self._content)
        await self._screen.wait_for_saved(self._labels.saved, alerts, str(self._labels.save))

    async def _unfold(self, modules: Iterable[str]) -> None:
        """Open several modules; their rows are asked for one after the other and waited for together."""
        screen, has_opened = self._screen, False
        for name in modules:
            if name in self._tables or await screen.is_visible(self._find_module(name)):
                continue
            element = self._labels.opener.fill(module=name)
            opener = screen.find(element, self._content)
            if not await screen.is_visible(opener):
                raise RefusedError(f"There is no module '{name}' on the screen.")
            await self._press(opener, str(element))
            await screen.wait_for_any(self._find_module(name), missing=f"no {self._labels.module.fill(module=name)}")
            has_opened = True
        if has_opened:
            await screen.wait_until_stable()

    async def _read_levels(self, setting: RoleSetting) -> dict[str, Level | None]:
        """Read the four levels; None where the row has no such list."""
        module, function = setting.moduleName, setting.moduleFunctionName
        await self._unfold([module])
        if module not in self._tables:
            name = str(self._labels.module.fill(module=module))
            self._tables[module] = await read_table(self._screen, self._find_module(module), name)
        row = self._tables[module].get(self._labels.function.fill(function=function).name)
        if row is None:
            raise RefusedError(f"There is no module function '{module} / {function}' on the screen.")
        return {verb: self._parse_level(row, self._get_level_element(verb)) for verb in _VERBS}

    async def _read_setting(self, setting: RoleSetting) -> RoleSetting:
        levels = await self._read_levels(setting)
        return RoleSetting(
            moduleName=setting.moduleName,
            moduleFunctionName=setting.moduleFunctionName,
            addLevel=levels["add"],
            editLevel=levels["edit"],
            deleteLevel=levels["delete"],
            inquireLevel=levels["inquire"],
        )

    async def _find_changes(self, setting: RoleSetting) -> list[tuple[RoleSetting, str, Level]]:
        """Find which of a row's levels must be chosen."""
        shown, changes = await self._read_levels(setting), list[tuple[RoleSetting, str, Level]]()
        for verb in _VERBS:
            level: Level | None = getattr(setting, f"{verb}Level")
            if level is None:
                continue
            self._check_known(verb)
            if level == (shown[verb] or "None"):
                continue
            if shown[verb] is None:
                raise RefusedError(f"{_describe(setting)} has no {verb} level.")
            changes.append((setting, verb, level))
        return changes

    async def _choose(self, setting: RoleSetting, verb: str, level: Level) -> None:
        screen, element, word = self._screen, self._get_level_element(verb), self._labels.values[level]
        row = await self.find_row(setting.moduleName, setting.moduleFunctionName)
        combobox, refusal = (
            screen.find(element, row),
            f"{_describe(setting)} does not take {level} as its {verb} level.",
        )
        chosen_natively = await screen.choose(combobox, word, str(element))
        if chosen_natively:
            return
        if chosen_natively is False:
            raise RefusedError(refusal)
        await self._press(combobox, str(element))
        choices, choice = screen.find(self._labels.choices), self._labels.choice.fill(level=word)
        option = screen.find(choice, choices)
        if await screen.wait_for_any(option, choices, missing=f"no list behind the {element}") == 1:
            raise RefusedError(refusal)
        await self._press(option, str(choice))
        chosen = combobox.filter(has_text=re.compile(f"^{re.escape(word)}$"))
        await screen.wait_for_any(chosen, missing=f"the {element} does not become {word}")

    def _check_known(self, verb: str) -> None:
        """Refuse a level that no row of the opened modules has: it has another label there, and is not lacking."""
        element = self._get_level_element(verb)
        if not any((element.role, element.name) in row for table in self._tables.values() for row in table.values()):
            raise UnknownScreenError(self._screen.name, f"no {element} in any row")

    def _check_saved(self, wanted: RoleSetting, shown: RoleSetting) -> None:
        for verb in _VERBS:
            expected, level = getattr(wanted, f"{verb}Level"), getattr(shown, f"{verb}Level")
            if expected is not None and expected != (level or "None"):
                difference = f"{_describe(wanted)} shows {verb} {level} after {expected} was saved"
                raise UnknownScreenError(self._screen.name, difference)

    async def _press(self, locator: Locator, name: str) -> None:
        await (self._screen.press_enter if self._labels.by == "keyboard" else self._screen.click)(locator, name)

    def _find_module(self, module: str) -> Locator:
        return self._screen.find(self._labels.module.fill(module=module), self._content)

    def _get_level_element(self, verb: str) -> Element:
        return cast(Element, getattr(self._labels.levels, verb))

    def _parse_level(self, row: dict[tuple[str, str], str], element: Element) -> Level | None:
        shown = row.get((element.role, element.name))
        for level, word in self._labels.values.items():
            if word == shown:
                return level
        if shown is not None:
            raise UnknownScreenError(self._screen.name, f"the {element} shows a word that is no level")
        if any(key not in self._level_keys and key[0] == element.role for key in row):
            raise UnknownScreenError(self._screen.name, f"no {element}, but one of another name in its row")
        return None


def _describe(setting: RoleSetting) -> str:
    return f"{setting.moduleName} / {setting.moduleFunctionName}"
