"""What the Terraform module knows of integrations: the same as the settings, from a file.

`python -m tests.unit.stacks.presets.test_terraform_module` writes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from providers.core.values import to_plain
from providers.sink import OF_UMBRELLA
from stacks.integration import find_integration
from stacks.presets.catalogue import list_names
from stacks.settings import TenantSettings

FILE = Path(__file__).parents[4] / "terraform" / "modules" / "tenant" / "integrations.json"


def describe(name: str) -> dict[str, Any]:
    found = find_integration(name)
    if found is None:
        own = TenantSettings()
        fields = ("role_name", "member_id", "member_name", "key_description", "permissions", "table_access")
        return {"title": "Umbrella", "screen": None, **{field: to_plain(getattr(own, field)) for field in fields}}
    made = {field: to_plain(value) for field, value in found.defaults.items()}
    return {"title": found.title, "screen": found.screen or None, **made}


def format_file() -> str:
    return json.dumps({name: describe(name) for name in list_names()}, indent=2) + "\n"


def test_the_module_has_every_preset_as_the_settings_have_it() -> None:
    assert OF_UMBRELLA in list_names()
    assert FILE.read_text(encoding="utf-8") == format_file()


if __name__ == "__main__":
    FILE.write_text(format_file(), encoding="utf-8")
