"""A preset: the role that a vendor's page asks for, and where that page is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from providers.connectwise.customize import refuse_unusable
from providers.connectwise.grants import AskedLevels, Levels
from providers.connectwise.spelling import SiteNames, find_twins
from providers.console.customize import IDENTIFIERS, TABLE_SETUP
from providers.core.errors import SettingError
from providers.core.values import describe_error


def _refuse_several_lines(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of text")
    return text


Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_refuse_several_lines)]


def _refuse_half(name: str) -> str:
    module, _, function = name.partition(" / ")
    if not (module.strip() and function.strip()):
        raise ValueError("must be written as `<module> / <function>`, such as 'System / Table Setup'")
    return name


def _refuse_bare(levels: Levels) -> Levels:
    if not levels:
        raise ValueError("asks for nothing; give it a level, or leave it out")
    return levels


Function = Annotated[Line, AfterValidator(_refuse_half)]
Granted = Annotated[AskedLevels, AfterValidator(_refuse_bare)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class Source(_Part):
    """Where somebody may read it again."""

    page: Line = Field(description="the page's address, or how to find it")
    title: Line | None = Field(default=None, description="what the page is called")
    read: date = Field(description="when it was read")


class Screen(_Part):
    """Where in the vendor's product a person enters the key."""

    path: Line = Field(description="what to go to")
    page: Line = Field(description="the page that says so")
    read: date = Field(description="when that was read")


def _refuse_dots(member_id: str) -> str:
    if "." in member_id:
        raise ValueError("must have no dots: ConnectWise takes none in a member id")
    return member_id


class Names(_Part):
    """What is made is called, by the settings' own names, where that is not made of the product's."""

    model_config = ConfigDict(alias_generator=to_camel)

    role_name: Annotated[Line, StringConstraints(max_length=30)] | None = Field(default=None, description="the role")
    member_id: Annotated[Line, StringConstraints(max_length=15), AfterValidator(_refuse_dots)] | None = Field(
        default=None, description="the member"
    )
    member_name: Annotated[Line, StringConstraints(max_length=30)] | None = Field(
        default=None, description="the member's name"
    )
    key_description: Annotated[Line, StringConstraints(max_length=60)] | None = Field(
        default=None, description="the key's"
    )


class Preset(_Part):
    """What one integration asks of its security role. Names are spelled as its vendor spells them."""

    vendor: Line = Field(description="whose integration it is")
    integration: Line = Field(description="what of the vendor's is integrated")
    source: Source
    permissions: dict[Function, Granted] = Field(min_length=1, description="levels by module function; else None")
    tables: list[Line] | Literal["unmentioned"] = Field(
        default="unmentioned", description="the setup tables of Table Setup's customize list, if the page has one"
    )
    customize: dict[Function, list[Line]] = Field(
        default_factory=dict, description="the customize lists of other functions, as far as the page has them"
    )
    meant: dict[Function, Function] = Field(
        default_factory=dict, description="what the site calls a function whose name the vendor spells another way"
    )
    names: Names = Field(default=Names(), description="what the role, the member and the key are called by default")
    screen: Screen | None = Field(default=None, description="where in the product the key is entered")
    notes: list[Line] = Field(default_factory=list, description="what permissions and tables can't say")

    @model_validator(mode="after")
    def _each_once(self) -> Preset:
        if twins := find_twins(self.get_site_name(name) for name in self.permissions):
            raise ValueError(f"permissions: {' and '.join(map(repr, twins))} are the same function; keep one")
        if isinstance(self.tables, list) and (twins := find_twins(self.tables)):
            raise ValueError(f"tables: {' and '.join(map(repr, twins))} are the same table; keep one")
        for part, functions in (("meant", self.meant), ("customize", self.customize)):
            if stray := sorted(set(functions) - set(self.permissions)):
                raise ValueError(f"{part}: {stray[0]!r} is not in permissions; spell it as there, or leave it out")
        lists = self.get_lists()
        if TABLE_SETUP in lists:
            raise ValueError(f"customize: the list of {TABLE_SETUP!r} is called tables here; name it there")
        try:
            refuse_unusable(lists)
        except ValueError as flaw:
            raise ValueError(f"customize: {flaw}") from None
        return self

    @property
    def title(self) -> str:
        """The vendor and what is integrated, once where both are called the same."""
        same = self.vendor == self.integration
        return self.vendor if same else f"{self.vendor} {self.integration}"

    def get_site_name(self, name: str) -> str:
        """Give what the site is to be asked for where the vendor's page says `name`."""
        return self.meant.get(name, name)

    def wants_tables(self) -> bool:
        """Tell whether Table Setup is asked for: without it no table counts."""
        return TABLE_SETUP in map(self._find_list, self.permissions)

    def get_lists(self) -> dict[str, list[str]]:
        """Give the customize lists by the functions that have one, as the settings name them."""
        return {self._find_list(name): items for name, items in self.customize.items()}

    def _find_list(self, name: str) -> str:
        wanted = self.get_site_name(name)
        return _LISTS.match(wanted).name or wanted


_LISTS = SiteNames(IDENTIFIERS)


def describe_flaws(where: str, error: ValidationError) -> list[SettingError]:
    """Say a sentence for each thing that is wrong with a preset; `where`: its file."""
    sentences = [_word(item) for item in error.errors(include_input=False)]
    return [SettingError(where, sentence) for sentence in dict.fromkeys(sentences)]


def _word(item: Any) -> str:
    place = [str(part) for part in item["loc"] if part != "[key]"]
    if place[:1] == ["tables"]:
        return "tables: must be a list of names such as 'Service / Priority', or left out"
    text = describe_error({**item, "loc": ()})
    if item["type"].startswith("date_"):
        text = "must be a date such as 2026-11-29"
    if item["type"] == "too_short":
        text = "must name a function or more, else there is nothing to ask for"
    return ": ".join([*place, text])
