"""Settings of another company, a run that is refused, settings set back, a plain verb.

The engine has recorded the wrong ones meanwhile, and hands them to whatever begins with what is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count, product

from simulator.remote import Company
from tests.engine.workspace import Run, Stack
from tests.faults.oracle import settle
from tests.faults.outcome import Outcome, expect, has_message
from tests.faults.reused_tenants import Attempt, share_out
from tests.faults.tenant import Field, Tenant, get_pulumi_stack

REFUSED = (
    "up --run-program",
    "up --run-program --refresh=false",
    "up --refresh=false",
    "refresh --run-program",
    "destroy --run-program",
    "destroy --run-program --refresh=false",
    "rotate",
)
PLAIN = ("preview", "up", "refresh", "destroy", "destroy --refresh=false")
FRESH = {"PULUMI_RUN_PROGRAM": "true"}

_LIVES = 5  # of these one tenant lives through
_numbers = count(1)


def list_refusals(field: Field, short: bool) -> Iterator[Attempt]:
    """Every verb after every refusal; in the short form after one."""
    pairs = product(REFUSED[: 1 if short else None], PLAIN)
    return share_out(
        [(f"{first}, set back, {then}", partial(be_refused, first, then)) for first, then in pairs], field, _LIVES
    )


def be_refused(first: str, then: str, tenant: Tenant, moment: str) -> Outcome:
    """The other company is never asked; ours is as wanted after one `up` with the settings as they are."""
    outcome, stack = Outcome(moment), get_pulumi_stack(tenant)
    if not tenant.list_made().keys:
        stack.up()
    other = tenant.company.simulator.company(f"{tenant.company.id}-other-{next(_numbers)}")
    file = stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml"
    own = file.read_text(encoding="utf-8")
    _point_at(stack, other)
    refused = _run(stack, first)
    file.write_text(own, encoding="utf-8")
    plain = _run(stack, then)
    settle(tenant, outcome, **FRESH)
    foreign = "belongs to the" in refused.text and refused.code != 0
    expect(outcome, foreign, f"{first} with another company's settings was not refused: {refused.text}")
    expect(outcome, plain.code == 0 or has_message(plain.text), f"{then}: no reason is given: {plain.text}")
    expect(outcome, other.requests() == [], f"the other company was asked {len(other.requests())} things")
    return outcome


def _point_at(stack: Stack, other: Company) -> None:
    stack.settings.set(other.settings(), other.secrets())


def _run(stack: Stack, command: str) -> Run:
    verb, *flags = command.split()
    if verb == "rotate":
        return stack.run_command("rotate", stack.name, expect=None)
    yes = () if verb == "preview" else ("--yes", "--skip-preview")
    return stack.run_pulumi(verb, "-s", stack.name, *yes, *flags, expect=None)
