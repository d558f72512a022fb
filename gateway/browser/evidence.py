"""Pictures before and after each change, every input masked, in a private folder that keeps the newest ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from gateway.browser.profiles import make_private_folder

Moment = Literal["before", "after", "failed"]
_FILE = re.compile(r"(\d{8}T\d{9}Z)-(before|after|failed)-([a-z-]+)\.png")
# Everything that holds what somebody typed or what a page put there to be copied.
_INPUTS = "input, textarea, select, [contenteditable], [role=textbox]"


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

    async def take_picture(self, page: Page, operation: str, moment: Moment) -> None:
        """Keep a picture of the page as it is now, and no more than the newest ones."""
        if self._paused or self._limit == 0:
            return
        now = datetime.now(UTC)
        file = self._folder / f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{moment}-{operation}.png"
        mask = [page.locator(_INPUTS)]
        try:
            png = await page.screenshot(mask=mask, mask_color="#808080", animations="disabled", timeout=5000)
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
