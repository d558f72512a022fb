"""What the browser did at the consoles, read from the simulator's log of requests: a line per walk from the menu."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from simulator.remote import Company

# A request's path behind the console's own -> where a walk begins.
_STARTS = {
    "POST /sign-in": "sign in",
    "GET /view/System/SecurityRoles": "System > Security Roles",
    "GET /view/System/Members": "System > Members",
    "GET /view/settings/psa": "PSA Integration Details",
}
# … -> the step that it is; numbers are left out. What is neither is passed on the way.
_STEPS = {
    "GET /view/System/SecurityRoles/#": "the role",
    "GET /view/System/SecurityRoles/#/module/#": "levels",
    "GET /view/System/SecurityRoles/#/customize": "customize",
    "POST /do/System/SecurityRoles/#/customize": "SAVE",
    "POST /do/System/SecurityRoles/#/levels": "Save",
    "GET /view/System/Members/ApiMembers": "API Members",
    "GET /view/System/Members/ApiMembers/#": "the member",
    "GET /view/System/Members/ApiMembers/#/ApiKeys": "API Keys",
    "GET /view/System/Members/ApiMembers/#/ApiKeys/new": "+",
    "GET /view/System/Members/ApiMembers/#/ApiKeys/#": "the old key",
    "POST /do/System/Members/ApiMembers/#/ApiKeys": "Save, and both halves are read",
    "POST /do/System/Members/ApiMembers/#/ApiKeys/#/delete": "Delete",
    "POST /do/settings/psa": "Enabled and both halves > Save",
    "POST /do/settings/psa/delete": "Delete",
}
_CONSOLE = re.compile(r"/console/(connectwise/[^/]+|umbrella/[^/]+/[^/]+)")


def list_walks(company: Company, since: int = 0) -> list[str]:
    """The walks that began after this request, each as a person would describe it."""
    walks: list[tuple[str, list[str]]] = []
    under_way: dict[str, list[str]] = {}
    for request in company.requests(since):
        console, step = _split_request(request)
        if step in _STARTS:
            under_way[console] = [_STARTS[step]]
            walks.append((console, under_way[console]))
        elif step in _STEPS and console in under_way and _STEPS[step] != under_way[console][-1]:
            under_way[console].append(_STEPS[step])
    lines = [f"    {console + ':':<13}{' > '.join(steps)}" for console, steps in walks]
    return [line for line, _ in groupby(lines)]  # a walk that is repeated at once is shown once


def _split_request(request: dict[str, Any]) -> tuple[str, str]:
    match = _CONSOLE.match(request["path"])
    if match is None:
        return "", ""
    path = re.sub(r"/\d+(?=/|$)", "/#", request["path"][match.end() :])
    return "ConnectWise" if match[1].startswith("connectwise") else "Umbrella", f"{request['method']} {path}"
