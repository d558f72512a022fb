"""Bad weather for one run: faults of the simulator, each of which ends by itself or with the run."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

REST = "/apis/3[.]0/"
# A repetition gets over the first; four outlast the repetitions of one request.
_TIMES = st.sampled_from((1, 4))
_WRITES = tuple({"method": method} for method in ("POST", "PUT", "PATCH", "DELETE"))
_LISTS = tuple({"method": "GET", "path": path} for path in ("securityroles$", "apiMembers$", "/keys$"))
KINDS: dict[str, dict[str, Any]] = {
    "lost before the act": {"kind": "reset", "when": "before"},
    "lost after the act": {"kind": "reset", "when": "after"},
    "503": {"kind": "status", "status": 503},
    "500 after the act": {"kind": "statusAfter", "status": 500},
    "cut short": {"kind": "truncate"},
    "no JSON": {"kind": "body", "raw": "<html>", "contentType": "text/html"},
    "another shape": {"kind": "body", "body": {"what": 1}},
    "429": {"kind": "rateLimit", "retryAfter": 1},
    "no list where rows were": {"kind": "emptyList"},
    "401": {"kind": "status", "status": 401, "path": REST},
    "403": {"kind": "status", "status": 403, "path": REST},
}


@st.composite
def faults(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """One fault, with its name for the statistics."""
    name = draw(st.sampled_from(tuple(KINDS)))
    fault = {**KINDS[name], "times": draw(_TIMES)}
    if name == "no list where rows were":
        return f"weather: {name}", {**fault, **draw(st.sampled_from(_LISTS))}
    if "path" in fault:
        return f"weather: {name}", {**fault, "skip": draw(st.integers(0, 7))}
    if draw(st.booleans()):
        return f"weather: {name}", {**fault, **draw(st.sampled_from(_WRITES)), "skip": draw(st.integers(0, 1))}
    return f"weather: {name}", {**fault, "skip": draw(st.integers(0, 15))}


fault_lists = st.lists(faults(), min_size=1, max_size=2)
