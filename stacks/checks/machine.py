"""This machine: the engine, the backend, the clock."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from importlib.metadata import version

from stacks.checks.finding import Finding, make_ok
from stacks.clients import FirstResponse
from stacks.pulumi_cli import PulumiCli

_TOLERATED = 120  # seconds: dates decide about ages of days, but signatures of some vaults fail from five minutes on


def check_engine_version(pulumi: PulumiCli) -> list[Finding]:
    """The command and the Python package are one release; requirements.txt pins it."""
    found, wanted = pulumi.get_version(), version("pulumi")
    if found == wanted:
        return [make_ok("engine", f"pulumi {found}, as pinned")]
    return [Finding("engine", "warn", f"pulumi {found}, but {wanted} is pinned", "run `make setup`")]


def check_backend(pulumi: PulumiCli) -> list[Finding]:
    found = pulumi.get_backend()
    if found.startswith("file:") and "metadata=skip" not in found:
        return [
            Finding(
                "backend",
                "warn",
                f"{found} keeps side files, one of which a kill can leave empty",
                f"sign in with `pulumi login '{found}?metadata=skip'`",
            )
        ]
    return [make_ok("backend", found)]


def check_clock(response: FirstResponse | None) -> list[Finding]:
    """This machine's clock against the site's: a date of whole seconds, as old as the answer took."""
    try:
        theirs = parsedate_to_datetime(response.date).timestamp() if response else None
    except ValueError:
        theirs = None
    if response is None or theirs is None:
        return [Finding("clock", "unknown", "the site says no time", "look whether this machine's clock is right")]
    skew = round(response.received_at - theirs)
    if abs(skew) <= _TOLERATED:
        return [make_ok("clock", f"within {max(abs(skew), 1)} s of the site's")]
    way = "ahead of" if skew > 0 else "behind"
    return [
        Finding(
            "clock", "warn", f"{abs(skew)} s {way} the site's", "set this machine's clock by NTP, or ask the site's"
        )
    ]
