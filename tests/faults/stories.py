"""The runs that are disturbed: where each begins, what is run, and how its end is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from tests.faults.oracle import judge_gone, judge_live
from tests.faults.outcome import Outcome
from tests.faults.tenant import Tenant
from tests.stories.stack import Printed, Verb

_generations = count(1)


class Judge(Protocol):
    def __call__(self, tenant: Tenant, outcome: Outcome, **environment: str) -> None: ...


@dataclass(frozen=True)
class Story:
    name: str
    verb: Verb
    prepare: Callable[[Tenant], dict[str, str]]
    """Brings a tenant to where the run begins; gives what the run's environment adds."""
    judge: Judge
    lives: int = 1
    """How many of these runs one tenant may live through."""

    def make_command(self, tenant: Tenant) -> list[str]:
        """For a process of its own."""
        return tenant.stack.make_command(self.verb)

    def run(self, tenant: Tenant, environment: Mapping[str, str], expect: int | None = None) -> Printed:
        """To its end."""
        run = {"up": tenant.stack.up, "destroy": tenant.stack.destroy}[self.verb]
        return run(expect=expect, **environment)


def _do_nothing(tenant: Tenant) -> dict[str, str]:
    return {}


def _up(tenant: Tenant) -> dict[str, str]:
    tenant.stack.up()
    return {}


def _make_due(tenant: Tenant) -> dict[str, str]:
    """Up already, and another generation is wanted."""
    if not tenant.list_made().keys:
        tenant.stack.up()
    return dict(tenant.stack.set_for_a_run("rotate", f"generation {next(_generations)}"))


def _make_drift(tenant: Tenant) -> dict[str, str]:
    """Somebody changed what can be put right: a level, a table, the member's name, the console's switch."""
    if not tenant.list_made().keys:
        tenant.stack.up()
    company = tenant.company
    role, member, sink = company.role(), company.member(), company.sink()
    company.ask("PUT", f"/roles/{role['id']}/levels", {"Service Desk / Service Tickets": {"delete": "All"}})
    company.ask("PUT", f"/roles/{role['id']}/tables", {"allow": ["Service / Priority"]})
    company.ask("PATCH", f"/apiMembers/{member['id']}", {"name": "Somebody"})
    company.set_sink(publicKey=sink["publicKey"], enabled=False)
    return {}


def _rob(tenant: Tenant) -> dict[str, str]:
    """Somebody switched the integration off and deleted its key."""
    if not tenant.list_made().keys:
        tenant.stack.up()
    company = tenant.company
    company.set_sink(publicKey=company.sink()["publicKey"], enabled=False)
    for key in company.member()["keys"]:
        company.ask("DELETE", f"/keys/{key['id']}")
    return {}


FIRST_UP = Story("first up", "up", _do_nothing, judge_live)
ROTATION = Story("rotation", "up", _make_due, judge_live, lives=8)
REPAIR = Story("repair", "up", _make_drift, judge_live, lives=8)
NEW_KEY = Story("new key", "up", _rob, judge_live, lives=8)
DESTROY = Story("destroy", "destroy", _up, judge_gone, lives=8)
STORIES = (FIRST_UP, ROTATION, REPAIR, NEW_KEY, DESTROY)
