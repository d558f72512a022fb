"""ConnectWise's security roles: a role's levels by module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from playwright.async_api import Locator

from gateway import lists
from gateway.consoles.way import check_address, content, open_record
from gateway.problems import refused, unknown_screen
from gateway.screens.marks import ConnectWiseScreens, Level, Mark
from gateway.seat import Visit
from providers.console.contract import RoleSetting

VERBS = ("add", "edit", "delete", "inquire")


class RoleScreen:
    """The page of one role."""

    def __init__(self, visit: Visit, screens: ConnectWiseScreens, allowed: list[str], role_id: int) -> None:
        self._visit = visit
        self._screen = visit.screen
        self._all = screens
        self._at = screens.role
        self._allowed = allowed
        self._id = role_id
        self._read: dict[str, dict[str, dict[tuple[str, str], str]]] = {}  # module -> function -> mark -> text
        self._marks = {(mark.role, mark.name) for mark in map(self._mark, VERBS)}

    async def open(self) -> None:
        """Go to the role's page, as it is saved now."""
        self._read.clear()
        rows = self._all.roleRows
        name = await open_record(
            self._visit, self._all, self._all.roles, rows, self._id, self._allowed, "security role"
        )
        self._screen.name = f"'{self._at.screen.name}'"
        place = content(self._visit, self._all)
        await self._screen.see(self._at.screen, place)
        await self._screen.settle()
        check_address(self._visit, rows.id, self._id)
        if await self._screen.value(self._screen.find(self._at.name, place), str(self._at.name)) != name:
            raise unknown_screen(self._screen.name, f"the {self._at.name} does not hold the role's name")

    async def unfold(self, modules: Iterable[str]) -> None:
        """Open several modules; their rows are asked for one after the other and waited for together."""
        screen, place, opened = self._screen, content(self._visit, self._all), False
        for name in modules:
            if name in self._read or await screen.is_there(self._body(name)):
                continue
            opener = self._at.opener.of(module=name)
            if not await screen.is_there(screen.find(opener, place)):
                raise refused(f"There is no module '{name}' on the screen.")
            await self._press(screen.find(opener, place), str(opener))
            await screen.until(self._body(name), what=f"no {self._at.module.of(module=name)}")
            opened = True
        if opened:
            await screen.settle()

    async def row(self, module: str, function: str) -> Locator:
        await self.unfold([module])
        header = self._screen.find(self._at.function.of(function=function))
        return self._body(module).get_by_role("row").filter(has=header)

    async def levels(self, module: str, function: str) -> dict[str, Level | None]:
        """The four levels; None where the row has no such list."""
        await self.unfold([module])
        if module not in self._read:
            what = str(self._at.module.of(module=module))
            self._read[module] = await lists.table_of(self._screen, self._body(module), what)
        row = self._read[module].get(self._at.function.of(function=function).name)
        if row is None:
            raise refused(f"There is no module function '{module} / {function}' on the screen.")
        return {verb: self._level(row, self._mark(verb)) for verb in VERBS}

    async def choose(self, module: str, function: str, verb: str, level: Level) -> None:
        screen, mark, shown = self._screen, self._mark(verb), self._at.values[level]
        box = screen.find(mark, await self.row(module, function))
        await self._press(box, str(mark))
        choices = screen.find(self._at.choices)
        option = screen.find(self._at.choice.of(level=shown), choices)
        if await screen.until(option, choices, what=f"no list behind the {mark}") == 1:
            raise refused(f"{module} / {function} does not take {level} as its {verb} level.")
        await self._press(option, str(self._at.choice.of(level=shown)))
        chosen = box.filter(has_text=re.compile(f"^{re.escape(shown)}$"))
        await screen.until(chosen, what=f"the {mark} does not become {shown}")

    async def save(self) -> None:
        screen = self._screen
        trouble = await screen.unsaid(self._all.refused)
        await screen.press(self._at.save, content(self._visit, self._all))
        await screen.saved(self._at.saved, trouble, str(self._at.save))

    def check_known(self, verb: str) -> None:
        """A level that no row of the opened modules has is called otherwise there, not lacking."""
        mark = self._mark(verb)
        if not any((mark.role, mark.name) in row for rows in self._read.values() for row in rows.values()):
            raise unknown_screen(self._screen.name, f"no {mark} in any row")

    async def _press(self, found: Locator, what: str) -> None:
        await (self._screen.enter if self._at.by == "keyboard" else self._screen.click)(found, what)

    def _body(self, module: str) -> Locator:
        return self._screen.find(self._at.module.of(module=module), content(self._visit, self._all))

    def _mark(self, verb: str) -> Mark:
        return cast(Mark, getattr(self._at.levels, verb))

    def _level(self, row: dict[tuple[str, str], str], mark: Mark) -> Level | None:
        shown = row.get((mark.role, mark.name))
        for level, word in self._at.values.items():
            if word == shown:
                return level
        if shown is None:
            if any(one not in self._marks and one[0] == mark.role for one in row):
                raise unknown_screen(self._screen.name, f"no {mark}, but one of another name in its row")
            return None
        raise unknown_screen(self._screen.name, f"the {mark} shows a word that is no level")


async def set_levels(page: RoleScreen, visit: Visit, wanted: Sequence[RoleSetting]) -> list[RoleSetting]:
    """Set the rows named, leave the others; the rows as they are now."""
    modules = dict.fromkeys(setting.moduleName for setting in wanted)
    await page.open()
    await page.unfold(modules)
    changes = [change for setting in wanted for change in await _changes(page, setting)]
    if not changes:
        return [await _as_shown(page, setting) for setting in wanted]
    await visit.picture("before")
    for setting, verb, level in changes:
        await page.choose(setting.moduleName, setting.moduleFunctionName, verb, level)
    await page.save()
    await page.open()
    await page.unfold(modules)
    kept = [await _as_shown(page, setting) for setting in wanted]
    await visit.picture("after")
    for setting, now_set in zip(wanted, kept, strict=True):
        _check_kept(visit, setting, now_set)
    return kept


async def _changes(page: RoleScreen, setting: RoleSetting) -> list[tuple[RoleSetting, str, Level]]:
    """Which of a row's levels are to be chosen anew."""
    now, found = (
        await page.levels(setting.moduleName, setting.moduleFunctionName),
        list[tuple[RoleSetting, str, Level]](),
    )
    for verb in VERBS:
        level: Level | None = getattr(setting, f"{verb}Level")
        if level is None:
            continue
        page.check_known(verb)
        if level == (now[verb] or "None"):
            continue
        if now[verb] is None:
            raise refused(f"{setting.moduleName} / {setting.moduleFunctionName} has no {verb} level.")
        found.append((setting, verb, level))
    return found


async def _as_shown(page: RoleScreen, setting: RoleSetting) -> RoleSetting:
    now = await page.levels(setting.moduleName, setting.moduleFunctionName)
    return RoleSetting(
        moduleName=setting.moduleName,
        moduleFunctionName=setting.moduleFunctionName,
        addLevel=now["add"],
        editLevel=now["edit"],
        deleteLevel=now["delete"],
        inquireLevel=now["inquire"],
    )


def _check_kept(visit: Visit, wanted: RoleSetting, now: RoleSetting) -> None:
    for verb in VERBS:
        asked, shown = getattr(wanted, f"{verb}Level"), getattr(now, f"{verb}Level")
        if asked is not None and asked != (shown or "None"):
            function = f"{wanted.moduleName} / {wanted.moduleFunctionName}"
            raise unknown_screen(visit.screen.name, f"{function} shows {verb} {shown} after {asked} was saved")
