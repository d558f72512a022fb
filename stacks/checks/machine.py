"""This machine: the engine, the backend, the clock."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from importlib.metadata import version

from providers.core.run_cache import RunCache
from stacks.checks.finding import Finding, make_ok
from stacks.clients import FirstResponse
from stacks.pulumi_cli import PulumiCli

_TOLERATED = 120  # seconds: dates decide about ages of days, but signatures of some vaults fail from five minutes on


class MachineChecks:
    """Engine and backend, which are the same for all tenants of a run: each is asked once, whoever comes first."""

    def __init__(self, pulumi: PulumiCli) -> None:
        """Ask nothing yet."""
        self._pulumi, self._answers = pulumi, RunCache()

    def check_engine(self) -> list[Finding]:
        """Compare the engine's version with the pinned one."""
        return self._answers.get_or_fetch(("engine",), lambda: check_engine_version(self._pulumi))

    def check_backend(self) -> list[Finding]:
        """Look where the states are kept."""
        return self._answers.get_or_fetch(("backend",), lambda: check_backend(self._pulumi))


def check_engine_version(pulumi: PulumiCli) -> list[Finding]:
    """Compare the command with the Python package: they are one release, and pyproject.toml pins it."""
    installed, wanted = pulumi.get_version(), version("pulumi")
    if installed == wanted:
        return [make_ok("engine", f"pulumi {installed}, as pinned")]
    return [Finding("engine", "warn", f"pulumi {installed}, but {wanted} is pinned", "run `make setup`")]


def check_backend(pulumi: PulumiCli) -> list[Finding]:
    """Look where the states are kept, and whether a kill can leave an empty file there."""
    backend = pulumi.get_backend()
    if backend.startswith("file:") and "metadata=skip" not in backend:
        return [
            Finding(
                "backend",
                "warn",
                f"{backend} keeps side files, one of which a kill can leave empty",
                f"sign in with `pulumi login '{backend}?metadata=skip'`",
            )
        ]
    return [make_ok("backend", backend)]


def check_clock(response: FirstResponse | None) -> list[Finding]:
    """Compare this machine's clock with the site's: a date of whole seconds, as old as the answer took."""
    try:
        site_time = parsedate_to_datetime(response.date).timestamp() if response else None
    except ValueError:
        site_time = None
    if response is None or site_time is None:
        return [Finding("clock", "unknown", "the site says no time", "look whether this machine's clock is right")]
    skew = round(response.received_at - site_time)
    if abs(skew) <= _TOLERATED:
        return [make_ok("clock", f"within {max(abs(skew), 1)} s of the site's")]
    direction = "ahead of" if skew > 0 else "behind"
    return [
        Finding(
            "clock",
            "warn",
            f"{abs(skew)} s {direction} the site's",
            "set this machine's clock by NTP, or ask the site's",
        )
    ]
