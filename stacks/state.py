"""What an exported state remembers, by kind of resource (`ApiKey`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Resource = dict[str, Any]
"""As `pulumi stack export` writes one."""


def of_kind(resources: Iterable[Resource], kind: str) -> list[Resource]:
    """All of them: those that wait for their deletion, too."""
    return [one for one in resources if one["type"].endswith(f":{kind}")]


def current(resources: Iterable[Resource], kind: str) -> Resource | None:
    """The one that counts: what is replaced already, and only waits for its deletion, does not."""
    return next((one for one in of_kind(resources, kind) if not one.get("delete")), None)


def outputs(resource: Resource | None) -> dict[str, Any]:
    """Its properties; none of what isn't there. Secrets are encrypted unless they were exported in clear."""
    return (resource or {}).get("outputs") or {}
