"""The schema of a screens file. An element is a role and an accessible name: `{button: Save}`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.screens.element import E, Element, IdPattern, SchemaModel

Level = Literal["None", "My", "All"]


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
    tabs: list[E] = Field(default_factory=list)
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
    """The "customize" dialogue: where Table Setup's is, and what every function's is assumed to look like."""

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

    @property
    def readable(self) -> list[Element]:
        """The fields that hold no secret, so that pictures show what is in them."""
        return [self.sign_in.company] if self.sign_in.company else []


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

    @property
    def readable(self) -> list[Element]:
        """A role's name and levels; of a key all but its private half."""
        levels = self.role.levels
        fields = [self.role.name, levels.add, levels.edit, levels.delete, levels.inquire]
        return [*super().readable, *fields, self.keys.description, self.keys.public_key]


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

    @property
    def readable(self) -> list[Element]:
        """The kind and the public half."""
        shown = [*filter(None, [self.integration.kind]), self.integration.public_key]
        return [*super().readable, *shown]
