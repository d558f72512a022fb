"""This machine: the engine, the backend, the clock."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from importlib.metadata import version

from stacks.checks.finding import Finding, ok
from stacks.engine import Engine
from stacks.reach import Heard

_TOLERATED = 120  # seconds: dates decide about ages of days, but signatures of some vaults fail from five minutes on


def engine_version(engine: Engine) -> list[Finding]:
    """The command and the Python package are one release; requirements.txt pins it."""
    found, wanted = engine.version(), version("pulumi")
    if found == wanted:
        return [ok("engine", f"pulumi {found}, as pinned")]
    return [Finding("engine", "warn", f"pulumi {found}, but {wanted} is pinned", "run `make setup`")]


def backend(engine: Engine) -> list[Finding]:
    found = engine.backend()
    if found.startswith("file:") and "metadata=skip" not in found:
        return [
            Finding(
                "backend",
                "warn",
                f"{found} keeps side files, one of which a kill can leave empty",
                f"sign in with `pulumi login '{found}?metadata=skip'`",
            )
        ]
    return [ok("backend", found)]


def clock(heard: Heard | None) -> list[Finding]:
    """This machine's clock against the site's: a date of whole seconds, as old as the answer took."""
    try:
        theirs = parsedate_to_datetime(heard.date).timestamp() if heard else None
    except ValueError:
        theirs = None
    if heard is None or theirs is None:
        return [Finding("clock", "unknown", "the site says no time", "look whether this machine's clock is right")]
    skew = round(heard.at - theirs)
    if abs(skew) <= _TOLERATED:
        return [ok("clock", f"within {max(abs(skew), 1)} s of the site's")]
    way = "ahead of" if skew > 0 else "behind"
    return [
        Finding(
            "clock", "warn", f"{abs(skew)} s {way} the site's", "set this machine's clock by NTP, or ask the site's"
        )
    ]
