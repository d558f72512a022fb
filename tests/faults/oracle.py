"""Is everything exactly as wanted? Asked of the site, of the sink, of the state and of the engine."""

from __future__ import annotations

from tests.faults.outcome import Outcome
from tests.faults.tenant import Tenant
from tests.stories.drifts import TABLES, WANTED


def judge_live(tenant: Tenant, outcome: Outcome, **environment: str) -> None:
    """After an `up`: one role, one member, one key, in use and known to the state; nothing to do."""
    made = tenant.list_made()
    outcome.orphans += sum(max(0, len(rows) - 1) for rows in (made.roles, made.members, made.keys))
    expected = [
        (len(made.roles) == 1, f"{len(made.roles)} roles"),
        (len(made.members) == 1, f"{len(made.members)} members"),
        (len(made.keys) == 1, f"{len(made.keys)} keys"),
        (all(role["levels"] == WANTED for role in made.roles), "the role has other levels"),
        (all(sorted(role["tables"]) == TABLES for role in made.roles), "the role may use other tables"),
        (not any(role["inactiveFlag"] for role in [*made.roles, *made.members]), "role or member is inactive"),
        (not any(key["inactive"] for key in made.keys), "the key is inactive"),
        ({member["roleId"] for member in made.members} == {role["id"] for role in made.roles}, "another role"),
        (made.sink["enabled"] and made.sink["privateKeySet"], "the sink is not set up"),
    ]
    wrong = [what for holds, what in expected if not holds]
    preview = tenant.stack.preview(expect=None, **environment)
    if preview.code != 0:
        wrong.append(f"preview exits {preview.code}: {' '.join(preview.text.split())[-400:]}")
    if wrong:
        outcome.converged = False
        outcome.notes += wrong
    _judge_key(tenant, outcome)


def _judge_key(tenant: Tenant, outcome: Outcome) -> None:
    public, private = tenant.stack.read_pair()
    if (tenant.list_made().sink["publicKey"], True) != (public, tenant.can_sign_in(public, private)):
        outcome.lost_keys += 1
        outcome.notes.append(f"the state's key {public} is not the sink's, or does not sign in")


def judge_gone(tenant: Tenant, outcome: Outcome, **environment: str) -> None:
    """After a `destroy`: the inactive member, which the site can't delete, and nothing else."""
    made = tenant.list_made()
    active = [member for member in made.members if not member["inactiveFlag"]]
    outcome.orphans += len(made.roles) + len(made.keys) + len(active) + max(0, len(made.members) - 1)
    if made.sink["publicKey"] or made.sink["enabled"]:
        outcome.lost_keys += 1
        outcome.notes.append(f"the sink still holds {made.sink['publicKey']}")
    if left := tenant.stack.list_recorded():
        outcome.converged = False
        outcome.notes.append(f"the state is not empty: {' '.join(left)[-300:]}")


def judge_history(tenant: Tenant, outcome: Outcome) -> None:
    """What must hold of the whole life of a tenant so far."""
    dead = tenant.company.dead_moments()
    leaks = tenant.stack.find_leaks()
    outcome.early_revocations += len(dead)
    outcome.leaks += len(leaks)
    outcome.notes += [f"Umbrella held a dead key: {one}" for one in dead]
    outcome.notes += [f"a secret stands in clear in {place}" for place in leaks]


def settle(tenant: Tenant, outcome: Outcome, **environment: str) -> None:
    """One plain `up`, after which all must be as wanted."""
    code = tenant.stack.up(expect=None, **environment).code
    outcome.converged = code == 0
    if code:
        outcome.notes.append(f"the plain up exits {code}: {' '.join(tenant.stack.seen[-1].split())[-600:]}")
    judge_live(tenant, outcome, **environment)
    judge_history(tenant, outcome)
