"""An element of a screen is a role and an accessible name: `{button: Save}`; an id is what a pattern finds."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from providers.console.contract import clean_text

Role = Literal[
    "alert",
    "alertdialog",
    "banner",
    "button",
    "cell",
    "checkbox",
    "combobox",
    "dialog",
    "grid",
    "gridcell",
    "group",
    "heading",
    "link",
    "listbox",
    "main",
    "menuitem",
    "navigation",
    "option",
    "radio",
    "region",
    "row",
    "rowheader",
    "searchbox",
    "status",
    "switch",
    "tab",
    "table",
    "tabpanel",
    "textbox",
    "tree",
    "treegrid",
    "treeitem",
]


class SchemaModel(BaseModel):
    """A mapping of the file; its keys are camelCase there."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Element(SchemaModel):
    """One thing on a screen, by its role and its accessible name; an empty name means the role alone."""

    role: Role
    name: str

    def fill(self, **values: str) -> Element:
        """Fill the name's `{placeholders}`; other braces stay as they are."""
        name = self.name
        for key, value in values.items():
            name = name.replace(f"{{{key}}}", value)
        return Element(role=self.role, name=name)

    def __str__(self) -> str:
        """Say what it is, as errors name it: `button 'Save'`."""
        return f"{self.role} '{clean_text(self.name)}'" if self.name else self.role


def _check_pattern(pattern: str) -> str:
    try:
        has_group = re.compile(pattern).groups == 1
    except re.error as error:
        raise ValueError(f"must be a regular expression ({error})") from None
    if not has_group:
        raise ValueError("must have one group in parentheses: what it finds there is the id")
    return pattern


def _split_pair(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        role, name = next(iter(value.items()))
        return {"role": role, "name": name if name is not None else ""}
    return value


E = Annotated[Element, BeforeValidator(_split_pair)]
IdPattern = Annotated[str, AfterValidator(_check_pattern)]
"""A regular expression whose one group is an id."""


def match_id(pattern: str, address: str) -> str | None:
    """Return the id in an address, or in a text, if there is one."""
    match = re.search(pattern, address)
    return match[1] if match else None
