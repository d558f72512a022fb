"""What an API member points at: the names that people use, the fields on the wire, the catalogues behind them.

Which field of the screen is which field of the API is inferred from vendors' set-up pages (docs/coverage.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.http.text import clean_value

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
        # A name that is a number comes first; then a number is an id.
        matches = [entry for entry in entries if _is_named(entry, name)] or [
            entry for entry in entries if str(entry.id) == name.strip()
        ]
        if not matches:
            nearest = suggest_nearest(name, [entry.name or "" for entry in entries])
            raise SettingError("memberDefaults", f"the site has no {kind} {name!r}", detail=nearest)
        if len(matches) > 1:
            raise SettingError(
                "memberDefaults",
                f"the site has {len(matches)} entries for the {kind} {name!r}, with the ids "
                f"{' and '.join(str(entry.id) for entry in matches)}",
                next_step="write the id in place of the name",
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
    if _is_named(reference, wanted) or str(reference.id) == wanted.strip():
        return wanted
    name = reference.name or reference.identifier or ""
    # Where an id is asked for, a name would not tell which of several it is.
    return f"{name} (id {reference.id})".strip() if wanted.strip().isdecimal() or not name else name


def _is_named(entry: Reference, name: str) -> bool:
    """Compare as it was read: what a site says is cleaned of what nobody sees (providers/http/text.py)."""
    wanted = str(clean_value(name)).casefold()
    return bool(name) and wanted in ((entry.name or "").casefold(), (entry.identifier or "").casefold())
