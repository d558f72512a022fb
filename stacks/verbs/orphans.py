"""orphans: keys with our tag that no state claims, and states whose key is gone."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import click

from providers.composition import Composition
from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.console.contract import Key
from providers.core.problems import Problem, Unseen
from providers.core.tags import belongs_to
from stacks.engine import Engine
from stacks.exits import CLEAN, DRIFT
from stacks.failures import Failures, tenants_argument
from stacks.report import Report, report_option
from stacks.workbench import Workbench, open_tenant

YOUNG = timedelta(hours=1)
"""A key of this age may be one that a run elsewhere has just minted and is about to use."""


@dataclass(frozen=True)
class Orphan:
    """A key of ours that the state does not know. `kept`: why it is not to be revoked, if anything speaks for it."""

    tenant: str
    member_id: int
    key_id: str
    public_key: str
    description: str
    created_at: str
    kept: str

    def __str__(self) -> str:
        kept = f"; it is left alone: {self.kept}" if self.kept else ""
        since = f" since {self.created_at}" if self.created_at else ""
        return f"{self.tenant}: the key {self.public_key} ({self.description}){since} is claimed by no state{kept}."


@dataclass(frozen=True)
class Gone:
    """A key that the state remembers and the site lacks."""

    tenant: str
    key_id: str
    public_key: str

    def __str__(self) -> str:
        return f"{self.tenant}: the state's key {self.public_key} is gone from the site; `pulumi up` makes a new one."


@click.command("orphans")
@tenants_argument
@click.option(
    "--revoke", is_flag=True, help="revoke them, but for what Umbrella holds and what is younger than an hour"
)
@click.option("--yes", is_flag=True, help="revoke without asking")
@report_option
def command(tenants: tuple[str, ...], revoke: bool, yes: bool, report: Report) -> int:
    """Look for keys of each TENANT that carry its stack's tag and that no state claims.

    A plain `pulumi up` of the whole stack revokes them too. Exits 7 when something is left, and 1 when a tenant's keys
    can't be seen: without a gateway only a screen shows them.
    """
    engine, failures = Engine(), Failures()
    orphans: list[Orphan] = []
    gone: list[Gone] = []
    revoked: list[str] = []
    try:
        for name in tenants:
            with failures.of(name):
                bench = open_tenant(engine, name)
                found, lost = look(engine, bench, datetime.now(UTC))
                orphans += found
                gone += lost
                for each in (*found, *lost):
                    report.tell(str(each))
                if revoke:
                    _revoke(bench, found, revoked, report, asked=yes)
    finally:
        # Whatever ended it: what was revoked is not forgotten.
        problems = failures.rows()
        report.write(
            {
                "orphans": [{**asdict(each), "revoked": each.public_key in revoked} for each in orphans],
                "gone": [asdict(each) for each in gone],
                "unknown": [row["tenant"] for row in problems],
                "problems": problems,
            }
        )
    if not (orphans or gone or failures.code):
        report.tell("no orphans.")
    left = [each for each in orphans if each.public_key not in revoked]
    return failures.code or (DRIFT if left or gone else CLEAN)


def look(engine: Engine, bench: Workbench, now: datetime) -> tuple[list[Orphan], list[Gone]]:
    """What one tenant's site has and its state lacks, and the other way round. Raises `Problem`."""
    ours = [row for row in bench.state.rows_of(ApiKeyState) if row.outputs.public_key]
    claimed = {row.outputs.public_key for row in ours}
    listed = [(member_id, key) for member_id in _members(bench) for key in _keys_of(bench, member_id)]
    orphans = [
        _orphan(bench, member_id, key, now)
        for member_id, key in listed
        if belongs_to(key.description, bench.owner) and key.publicKey not in claimed
    ]
    seen = {key.publicKey for _, key in listed}
    missing = next((row for row in ours if not row.awaits_deletion and row.outputs.public_key not in seen), None)
    if missing is None or not _is_gone(engine, bench):
        return orphans, []
    return orphans, [Gone(bench.tenant.name, missing.id, missing.outputs.public_key)]


def _keys_of(bench: Workbench, member_id: int) -> list[Key]:
    try:
        return bench.context.keys.keys(member_id)
    except Unseen as unseen:
        raise Problem(**{**unseen.fields(), "summary": f"not known. {unseen.headline}"}) from None


def _orphan(bench: Workbench, member_id: int, key: Key, now: datetime) -> Orphan:
    created = key.createdAt.isoformat() if key.createdAt else ""
    kept = _kept(bench.context, key, now)
    return Orphan(bench.tenant.name, member_id, key.id, key.publicKey, key.description, created, kept)


def _members(bench: Workbench) -> list[int]:
    """The state's, and the one that the settings name, which may not be the same yet."""
    ids = {int(row.id) for row in bench.state.rows_of(ApiMemberState)}
    ids |= {int(row.outputs.member_id) for row in bench.state.rows_of(ApiKeyState)}
    configured = bench.context.members.existing(bench.tenant.own.member_id)
    return sorted(ids | ({configured.id} if configured else set()))


def _is_gone(engine: Engine, bench: Workbench) -> bool:
    """By the resource's own rule: a list without a single row needs the key itself as a witness."""
    key = engine.state(bench.tenant.name, in_clear=True).key
    if key is None:
        return False
    bench.context.redactor.add(key.outputs.private_key.get_secret_value())
    return bench.context.handlers["ApiKey"].read(key.id, key.outputs) is None


def _kept(context: Composition, key: Key, now: datetime) -> str:
    """Why a key is not to be revoked, if anything speaks for it."""
    if context.registry.signs_us_in(key.publicKey):
        return "we are signed in with it"
    try:
        held = context.registry.holds(key.publicKey)
    except Unseen:
        return "whether Umbrella holds it is not known"
    return "Umbrella holds it" if held else _too_young(key.createdAt, now)


def _revoke(bench: Workbench, found: list[Orphan], revoked: list[str], report: Report, *, asked: bool) -> None:
    wanted = [each for each in found if not each.kept]
    if not wanted or not (asked or _agreed(wanted)):
        return
    for each in wanted:
        if bench.context.registry.holds(each.public_key):
            raise Problem(f"Umbrella holds {each.public_key} by now, so nothing more is revoked")
        bench.context.keys.revoke(each.member_id, each.key_id)
        revoked.append(each.public_key)
        report.tell(f"{each.tenant}: revoked {each.public_key}.")


def _too_young(created: datetime | None, now: datetime) -> str:
    if created is None:
        return "its age is not known"
    return "it is younger than an hour" if now - created < YOUNG else ""


def _agreed(orphans: list[Orphan]) -> bool:
    if not sys.stdin.isatty():
        raise Problem("revoking asks first, and there is no terminal to ask at", next_step="add --yes")
    return click.confirm(f"{orphans[0].tenant}: revoke {', '.join(each.public_key for each in orphans)}?", err=True)
