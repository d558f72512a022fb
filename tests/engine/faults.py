"""Bad weather for the real engine: how it breaks out, providers with a tenth of their patience, and what must hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engine.workspace import ROOT, Run, Stack

HASTY = {"PYTHONPATH": f"{Path(__file__).parent / 'hasty'}:{ROOT}"}
"""The environment of a run whose providers wait a tenth as long as usual: 3 seconds of silence, 15 in all a request."""

BOUND = 150.0
"""Seconds for a hasty run: a request that is not answered, a look at what came of it, and a busy machine."""


def break_out(stack: Stack, method: str, path: str, fault: dict[str, Any]) -> str:
    """From now on each such request fares like that; the fault's id."""
    where = {"company": stack.company.id, "method": method, "path": path, "times": None}
    made: str = stack.company.simulator.ask("POST", "/faults", {**where, **fault})["id"]
    return made


def read_recorded(stack: Stack) -> dict[str, dict[str, Any]]:
    """Our resources as they lie in the backend, by name, without their secrets; not what waits for deletion."""
    path = stack.workspace.backend / ".pulumi" / "stacks" / "umbrella-psa" / f"{stack.name}.json"
    latest = json.loads(path.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
    found = [one for one in latest.get("resources", []) if one.get("custom") and not one.get("delete")]
    named = [(one["urn"].rpartition("::")[2], one) for one in found if "pulumi:providers:" not in one["urn"]]
    return {name: {"id": one["id"], **_drop_secrets(one.get("outputs", {}))} for name, one in named}


def _drop_secrets(outputs: dict[str, Any]) -> dict[str, Any]:
    """A secret is encrypted again each time, so it can't be compared."""
    return {name: value for name, value in outputs.items() if "ciphertext" not in str(value)}


def find_bad_messages(run: Run, took: float) -> list[str]:
    """What is wrong with how a run ended in bad weather."""
    wrong = [f"it says {word!r}" for word in ("Traceback", "defect of umbrella-psa") if word in run.text]
    if took >= BOUND:
        wrong.append(f"it took {took:.0f} s")
    if "deleted at the site" in run.text:
        wrong.append("it takes for deleted what it could not see")
    if run.code and "error: " not in run.text:
        wrong.append("it gives no reason")
    return wrong
