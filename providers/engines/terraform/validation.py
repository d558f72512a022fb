"""What is wrong with a resource's arguments by themselves: no site is asked."""

from __future__ import annotations

from providers.core.errors import ProviderError
from providers.core.values import InvalidFields, parse_known
from providers.engines.terraform.configuration import Problem
from providers.engines.terraform.diagnostics import Path
from providers.engines.terraform.schema import Attribute, Kind, is_object
from providers.engines.terraform.wire import Row, clean, split_unknown
from providers.kinds import load_handler


def validate(kind: Kind, config: Row) -> list[Problem]:
    """Hold arguments against the model, without a site; each problem at its place, inside of maps too."""
    given = {name: clean(value) for name, value in config.items() if name in kind.fields}
    known, unknown = split_unknown(given)
    # The provider's block gives these, or a run.
    later = {
        name
        for name in kind.list_fields("asked", "link")
        if name not in known and (kind.attributes[name].write_only or not _may_be_given(kind.attributes[name]))
    }
    try:
        parse_known(load_handler(kind.name).args, known, unknown | later)
    except InvalidFields as invalid:
        sentences = (ProviderError(f"{name} {text}") for name, text in invalid.problems)
        return [(_locate(kind, place), sentence) for place, sentence in zip(invalid.places, sentences, strict=True)]
    return []


def _may_be_given(attribute: Attribute) -> bool:
    return attribute.required or attribute.optional


def _locate(kind: Kind, place: Path) -> Path:
    """Spell a place: what is inside of an object is an attribute, too, and no key."""
    if place[0] in kind.attributes and len(place) > 1 and is_object(kind.fields[str(place[0])].type):
        return (f"{place[0]}.{place[1]}", *place[2:])
    return place
