"""What the stack's own file says now.

The engine hands a refresh and a destroy the configuration of the last run (docs/decisions.md), so a
provider would not notice that the file has since been pointed at another company. Whose objects a stack touches is
too important for that: the few plain settings that decide it are read here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from providers.core.errors import ProviderError

_AT_THE_MARGIN = re.compile(r"""^["']?([A-Za-z-]+:[A-Za-z][\w.-]*)["']?\s*:""", re.MULTILINE)

FOLDER = Path("stacks")  # `stackConfigDir` in Pulumi.yaml; the engine starts providers in the project's folder


@cache
def read_plain_settings(tenant: str) -> dict[str, str]:
    """The unencrypted scalars of `stacks/Pulumi.<tenant>.yaml`, by key; empty without such a file."""
    text = _read_text(tenant)
    if not text:
        return {}
    import yaml  # only where there is a file, and never in the program

    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        # Its own words quote the file, and there may be a secret in that line.
        mark = getattr(error, "problem_mark", None)
        raise _make_unreadable_error(
            f"{_get_path(tenant)}, line {mark.line + 1}" if mark else str(_get_path(tenant))
        ) from None
    settings = content.get("config") or {} if isinstance(content, dict) else {}
    return {key: str(value) for key, value in settings.items() if isinstance(value, str | int)}


def find_misplaced_keys(tenant: str) -> list[str]:
    """Settings that stand at the file's margin, not below `config:`. The engine ignores them without a word.

    It happens by itself: `pulumi config set` moves comments to the end of the file, and people uncomment them there.
    """
    return _AT_THE_MARGIN.findall(_read_text(tenant))


def _get_path(tenant: str) -> Path:
    return FOLDER / f"Pulumi.{tenant}.yaml"


def _read_text(tenant: str) -> str:
    """Empty without such a file."""
    path = _get_path(tenant)
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except UnicodeDecodeError:
        raise _make_unreadable_error(str(path)) from None


def _make_unreadable_error(path: str) -> ProviderError:
    return ProviderError(f"{path}: can't be read as YAML", next_step="correct the file, then run the same again")
