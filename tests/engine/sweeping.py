"""A sweep beside a preview: both must tell the same of the same tenant at the same moment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stacks.fleet.backends import open_backend
from stacks.fleet.stored import read_stack
from stacks.fleet.sweep import sweep_tenant
from stacks.reports.model import Row


def sweep_stack(name: str, project: Path, backend_url: str, passphrase: str, environment: Mapping[str, str]) -> Row:
    """Sweep one stack of a workspace, as `umbrella-psa sweep` does in its folder."""
    backend = open_backend(backend_url)
    return sweep_tenant(name, lambda stack: read_stack(stack, backend, passphrase, project / "stacks"), environment)


def find_disagreement(row: Row, code: int, text: str) -> str:
    """Say where a sweep's row and a preview's exit code and output differ; empty when they agree."""
    told = {0: "clean", 7: "drift"}.get(code, "failed")
    found = "drift" if row.verdict == "waiting" else row.verdict
    if told != found:
        return f"preview: {told}; sweep: {row.verdict} {row.sentences} {row.changes}\n{text}"
    words = " ".join(text.split())
    if missing := [sentence for sentence in row.sentences if " ".join(sentence.split()) not in words]:
        return f"a sweep alone says {missing}\n{text}"
    said = {line.strip() for line in text.partition("Diagnostics:")[2].partition("\n\n")[0].splitlines()[2:]}
    known = {" ".join(sentence.split()) for sentence in row.sentences}
    if told == "drift" and (more := [line for line in said if line and " ".join(line.split()) not in known]):
        return f"a preview alone says {more}; the sweep says {row.sentences}"
    return ""
