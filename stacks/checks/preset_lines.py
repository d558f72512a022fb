"""The lines of `check --preset`: what is missing, what is too many, and what the site calls nothing or two things."""

from __future__ import annotations

from collections.abc import Sequence

from providers.connectwise.spelling import SiteNames, Spelling
from providers.core.nearest import suggest_nearest
from stacks.checks.finding import Finding

SUBJECT = "preset"
_SCREEN = "System > Security Roles"


def make_missing(what: str) -> Finding:
    """Say what the vendor's integration will not be able to do."""
    return Finding(SUBJECT, "fail", f"missing: {what}", f"set it in {_SCREEN}, then check again")


def make_beyond(what: str) -> Finding:
    """Say what the role was given that the vendor does not ask for; it works all the same."""
    return Finding(SUBJECT, "warn", f"too many: {what}", f"unless somebody needs it, take it away in {_SCREEN}")


def make_unmatched(kind: str, spelled: str, spelling: Spelling, site: SiteNames) -> Finding:
    """Say that the site has no such row, or several of which each could be meant: nobody guesses which."""
    if spelling.found:
        several = f"{spelled!r} is ambiguous at this site, which has {' and '.join(map(repr, spelling.found))}"
        return Finding(SUBJECT, "fail", several, "copy the preset to a file, and spell one of them in it just so")
    return Finding(
        SUBJECT,
        "fail",
        f"the site has no {kind} {spelled!r}, so it can't give all that this preset asks for",
        "if it is called otherwise there, copy the preset to a file, and name it so",
        suggest_nearest(spelling.wanted, site.names).strip(),
    )


def list_some(names: Sequence[str], most: int = 20) -> str:
    """List names, as many as somebody reads."""
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"
