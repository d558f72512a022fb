"""One thing that was checked: what was found, how good that is, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from providers.core.errors import ProviderError

Verdict = Literal["ok", "warn", "fail", "unknown"]


@dataclass(frozen=True)
class Finding:
    """A line of the table. What there is not is empty; where there is no next step, `found` says the detail, too."""

    subject: str
    verdict: Verdict
    found: str
    next_step: str = ""
    detail: str = ""
    setting: str = ""
    page: str = ""

    def map_texts(self, change: Callable[[str], str]) -> Finding:
        """Make a copy with `change` applied to every text that may quote somebody."""
        return replace(self, found=change(self.found), next_step=change(self.next_step), detail=change(self.detail))


Check = Callable[[], list[Finding]]


def make_ok(subject: str, found: str) -> Finding:
    """Make a line with which all is well."""
    return Finding(subject, "ok", found)


def make_not_asked(subject: str, because: str) -> Finding:
    """For what depends on something that failed."""
    return Finding(subject, "unknown", f"not asked, because {because}", "fix that first, then check again")


def skip(because: str, subjects: Iterable[str]) -> list[Finding]:
    """Make a line for each subject that can't be asked about."""
    return [make_not_asked(subject, because) for subject in subjects]


def make_finding(subject: str, error: ProviderError, verdict: Verdict = "fail") -> Finding:
    """Turn a problem into a line, field by field."""
    found = error.headline if error.next_step else str(error)
    return Finding(
        subject, verdict, found.rstrip("."), error.next_step.rstrip("."), error.detail, error.setting, error.page
    )


def judge(subject: str, errors: Iterable[ProviderError], fine: str) -> list[Finding]:
    """Each problem as a line, or that there is none."""
    return [make_finding(subject, error) for error in errors] or [make_ok(subject, fine)]


def guard(subject: str, question: Check) -> Check:
    """Wrap a question so that a problem is reported as a failure of its subject."""

    def ask() -> list[Finding]:
        """Ask, and turn what is raised into a line."""
        try:
            return question()
        except ProviderError as error:
            return [make_finding(subject, error)]

    return ask
