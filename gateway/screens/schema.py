"""The schema of a screens file. An element is a role and an accessible name: `{button: Save}`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

Level = Literal["None", "My", "All"]
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
        return f"{self.role} '{self.name}'" if self.name else self.role


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


class Waits(SchemaModel):
    """Seconds."""

    element: float = Field(gt=0, description="until something that must be there is there")
    save: float = Field(gt=0, description="until a save is answered")
    quiet: float = Field(ge=0, description="how long a page must not have changed before it is read")


class SignInLabels(SchemaModel):
    """The sign-in page."""

    company: E | None = Field(None, description="none: the sign-in asks for no company")
    user_name: E
    password: str = Field(description="a label: password fields have no role")
    submit: E
    refused: E
    elsewhere: list[E] = Field(description="elements of another sign-on, where a person signs in")
    person: dict[str, str] = Field(description="a label that only a person can serve, and what it asks for")


class IdentityPattern(SchemaModel):
    """Whose console it is: a regular expression for the id in an element's text; without one, in the address."""

    element: E | None = Field(alias="mark")
    pattern: IdPattern


class ConfirmLabels(SchemaModel):
    """The dialogue that asks before something is deleted."""

    dialogue: E
    yes: E


class MenuPath(SchemaModel):
    """The way to a list: entries of the menu, then tabs; and the element that shows that one is there."""

    entries: list[E]
    tabs: list[E] = []
    screen: E


class ListRows(SchemaModel):
    """A list's rows: the link that opens one, and where its id stands in the link's address."""

    row: E
    id: IdPattern


class LevelLabels(SchemaModel):
    """A function's four levels."""

    add: E
    edit: E
    delete: E
    inquire: E


class RoleLabels(SchemaModel):
    """The page of a security role."""

    screen: E
    name: E
    by: Literal["keyboard", "mouse"] = Field(description="how modules are opened and levels chosen")
    opener: E
    module: E
    function: E
    levels: LevelLabels
    choices: E
    choice: E
    values: dict[Level, str]
    customize: E
    save: E
    saved: str


class TableLabels(SchemaModel):
    """The "customize" dialogue of Table Setup."""

    module: str
    function: str
    dialogue: E
    allowed: E
    denied: E
    table: E
    allow: E
    deny: E
    save: E
    cancel: E


class KeyLabels(SchemaModel):
    """The API keys of a member: their list, and the page of one."""

    tab: E
    table: E
    new: E
    description: E
    public_key: E
    private_key: E
    inactive: E
    columns: dict[Literal["description", "publicKey", "inactive"], str]
    yes: str
    no: str
    row: E
    id: IdPattern
    save: E
    saved: str
    delete: E
    confirm: ConfirmLabels


class Screens(SchemaModel):
    """What both consoles' files share."""

    waits: Waits
    sign_in: SignInLabels
    inside: E = Field(description="what is there only when somebody is signed in")
    identity: IdentityPattern | None = Field(description="none: whose console it is can't be seen, and is not checked")
    menu: E
    content: E
    refused: E


class ConnectWiseScreens(Screens):
    """The screens of ConnectWise PSA."""

    more: E | None = Field(description="what can be pressed where a list has further rows; none: it is not looked for")
    roles: MenuPath
    role_rows: ListRows
    role: RoleLabels
    tables: TableLabels
    members: MenuPath
    member_rows: ListRows
    keys: KeyLabels


class IntegrationLabels(SchemaModel):
    """Umbrella's PSA Integration Details."""

    screen: E
    kind: E | None
    kinds: dict[str, Literal["ConnectWise", "Autotask"]]
    enabled: E
    public_key: E
    private_key: str
    private_saved: str | None = Field(description="the words that say that a private key is held; none: not shown")
    save: E
    saved: str
    delete: E
    confirm: ConfirmLabels


class UmbrellaScreens(Screens):
    """The screens of Umbrella's MSP and MSSP consoles."""

    settings: MenuPath
    settings_names: dict[Literal["msp", "mssp"], str]
    integration: IntegrationLabels


def match_id(pattern: str, address: str) -> str | None:
    """Return the id in an address, or in a text, if there is one."""
    match = re.search(pattern, address)
    return match[1] if match else None
