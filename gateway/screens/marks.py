"""The shape of a screens file. A mark is a role and an accessible name: `{button: Save}`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(Part):
    """One thing on a screen, by its role and its accessible name; an empty name means the role alone."""

    role: Role
    name: str

    def of(self, **values: str) -> Mark:
        """Fill the name's `{placeholders}`."""
        return Mark(role=self.role, name=self.name.format(**values))

    def __str__(self) -> str:
        return f"{self.role} '{self.name}'" if self.name else self.role


def _pair(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        role, name = next(iter(value.items()))
        return {"role": role, "name": name if name is not None else ""}
    return value


M = Annotated[Mark, BeforeValidator(_pair)]


class Waits(Part):
    """Seconds."""

    element: float = Field(gt=0, description="until something that must be there is there")
    save: float = Field(gt=0, description="until a save is answered")
    quiet: float = Field(ge=0, description="how long a page must not have changed before it is read")


class SignIn(Part):
    company: M | None = Field(None, description="none: the sign-in asks for no company")
    userName: M
    password: str = Field(description="a label: password fields have no role")
    submit: M
    refused: M
    elsewhere: list[M] = Field(description="marks of another sign-on, where a person signs in")
    person: dict[str, str] = Field(description="a label that only a person can serve, and what it asks for")


class Identity(Part):
    """Whose console it is: a regular expression for the id in a mark's text; without a mark, in the address."""

    mark: M | None
    pattern: str


class Confirm(Part):
    dialogue: M
    yes: M


class Menu(Part):
    """How one gets to a list: entries of the menu, then tabs; and how one knows that one is there."""

    entries: list[M]
    tabs: list[M] = []
    screen: M


class Rows(Part):
    """A list's rows: the link that opens one, and where its id stands in the link's address."""

    row: M
    id: str


class Levels(Part):
    add: M
    edit: M
    delete: M
    inquire: M


class RolePage(Part):
    screen: M
    name: M
    by: Literal["keyboard", "mouse"] = Field(description="how modules are opened and levels chosen")
    opener: M
    module: M
    function: M
    levels: Levels
    choices: M
    choice: M
    values: dict[Level, str]
    customize: M
    save: M
    saved: str


class Tables(Part):
    module: str
    function: str
    dialogue: M
    allowed: M
    denied: M
    table: M
    allow: M
    deny: M
    save: M
    cancel: M


class Keys(Part):
    tab: M
    table: M
    new: M
    description: M
    publicKey: M
    privateKey: M
    inactive: M
    columns: dict[Literal["description", "publicKey", "inactive"], str]
    yes: str
    no: str
    row: M
    id: str
    save: M
    saved: str
    delete: M
    confirm: Confirm


class Screens(Part):
    """What both consoles' files share."""

    waits: Waits
    signIn: SignIn
    inside: M = Field(description="what is there only when somebody is signed in")
    identity: Identity | None = Field(description="none: whose console it is can't be seen, and is not checked")
    menu: M
    content: M
    refused: M


class ConnectWiseScreens(Screens):
    more: M | None = Field(description="what can be pressed where a list has further rows; none: it is not looked for")
    roles: Menu
    roleRows: Rows
    role: RolePage
    tables: Tables
    members: Menu
    memberRows: Rows
    keys: Keys


class Integration(Part):
    screen: M
    kind: M | None
    kinds: dict[str, Literal["ConnectWise", "Autotask"]]
    enabled: M
    publicKey: M
    privateKey: str
    privateSaved: str | None = Field(description="the words that say that a private key is held; none: not told")
    save: M
    saved: str
    delete: M
    confirm: Confirm


class UmbrellaScreens(Screens):
    settings: Menu
    settingsNames: dict[Literal["msp", "mssp"], str]
    integration: Integration
