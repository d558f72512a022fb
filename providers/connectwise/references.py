"""What an API member points at: the names that people use, the fields on the wire, the catalogues behind them.

Which field of the screen is which field of the API is inferred from vendors' set-up pages (docs/coverage.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord, Reference

FIELDS: dict[str, tuple[str, ...]] = {
    "level": ("structureLevel",),
    "location": ("securityLocation", "defaultLocation"),
    "department": ("defaultDepartment",),
    "territory": ("salesDefaultLocation",),
    "timeZone": ("timeZone",),
    "board": ("serviceDefaultBoard",),
}
CATALOGUES: dict[str, str] = {
    "level": "/system/myCompany/corporateStructureLevels",
    "location": "/system/locations",
    "department": "/system/departments",
    "territory": "/system/locations",
    "timeZone": "/system/timeZoneSetups",
    "board": "/service/boards",
}
# The screens refuse a new member without these; a board is optional there.
REQUIRED = ("level", "location", "department", "territory", "timeZone")


class Catalogues(Protocol):
    """What this module needs of the site."""

    def list_catalogue(self, path: str) -> list[Reference]:
        """List a catalogue such as the locations."""

    def get_default_member(self) -> dict[str, Any]:
        """Ask what the site fills a new API member with."""


def resolve_references(site: Catalogues, defaults: dict[str, str]) -> dict[str, Any]:
    """Make the wire fields of the references that the settings name.

    Args:
        site: Where the names are looked up.
        defaults: A name, an identifier or an id by the word of `memberDefaults`.

    Raises:
        SettingError: A name is unknown, which is told with the nearest, or stands for several, told with their ids.
    """
    fields: dict[str, Any] = {}
    for kind, name in defaults.items():
        if kind not in FIELDS:
            raise SettingError("memberDefaults", f"there is no {kind!r}; known are {', '.join(FIELDS)}")
        entries = site.list_catalogue(CATALOGUES[kind])
        matches = [entry for entry in entries if _is_named(entry, name)]
        if len(matches) != 1:
            error = "no" if not matches else f"{len(matches)} entries for the"
            raise SettingError(
                "memberDefaults",
                f"the site has {error} {kind} {name!r}",
                detail=suggest_nearest(name, [entry.name or "" for entry in entries]),
            )
        fields |= {field: {"id": matches[0].id} for field in FIELDS[kind]}
    return fields


def find_wrong_references(site: Catalogues, defaults: dict[str, str], *, new: bool) -> Iterator[SettingError]:
    """Find the references that the site does not know; of a `new` member also those that nobody names."""
    failed = False
    for kind, name in defaults.items():
        try:
            resolve_references(site, {kind: name})
        except SettingError as error:
            failed = True
            yield error
    if new and not failed:
        try:
            complete_references(site, defaults)
        except SettingError as error:
            yield error


def complete_references(site: Catalogues, defaults: dict[str, str]) -> dict[str, Any]:
    """Make the wire fields of a new member: the site's own defaults, then what the settings name.

    Raises:
        SettingError: As `resolve_references`, and for what neither names though the screens refuse a member without it.
    """
    fields = resolve_references(site, defaults)
    missing = [field for kind in FIELDS for field in FIELDS[kind] if field not in fields]
    if missing:
        suggested = site.get_default_member()
        for field in missing:
            reference = suggested.get(field)
            if isinstance(reference, dict) and isinstance(reference.get("id"), int):
                fields[field] = {"id": reference["id"]}
    absent = [kind for kind in REQUIRED if any(field not in fields for field in FIELDS[kind])]
    if absent:
        raise SettingError(
            "memberDefaults",
            f"the site suggests no {' and no '.join(absent)} for a new API member",
            next_step="name it there",
        )
    return fields


def read_references(member: MemberRecord, defaults: dict[str, str]) -> dict[str, str]:
    """Name the live values of the references that the settings name, in the settings' spelling where it is the same.

    Two fields of one name that differ are both named; a reference that points nowhere is an empty name.
    """
    return {
        kind: " and ".join(
            sorted({_get_spelling(member.get_reference(field), wanted) for field in FIELDS.get(kind, ())})
        )
        for kind, wanted in defaults.items()
    }


def _get_spelling(reference: Reference | None, wanted: str) -> str:
    if reference is None:
        return ""
    return wanted if _is_named(reference, wanted) else reference.name or reference.identifier or ""


def _is_named(entry: Reference, name: str) -> bool:
    return bool(name) and name.casefold() in ((entry.name or "").casefold(), (entry.identifier or "").casefold())
