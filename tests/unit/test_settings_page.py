"""docs/settings.md shows every setting as declared. `python -m tests.unit.test_settings_page` rewrites its table."""

from __future__ import annotations

from pathlib import Path

from providers.console.customize import IDENTIFIERS, TABLE_SETUP
from providers.core.configuration import to_environment_name
from stacks.onboarding.catalogue import SettingInfo, list_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
START, END = "<!-- settings: from the models, see tests/unit/test_settings_page.py -->\n", "<!-- /settings -->\n"


def make_row(setting: SettingInfo) -> str:
    marks = [word for word in ("required", "secret") if getattr(setting, word)]
    default = setting.default or " or ".join(setting.choices)
    others = [choice for choice in setting.choices if choice != setting.default]
    shown = f"{default}, or {' or '.join(others)}" if others and setting.default else default
    return f"| `{setting.key}` | {', '.join(marks)} | {shown} | {setting.meaning} |"


def read_table() -> str:
    return "\n".join(
        ["| key | | default | meaning |", "| --- | --- | --- | --- |", *map(make_row, list_settings().values()), ""]
    )


def with_table(text: str) -> str:
    before, _, rest = text.partition(START)
    return before + START + read_table() + END + rest.partition(END)[2]


def test_the_page_shows_every_setting_as_declared() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text)


def test_every_setting_says_what_it_is() -> None:
    assert [setting.key for setting in list_settings().values() if not setting.meaning] == []


def test_the_name_in_the_environment_is_told_as_it_is() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    for key in ("connectwise:privateKey", "maxAgeDays"):
        assert f"`{key}` is `{to_environment_name(key)}`" in text


def test_every_function_that_has_a_customize_list_is_named() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    names = sorted(IDENTIFIERS.keys() - {TABLE_SETUP}, key=str.casefold)
    assert f"Named can be {', '.join(names)}: " in text


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
