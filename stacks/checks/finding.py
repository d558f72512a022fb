"""One thing that was looked at: what is so, how good that is, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from providers.core.problems import Problem

Verdict = Literal["ok", "warn", "fail", "unknown"]


@dataclass(frozen=True)
class Finding:
    """A line of the table. `next_step` is empty when there is nothing to do."""

    subject: str
    verdict: Verdict
    found: str
    next_step: str = ""


Question = Callable[[], list[Finding]]


def ok(subject: str, found: str) -> Finding:
    return Finding(subject, "ok", found)


def not_asked(subject: str, because: str) -> Finding:
    """For what depends on something that failed."""
    return Finding(subject, "unknown", f"not asked, because {because}", "mend that first, then check again")


def told(subject: str, problem: Problem, verdict: Verdict = "fail") -> Finding:
    """A problem's sentence as a finding: what stands behind its first semicolon is what to do."""
    found, _, step = str(problem).partition("; ")
    return Finding(subject, verdict, found.rstrip("."), step.rstrip("."))


def looked(subject: str, question: Question) -> Question:
    """The same question, with a problem told as a failure of its subject."""

    def ask() -> list[Finding]:
        try:
            return question()
        except Problem as problem:
            return [told(subject, problem)]

    return ask
