"""What bounds a run over many tenants."""

from __future__ import annotations

from dataclasses import dataclass, field

from stacks.fleet.deadline import Deadline


@dataclass(frozen=True)
class Limits:
    """`jobs`: tenants at once. `max_failures`: how many may fail before no further one is begun.

    `deadline`: of each of a tenant's commands.
    """

    jobs: int
    max_failures: int
    deadline: Deadline = field(default_factory=Deadline)
