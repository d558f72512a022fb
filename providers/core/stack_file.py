"""What the stack's own file says now.

The engine hands a refresh and a destroy the configuration of the last run (docs/decisions.md), so a
provider would not notice that the file has since been pointed at another company. Whose objects a stack touches is
too important for that: the plain settings are read here, and compared with what the engine gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from providers.core.errors import ProviderError, SettingError

if TYPE_CHECKING:
    from yaml import SafeLoader, ScalarNode

_AT_THE_MARGIN = re.compile(r"""^["']?([A-Za-z-]+:[A-Za-z][\w.-]*)["']?\s*:""", re.MULTILINE)

# What the engine (Go's yaml.v3) takes for a number, a date, null or a yes when it stands without quotes, and hands on
# as its own text for that: 83 for 0123, 1000 for 1e3, "2026-11-29 00:00:00 +0000 UTC" for a date (tried with 3.255.0).
_TYPED = re.compile(
    r"[-+]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)([eE][-+]?\d+)?"
    r"|[-+]?0([xX][\da-fA-F_]+|[bB][01_]+|[oO][0-7_]+)"
    r"|\d{4}-\d\d?-\d\d?([Tt ]+\d\d?:\d.*)?"
    r"|~|null|Null|NULL|True|TRUE|False|FALSE"
)
_TYPED_WORD = re.compile(rf"(?<![^\s,:\[{{])(?:{_TYPED.pattern})(?![^\s,\]}}])")
# Of those, the numbers whose text stays as it is written.
_SAME_TEXT = re.compile(r"0|-?[1-9]\d{0,17}|(?=.{1,17}$)-?(0|[1-9]\d*)\.\d*[1-9]")
# What the engine leaves alone and other readers of YAML take for yes, no, or minutes and seconds.
_DISPUTED = re.compile(r"yes|no|on|off|[-+]?\d+(:\d\d?)+(\.\d*)?", re.IGNORECASE)

FOLDER = Path("stacks")  # `stackConfigDir` in Pulumi.yaml; the engine starts providers in the project's folder


@dataclass(frozen=True)
class Unquoted:
    """A text without quotes that readers of YAML do not take for itself. `rewritten`: the engine, for one."""

    key: str
    line: int
    text: str
    rewritten: bool


def locate_stack_file(tenant: str, folder: Path = FOLDER) -> Path:
    """Tell where a tenant's settings are, unless a command named another file."""
    return folder / f"Pulumi.{tenant}.yaml"


def parse_plain_settings(path: Path, strictly: tuple[str, ...] = ()) -> dict[str, str | None]:
    """Read a stack's file: every setting by key, as the engine reads it; empty without such a file.

    None where that can't be known here: a secret, a list or a map, and what is written without the quotes that it
    needs. Raises `SettingError` for such a one of `strictly`.
    """
    settings: dict[str, str | None] = {}
    for key, node in _read_settings(path):
        settings[key] = None
        if isinstance(node.value, str):
            unquoted = _judge(key, node)
            if unquoted is None or not unquoted.rewritten:
                settings[key] = node.value
            elif key in strictly:
                raise make_unquoted_error(unquoted)
    return settings


read_plain_settings = cache(parse_plain_settings)
"""The same, once in a process: a run's settings don't change under it."""


def find_unquoted(path: Path) -> list[Unquoted]:
    """Find the texts that should stand in quotes, those inside of lists and maps too."""
    return [
        unquoted
        for key, node in _read_settings(path)
        for scalar in _list_scalars(node)
        if (unquoted := _judge(key, scalar))
    ]


def find_rewritten(path: Path) -> list[Unquoted]:
    """Find those of which the engine makes another text. A file without any costs no reader of YAML."""
    if all(_SAME_TEXT.fullmatch(word[0]) for word in _TYPED_WORD.finditer(_read_text(path))):
        return []
    return [unquoted for unquoted in find_unquoted(path) if unquoted.rewritten]


def make_unquoted_error(unquoted: Unquoted) -> SettingError:
    """Say what to do about a text whose reading is not its own."""
    return SettingError(
        unquoted.key,
        f"{unquoted.text} stands without quotes in line {unquoted.line} of the stack's file, and the engine makes "
        "another text of it",
        next_step=f'write "{unquoted.text}", if that is what you mean',
        page="docs/settings.md",
    )


def find_misplaced_keys(path: Path) -> list[str]:
    """Find settings that stand at the file's margin, not below `config:`. The engine ignores them without a word.

    It happens by itself: `pulumi config set` moves comments to the end of the file, and people uncomment them there.
    """
    return _AT_THE_MARGIN.findall(_read_text(path))


def _judge(key: str, node: ScalarNode) -> Unquoted | None:
    if node.style:
        return None  # quoted, or a block
    text = node.value
    rewritten = bool(_TYPED.fullmatch(text)) and not _SAME_TEXT.fullmatch(text)
    if not (rewritten or _DISPUTED.fullmatch(text)):
        return None
    return Unquoted(key, node.start_mark.line + 1, text, rewritten)


def _list_scalars(node: Any) -> Iterator[ScalarNode]:
    """Every value inside; of a map's keys the engine makes text by itself."""
    if isinstance(node.value, str):
        yield node
        return
    for item in node.value:
        yield from _list_scalars(item[1] if isinstance(item, tuple) else item)


def _read_settings(path: Path) -> list[tuple[str, Any]]:
    """Each setting below `config:` and its node."""
    text = _read_text(path)
    if not text:
        return []
    import yaml  # only where there is a file

    try:
        document = yaml.compose(text, Loader=get_yaml_loader())
    except yaml.YAMLError as error:
        # Its own words quote the file, and there may be a secret in that line.
        mark = getattr(error, "problem_mark", None)
        raise _make_unreadable_error(f"{path}, line {mark.line + 1}" if mark else str(path)) from None
    return [
        (str(key.value), node)
        for name, config in _list_pairs(document)
        if name.value == "config"
        for key, node in _list_pairs(config)
    ]


def get_yaml_loader() -> type[SafeLoader]:
    """Give `yaml.SafeLoader`, or the one in C that reads the same in a thirtieth of the time, where it was built."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _list_pairs(node: Any) -> list[tuple[Any, Any]]:
    import yaml

    return node.value if isinstance(node, yaml.MappingNode) else []


def _read_text(path: Path) -> str:
    """Empty without such a file."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise ProviderError(
            f"{path}: can't be read: {error.strerror}", next_step="put the stack's file there"
        ) from None
    except UnicodeDecodeError:
        raise _make_unreadable_error(str(path)) from None


def _make_unreadable_error(path: str) -> ProviderError:
    return ProviderError(f"{path}: can't be read as YAML", next_step="correct the file, then run the same again")
