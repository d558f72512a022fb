"""Pictures before and after each change, every input masked, in a folder of the owner's that rotates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from pydantic import BaseModel

Moment = Literal["before", "after", "failed"]
_FILE = re.compile(r"(\d{8}T\d{9}Z)-(before|after|failed)-([a-z-]+)\.png")
# Everything that holds what somebody typed or what a page put there to be copied.
_INPUTS = "input, textarea, select, [contenteditable], [role=textbox]"


class Picture(BaseModel):
    """One picture: its file in the folder, when it was taken, of what."""

    file: str
    takenAt: datetime
    operation: str
    moment: Moment


class Evidence:
    def __init__(self, folder: Path, kept: int) -> None:
        self._folder = folder
        self._kept = kept
        self._silent = False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)

    def hush(self) -> None:
        """While a private key may be on the screen there are no pictures."""
        self._silent = True

    def speak(self) -> None:
        """That page was left."""
        self._silent = False

    async def take(self, page: Page, operation: str, moment: Moment) -> None:
        if self._silent or self._kept == 0:
            return
        now = datetime.now(UTC)
        file = self._folder / f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{moment}-{operation}.png"
        mask = [page.locator(_INPUTS)]
        try:
            shot = await page.screenshot(mask=mask, mask_color="#808080", animations="disabled", timeout=5000)
        except PlaywrightError:
            return  # a page that is gone has no picture; the operation has its own words for that
        file.touch(mode=0o600)
        file.write_bytes(shot)
        for old in self._files()[: -self._kept]:
            old.unlink(missing_ok=True)

    def pictures(self) -> list[Picture]:
        """What is kept, oldest first."""
        return [
            Picture.model_validate(
                {
                    "file": file.name,
                    "takenAt": datetime.strptime(parts[1], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC),
                    "moment": parts[2],
                    "operation": parts[3],
                }
            )
            for file in self._files()
            if (parts := _FILE.fullmatch(file.name))
        ]

    def _files(self) -> list[Path]:
        return sorted(file for file in self._folder.iterdir() if _FILE.fullmatch(file.name))
