"""Pictures before and after each change, in a private folder that keeps the newest ones.

Only fields that the screens file knows and that hold no secret can be read on them; every other one is grey.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from gateway.browser.profiles import make_private_folder

Moment = Literal["before", "after", "failed"]
_FILE = re.compile(r"(\d{8}T\d{9}Z)-(before|after|failed)-([a-z-]+)\.png")
# What is typed into or copied from. Drop-downs and boxes to tick are left out: their words are the page's own.
_FIELDS = "input:not([type=checkbox], [type=radio], [type=submit]), textarea, [contenteditable], [role=textbox]"
_READABLE = "data-evidence-readable"
_MARK = f"(fields, on) => fields.forEach((field) => field.toggleAttribute('{_READABLE}', on))"
_MASKED = f":is({_FIELDS}):not([{_READABLE}]), input[type=password], iframe"


class Picture(BaseModel):
    """One picture: its file in the folder, when it was taken, of what."""

    model_config = ConfigDict(alias_generator=to_camel)

    file: str
    taken_at: datetime
    operation: str
    moment: Moment


class Evidence:
    """The pictures of one console."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = make_private_folder(folder)
        self._limit = limit
        self._paused = False

    def pause(self) -> None:
        """Take no pictures while a private key may be on the screen."""
        self._paused = True

    def resume(self) -> None:
        """Take pictures again: the page with the private key was left."""
        self._paused = False

    async def take_picture(self, page: Page, operation: str, moment: Moment, readable: Sequence[Locator] = ()) -> None:
        """Keep a picture of the page as it is now, and no more than the newest ones.

        Args:
            page: What is shown.
            operation: What the picture is named after.
            moment: Likewise.
            readable: The fields that hold no secret. They are marked in the page, so that one that takes the place of
                another meanwhile is grey.
        """
        if self._paused or self._limit == 0:
            return
        now = datetime.now(UTC)
        file = self._folder / f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{moment}-{operation}.png"
        try:
            for field in readable:
                await field.evaluate_all(_MARK, True)
            mask = [page.locator(_MASKED)]
            # The whole page: what was changed may be far below.
            png = await page.screenshot(
                full_page=True, mask=mask, mask_color="#808080", animations="disabled", timeout=5000
            )
            await page.locator(f"[{_READABLE}]").evaluate_all(_MARK, False)
        except PlaywrightError:
            return  # a page that is gone has no picture; the operation reports that itself
        file.touch(mode=0o600)
        file.write_bytes(png)
        for old in self._list_files()[: -self._limit]:
            old.unlink(missing_ok=True)

    def list_pictures(self) -> list[Picture]:
        """List what is kept, oldest first."""
        return [
            Picture.model_validate(
                {
                    "file": file.name,
                    "takenAt": datetime.strptime(parts[1], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC),
                    "moment": parts[2],
                    "operation": parts[3],
                }
            )
            for file in self._list_files()
            if (parts := _FILE.fullmatch(file.name))
        ]

    def _list_files(self) -> list[Path]:
        return sorted(file for file in self._folder.iterdir() if _FILE.fullmatch(file.name))
