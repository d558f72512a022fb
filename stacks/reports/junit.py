"""A run as JUnit XML: each tenant is a test case, so any CI shows which one it is about."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stacks.reports.model import FleetRun, Row

_MARKS = {"drift": "failure", "waiting": "failure", "failed": "error", "stopped": "skipped"}


def format_junit(run: FleetRun) -> str:
    """Format a run as one test suite. Drift and waiting steps are failures, what could not be told is an error."""
    counts = {mark: sum(_MARKS.get(row.verdict) == mark for row in run.rows) for mark in _MARKS.values()}
    suite = Element(
        "testsuite",
        name=f"umbrella-psa {run.verb}",
        timestamp=run.begun_at.isoformat(timespec="seconds"),
        time=f"{sum(row.seconds for row in run.rows):.3f}",
        tests=str(len(run.rows)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
    )
    for row in run.rows:
        _add_case(suite, run.verb, row)
    indent(suite)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(suite, encoding='unicode')}\n"


def _add_case(suite: Element, verb: str, row: Row) -> None:
    case = SubElement(suite, "testcase", classname=f"umbrella-psa.{verb}", name=row.tenant, time=f"{row.seconds:.3f}")
    if mark := _MARKS.get(row.verdict):
        lines = [*row.sentences, *row.changes, *(order.text for order in row.orders)]
        problem = SubElement(case, mark, message=row.sentences[0] if row.sentences else row.verdict, type=row.verdict)
        problem.text = "\n".join(lines)
