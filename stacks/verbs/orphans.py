"""orphans: keys with our tag that no state claims, and states whose key is gone."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import click

from providers.core.problems import NotThere, Problem, Unseen
from providers.core.tags import read_tag
from stacks.engine import Engine
from stacks.exits import CLEAN, DRIFT, ERROR
from stacks.report import report_option, tell, write
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


@dataclass(frozen=True)
class Gone:
    """A key that the state remembers and the site lacks."""

    tenant: str
    key_id: str
    public_key: str


@click.command("orphans")
@click.argument("tenants", nargs=-1, required=True, metavar="TENANT...")
@click.option(
    "--revoke", is_flag=True, help="revoke them, but for what Umbrella holds and what is younger than an hour"
)
@click.option("--yes", is_flag=True, help="revoke without asking")
@report_option
def command(tenants: tuple[str, ...], revoke: bool, yes: bool, report: str | None) -> int:
    """Look for keys of each TENANT that carry its stack's tag and that no state claims.

    A plain `pulumi up` of the whole stack revokes them too. Exits 7 when something is left, and 1 when a tenant's keys
    can't be seen: without a gateway only a screen shows them.
    """
    engine = Engine()
    orphans: list[Orphan] = []
    gone: list[Gone] = []
    revoked: list[str] = []
    unknown: list[str] = []
    for name in tenants:
        bench = open_tenant(engine, name)
        try:
            found, lost = look(bench, datetime.now(UTC))
        except Unseen as unseen:
            unknown.append(name)
            tell(f"{name}: not known. {unseen}", report)
            continue
        orphans += found
        gone += lost
        for each in found:
            tell(_sentence(each), report)
        for missing in lost:
            tell(
                f"{name}: the state's key {missing.public_key} is gone from the site; `pulumi up` makes a new one.",
                report,
            )
        wanted = [each for each in found if not each.kept]
        if revoke and wanted and (yes or _agreed(wanted)):
            for each in wanted:
                if bench.context.holds(each.public_key):
                    raise Problem(f"{name}: Umbrella holds {each.public_key} by now, so nothing more is revoked.")
                bench.context.keys.revoke(each.member_id, each.key_id)
                revoked.append(each.public_key)
                tell(f"{name}: revoked {each.public_key}.", report)
    left = [each for each in orphans if each.public_key not in revoked]
    if not (orphans or gone or unknown):
        tell("no orphans.", report)
    write(
        report,
        {
            "orphans": [{**asdict(each), "revoked": each.public_key in revoked} for each in orphans],
            "gone": [asdict(each) for each in gone],
            "unknown": unknown,
        },
    )
    if unknown:
        return ERROR
    return DRIFT if left or gone else CLEAN


def look(bench: Workbench, now: datetime) -> tuple[list[Orphan], list[Gone]]:
    """What one tenant's site has and its state lacks, and the other way round. Raises `Problem`."""
    name = bench.tenant.name
    keys = [one for one in bench.remembered("ApiKey") if not one["outputs"].get("pending")]
    claimed = {one["id"]: str(one["outputs"]["public_key"]) for one in keys}
    member_id = bench.context.member_id(bench.tenant.own.member_id)
    try:
        listed = bench.context.keys.keys(member_id) if member_id else []
    except NotThere:
        listed = []
    orphans = []
    for key in listed:
        tag = read_tag(key.description)
        if tag is None or tag.owner != bench.owner or claimed.get(key.id) == key.publicKey:
            continue
        kept = "Umbrella holds it" if bench.context.holds(key.publicKey) else _too_young(key.createdAt, now)
        created = key.createdAt.isoformat() if key.createdAt else ""
        orphans.append(Orphan(name, member_id or 0, key.id, key.publicKey, key.description, created, kept))
    there = {key.id: key.publicKey for key in listed}
    return orphans, [Gone(name, key, public) for key, public in claimed.items() if there.get(key) != public]


def _too_young(created: datetime | None, now: datetime) -> str:
    if created is None:
        return "its age is not known"
    return "it is younger than an hour" if now - created < YOUNG else ""


def _agreed(orphans: list[Orphan]) -> bool:
    if not sys.stdin.isatty():
        raise Problem("revoking asks first, and there is no terminal to ask at; add --yes.")
    return click.confirm(f"Revoke {', '.join(each.public_key for each in orphans)}?", err=True)


def _sentence(orphan: Orphan) -> str:
    kept = f"; it is left alone: {orphan.kept}" if orphan.kept else ""
    since = f" since {orphan.created_at}" if orphan.created_at else ""
    return f"{orphan.tenant}: the key {orphan.public_key} ({orphan.description}){since} is claimed by no state{kept}."
