"""Permission levels, as the consoles and the API spell them."""

from __future__ import annotations

from typing import Literal

Level = Literal["None", "My", "All"]
