"""ConnectWise's API keys: a member's list, a new pair, inactive, deleted.

From the Save of a new pair until its page is left there is no picture, and failures give labels only: the evidence is
paused for that stretch, and `Screen` lets none of the browser's messages out anyway.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.browser.dom_tables import read_rows, require_whole_list
from gateway.consoles.navigation import check_address, open_record
from gateway.consoles.operation import Operation, is_half
from gateway.errors import GatewayError, NotFoundError, OutcomeUnknownError, RefusedError, UnknownScreenError
from gateway.idempotency import IdempotencyRecord
from gateway.screens.element import match_id
from gateway.screens.schema import ConnectWiseScreens
from providers.console.contract import Key

_GRACE = 2.0  # seconds that a new key may come later than an alert which is none of its own


class NewKey(BaseModel):
    """The only answer that shows a private half; it is kept for the repeats of one operation, for ten minutes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    id: str
    description: str
    public_key: str
    private_key: str = Field(repr=False)
    created_at: None = None


class ApiKeysPage:
    """The keys of one API member."""

    def __init__(self, operation: Operation[ConnectWiseScreens], member_id: int) -> None:
        self._operation = operation
        self._screen = operation.screen
        self._content = operation.content
        self._labels = operation.screens.keys
        self._member = member_id
        self._links: dict[str, str] = {}  # a key's id -> where its row leads

    async def open(self) -> list[Key]:
        """Go to the member's list of keys and read it."""
        screens, allowed = self._operation.screens, self._operation.console.allow.members
        rows = screens.member_rows
        await open_record(self._operation, screens.members, rows, self._member, allowed, "API member")
        self._screen.name = "of the API member"
        tab = await self._screen.wait_for(self._labels.tab, self._content)
        check_address(self._screen, rows.id, self._member)
        await self._screen.click(tab, str(self._labels.tab))
        return await self._read_list()

    async def mint(self, description: str, record: IdempotencyRecord) -> NewKey:
        """Make a pair. From its Save on the operation is never repeated, whatever its outcome.

        Returns:
            The pair, with the description that the console keeps: a console may cut or change what was typed.
        """
        screen, labels, evidence = self._screen, self._labels, self._operation.evidence
        if not description.strip():
            raise RefusedError("Description is required.")
        before = await self.open()
        await screen.press(labels.new, self._content)
        field = await screen.wait_for(labels.description, self._content)
        await screen.wait_until_stable()
        screen.name = "of a new key"
        await screen.type_text(field, description, str(labels.description))
        await self._operation.take_picture("before")
        evidence.pause()
        try:
            new_key = await self._save_new(record, before)
            await screen.press(labels.tab, self._content)
            keys = await self._read_list()
        except BaseException:
            await screen.leave()
            raise
        evidence.resume()
        await self._operation.take_picture("after")
        kept = [key.description for key in keys if (key.id, key.publicKey) == (new_key.id, new_key.public_key)]
        if not kept:
            raise UnknownScreenError(screen.name, "the new key is not on the list")
        if kept[0].split() == new_key.description.split():
            return new_key  # a list shows several blanks as one
        return new_key.model_copy(update={"description": kept[0]})

    async def set_inactive(self, key_id: str, inactive: bool) -> Key:
        """Switch a key off or on, and read it back from the list."""
        screen, labels = self._screen, self._labels
        key = await self._find_key(key_id)
        if key.inactive == inactive:
            self._operation.records.forget_key(key_id)
            return key
        await self._open_key(key)
        await self._operation.take_picture("before")
        await screen.set_checked(screen.find(labels.inactive, self._content), inactive, str(labels.inactive))
        alerts = await screen.find_new_alerts(self._operation.screens.refused)
        # Before it, for the Save may take effect and its success line never come.
        self._operation.records.forget_key(key_id)
        await screen.press(labels.save, self._content)
        await screen.wait_for_saved(labels.saved, alerts, str(labels.save))
        saved = await self._find_key(key_id)
        await self._operation.take_picture("after")
        if saved.inactive != inactive:
            raise UnknownScreenError(screen.name, f"the key {key_id} is not as it was saved")
        return saved

    async def delete(self, key_id: str) -> None:
        """Delete a key; one that is gone already is fine."""
        screen, labels = self._screen, self._labels
        key = next((key for key in await self.open() if key.id == key_id), None)
        if key is None:
            self._operation.records.forget_key(key_id)
            return
        await self._open_key(key)
        await self._operation.take_picture("before")
        await screen.press(labels.delete, self._content)
        dialogue = await screen.wait_for(labels.confirm.dialogue)
        self._operation.records.forget_key(key_id)
        await screen.press(labels.confirm.yes, dialogue)
        table = screen.find(labels.table, self._content)
        await screen.wait_for_any(table, missing=f"no {labels.table} after the {labels.delete}")
        remaining = await self.open()
        await self._operation.take_picture("after")
        if any(key.id == key_id for key in remaining):
            raise UnknownScreenError(screen.name, f"the key {key_id} is still there")

    async def _save_new(self, record: IdempotencyRecord, before: list[Key]) -> NewKey:
        screen, labels = self._screen, self._labels
        save = await screen.wait_for(labels.save, self._content)
        alerts = await screen.find_new_alerts(self._operation.screens.refused)
        record.irreversible = True
        await screen.click(save, str(labels.save))
        private_key = screen.find(labels.private_key, self._content)
        missing = f"no {labels.private_key} after the {labels.save}; a key may have been made"
        try:
            await screen.wait_for_answer(private_key, alerts, missing)
        except RefusedError:
            if not await screen.appears_within(private_key, _GRACE):
                await self._check_none_was_made(before)
                raise
        except GatewayError:
            raise UnknownScreenError(screen.name, missing) from None
        await screen.wait_until_stable()
        public_key = screen.find(labels.public_key, self._content)
        key_id = match_id(labels.id, screen.address)
        if key_id is None:
            raise UnknownScreenError(screen.name, "its address does not hold the new key's id")
        description = screen.find(labels.description, self._content)
        is_shown = await screen.is_visible(description)
        return NewKey(
            id=key_id,
            description=await screen.read_value(description, str(labels.description)) if is_shown else "",
            public_key=await screen.read_value(public_key, str(labels.public_key), fits=is_half),
            private_key=await screen.read_value(private_key, str(labels.private_key)),
        )

    async def _check_none_was_made(self, before: list[Key]) -> None:
        """Hold an alert after the Save against the list: a mint that took place is never reported as refused."""
        try:
            # Load it first, for a form that is not saved may hold on to its page.
            await self._screen.load(self._operation.console.address)
            keys = await self.open()
        except GatewayError as error:
            raise OutcomeUnknownError(error) from None
        if {key.id for key in keys} - {key.id for key in before}:
            raise OutcomeUnknownError

    async def _read_list(self) -> list[Key]:
        screen, labels, columns = self._screen, self._labels, self._labels.columns
        table = await screen.wait_for(labels.table, self._content)
        screen.name = f"'{labels.table.name}'"
        await screen.wait_until_stable()
        await require_whole_list(screen, self._content, self._operation.screens.more)
        keys, self._links = list[Key](), {}
        for row in await read_rows(screen, table, columns.values(), str(labels.table)):
            texts, key_id = row["texts"], match_id(labels.id, row["link"])
            if key_id is None:
                raise UnknownScreenError(screen.name, "a row's link does not hold the key's id")
            inactive = texts[columns["inactive"]]
            if inactive not in (labels.yes, labels.no):
                difference = f"column '{columns['inactive']}' says neither '{labels.yes}' nor '{labels.no}'"
                raise UnknownScreenError(screen.name, difference)
            self._links[key_id] = row["link"]
            keys.append(
                Key(
                    id=key_id,
                    description=texts[columns["description"]],
                    publicKey=texts[columns["publicKey"]],
                    inactive=inactive == labels.yes,
                )
            )
        return keys

    async def _find_key(self, key_id: str) -> Key:
        key = next((key for key in await self.open() if key.id == key_id), None)
        if key is None:
            raise NotFoundError(f"API key {key_id} is not on the screen.")
        return key

    async def _open_key(self, key: Key) -> None:
        """Open the row whose link holds the id; descriptions may repeat."""
        screen, labels = self._screen, self._labels
        row = labels.row.fill(description=key.description)
        await screen.press_link(row, self._links[key.id], self._content)
        screen.name = f"of the key {key.id}"
        public_key = await screen.wait_for(labels.public_key, self._content)
        await screen.wait_until_stable()
        check_address(screen, labels.id, key.id)
        if await screen.read_value(public_key, str(labels.public_key), fits=is_half) != key.publicKey:
            raise UnknownScreenError(screen.name, f"the {labels.public_key} is another one than on the list")
