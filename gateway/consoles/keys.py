"""ConnectWise's API keys: a member's list, a new pair, inactive, deleted.

From the Save of a new pair until its page is left there is no picture, and failures give labels only: `hush` and
`speak` mark that stretch, and `Screen` lets none of the browser's words out anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.async_api import Locator

from gateway import lists
from gateway.consoles.way import check_address, content, open_record
from gateway.idempotency import Record
from gateway.problems import GatewayProblem, not_found, outcome_unknown, refused, unknown_screen
from gateway.screens.marks import ConnectWiseScreens
from gateway.seat import Visit
from providers.console.contract import Key

_GRACE = 2.0  # seconds that a new key may come later than an alert which is none of its own


@dataclass(frozen=True)
class Pair:
    """A new key. The private half is kept out of every `repr`."""

    id: str
    description: str
    public: str
    private: str = field(repr=False)


class KeyScreens:
    """The keys of one API member."""

    def __init__(
        self,
        visit: Visit,
        screens: ConnectWiseScreens,
        allowed: list[str],
        member_id: int,
        forget: Callable[[str], None],
    ) -> None:
        self._visit = visit
        self._screen = visit.screen
        self._all = screens
        self._at = screens.keys
        self._allowed = allowed
        self._member = member_id
        self._forget = forget  # the private half of the key with this id
        self._links: dict[str, str] = {}  # a key's id -> where its row leads

    @property
    def _content(self) -> Locator:
        return content(self._visit, self._all)

    async def open(self) -> list[Key]:
        """Go to the member's list of keys and read it."""
        rows = self._all.memberRows
        await open_record(self._visit, self._all, self._all.members, rows, self._member, self._allowed, "API member")
        self._screen.name = "of the API member"
        tab = await self._screen.see(self._at.tab, self._content)
        check_address(self._visit, rows.id, self._member)
        await self._screen.click(tab, str(self._at.tab))
        return await self._list()

    async def mint(self, description: str, record: Record) -> Pair:
        """Make a pair. From its Save on the operation is never repeated, whatever comes of it."""
        screen, visit = self._screen, self._visit
        if not description.strip():
            raise refused("Description is required.")
        before = await self.open()
        await screen.press(self._at.new, self._content)
        await screen.see(self._at.description, self._content)
        await screen.settle()
        screen.name = "of a new key"
        await screen.type(screen.find(self._at.description, self._content), description, str(self._at.description))
        await visit.picture("before")
        visit.evidence.hush()
        try:
            pair = await self._made(description, record, before)
            await screen.press(self._at.tab, self._content)
            keys = await self._list()
        except BaseException:
            await screen.leave()
            raise
        visit.evidence.speak()
        await visit.picture("after")
        if not any((key.id, key.publicKey) == (pair.id, pair.public) for key in keys):
            raise unknown_screen(screen.name, "the new key is not on the list")
        return pair

    async def set_inactive(self, key_id: str, inactive: bool) -> Key:
        key = await self._one(key_id)
        if key.inactive == inactive:
            return key
        await self._open_key(key)
        await self._visit.picture("before")
        await self._screen.tick(self._screen.find(self._at.inactive, self._content), inactive, str(self._at.inactive))
        trouble = await self._screen.unsaid(self._all.refused)
        self._forget(key_id)  # before, for the Save may take effect and its success line never come
        await self._screen.press(self._at.save, self._content)
        await self._screen.saved(self._at.saved, trouble, str(self._at.save))
        kept = await self._one(key_id)
        await self._visit.picture("after")
        if kept.inactive != inactive:
            raise unknown_screen(self._screen.name, f"the key {key_id} is not as it was saved")
        return kept

    async def delete(self, key_id: str) -> None:
        """Gone already is done."""
        key = next((one for one in await self.open() if one.id == key_id), None)
        if key is None:
            return
        await self._open_key(key)
        await self._visit.picture("before")
        await self._screen.press(self._at.delete, self._content)
        dialogue = await self._screen.see(self._at.confirm.dialogue)
        self._forget(key_id)
        await self._screen.press(self._at.confirm.yes, dialogue)
        await self._screen.until(
            self._screen.find(self._at.table, self._content), what=f"no {self._at.table} after the {self._at.delete}"
        )
        left = await self.open()
        await self._visit.picture("after")
        if any(one.id == key_id for one in left):
            raise unknown_screen(self._screen.name, f"the key {key_id} is still there")

    async def _made(self, description: str, record: Record, before: list[Key]) -> Pair:
        screen, place = self._screen, self._content
        save = await screen.see(self._at.save, place)
        trouble = await screen.unsaid(self._all.refused)
        record.acting = True
        await screen.click(save, str(self._at.save))
        private = screen.find(self._at.privateKey, place)
        try:
            what = f"no {self._at.privateKey} after the {self._at.save}; a key may have been made"
            await screen.answer(private, trouble, what)
        except GatewayProblem as problem:
            if problem.status != 422:
                raise unknown_screen(screen.name, what) from None
            if not await screen.turns_up(private, _GRACE):
                await self._check_none_was_made(before)
                raise
        await screen.settle()
        shown = screen.find(self._at.publicKey, place)
        number = screen.number(self._at.id, screen.address)
        if number is None:
            raise unknown_screen(screen.name, "its address does not hold the new key's id")
        return Pair(
            number,
            description,
            await screen.value(shown, str(self._at.publicKey)),
            await screen.value(private, str(self._at.privateKey)),
        )

    async def _check_none_was_made(self, before: list[Key]) -> None:
        """An alert after the Save need not be its refusal: a mint that took place is never told as refused."""
        try:
            await self._screen.go(self._visit.home)  # for a form that is not saved may hold on to its page
            keys = await self.open()
        except GatewayProblem as problem:
            raise outcome_unknown(problem) from None
        if {key.id for key in keys} - {key.id for key in before}:
            raise outcome_unknown()

    async def _list(self) -> list[Key]:
        screen, at = self._screen, self._at
        table = await screen.see(at.table, self._content)
        screen.name = f"'{at.table.name}'"
        await screen.settle()
        await lists.whole(screen, self._content, self._all.more)
        keys, self._links = list[Key](), {}
        for row in await lists.rows(screen, table, at.columns.values(), str(at.table)):
            texts, number = row["texts"], screen.number(at.id, row["link"])
            if number is None:
                raise unknown_screen(screen.name, "a row's link does not hold the key's id")
            inactive = texts[at.columns["inactive"]]
            if inactive not in (at.yes, at.no):
                what = f"column '{at.columns['inactive']}' says neither '{at.yes}' nor '{at.no}'"
                raise unknown_screen(screen.name, what)
            self._links[number] = row["link"]
            keys.append(
                Key(
                    id=number,
                    description=texts[at.columns["description"]],
                    publicKey=texts[at.columns["publicKey"]],
                    inactive=inactive == at.yes,
                )
            )
        return keys

    async def _one(self, key_id: str) -> Key:
        key = next((one for one in await self.open() if one.id == key_id), None)
        if key is None:
            raise not_found(f"API key {key_id}")
        return key

    async def _open_key(self, key: Key) -> None:
        """Descriptions may repeat: of the rows so called the one whose link holds the id."""
        row = self._at.row.of(description=key.description)
        await self._screen.press_link(row, self._links[key.id], self._content)
        self._screen.name = f"of the key {key.id}"
        public = await self._screen.see(self._at.publicKey, self._content)
        await self._screen.settle()
        check_address(self._visit, self._at.id, key.id)
        if await self._screen.value(public, str(self._at.publicKey)) != key.publicKey:
            raise unknown_screen(self._screen.name, f"the {self._at.publicKey} is another one than on the list")
