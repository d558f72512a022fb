"""orphans: keys with our tag that no state claims, and states whose key is gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import click

from providers.composition import Composition
from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.console.contract import Key
from providers.core.errors import NotObservable, ProviderError, SettingError
from providers.core.tags import belongs_to
from stacks.exit_codes import CLEAN, DRIFT
from stacks.failures import Failures
from stacks.fleet.options import Fleet, add_fleet_options
from stacks.fleet.selection import require_confirmation
from stacks.fleet.stored import make_reader
from stacks.fleet.streaming import stream
from stacks.fleet.sweep import ReadStack
from stacks.pulumi_cli import PulumiCli
from stacks.reports.model import FleetRun, Row
from stacks.reports.options import Reports
from stacks.tenant_session import TenantSession, open_session

YOUNG = timedelta(hours=1)
"""A key of this age may be one that a run elsewhere has just minted and is about to use."""


@dataclass(frozen=True)
class Orphan:
    """A key of ours that the state does not know.

    `kept_because`: why it is not to be revoked, if anything speaks for it.
    """

    tenant: str
    member_id: int
    key_id: str
    public_key: str
    description: str
    created_at: str
    kept_because: str

    def to_row(self, *, revoked: bool) -> dict[str, Any]:
        """Make its row of the report, which calls the reason `kept`."""
        row = asdict(self)
        kept = row.pop("kept_because")
        return {**row, "kept": kept, "revoked": revoked}

    def __str__(self) -> str:
        """Make its sentence."""
        reason = f"; it is left alone: {self.kept_because}" if self.kept_because else ""
        since = f" since {self.created_at}" if self.created_at else ""
        return f"{self.tenant}: the key {self.public_key} ({self.description}){since} is claimed by no state{reason}."


@dataclass(frozen=True)
class LostKey:
    """A key that the state remembers and the site lacks."""

    tenant: str
    key_id: str
    public_key: str

    def __str__(self) -> str:
        """Make its sentence."""
        return f"{self.tenant}: the state's key {self.public_key} is gone from the site; `pulumi up` makes a new one."


@dataclass
class Found:
    """What was found so far. `revoked`: public keys; `seen`: the tenants that were looked at."""

    orphans: list[Orphan] = field(default_factory=list)
    gone: list[LostKey] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @property
    def left(self) -> list[Orphan]:
        """What was not revoked."""
        return [orphan for orphan in self.orphans if orphan.public_key not in self.revoked]

    def describe(self, problems: list[dict[str, str]]) -> dict[str, Any]:
        """Make the report that scripts know."""
        return {
            "orphans": [orphan.to_row(revoked=orphan.public_key in self.revoked) for orphan in self.orphans],
            "gone": [asdict(each) for each in self.gone],
            "unknown": [row["tenant"] for row in problems],
            "problems": problems,
        }

    def make_row(self, tenant: str, problem: str) -> Row:
        """Make a tenant's row of the page and of JUnit XML."""
        if problem or tenant not in self.seen:
            return Row(
                tenant=tenant, verdict="failed" if problem else "stopped", sentences=(problem,) if problem else ()
            )
        found: list[Orphan | LostKey] = [*self.left, *self.gone]
        sentences = [str(each) for each in found if each.tenant == tenant]
        changes = [f"revoked {key.public_key}" for key in self.orphans if key.tenant == tenant and key not in self.left]
        return Row(
            tenant=tenant, verdict="drift" if sentences else "clean", sentences=tuple(sentences), changes=tuple(changes)
        )


@click.command("orphans")
@add_fleet_options
@click.option(
    "--revoke", is_flag=True, help="revoke them, but for what Umbrella holds and what is younger than an hour"
)
@click.option("--yes", is_flag=True, help="revoke without asking")
@click.option("--confirm", type=int, metavar="N", help="how many tenants that is, when --revoke is for more than one")
def command(fleet: Fleet, reports: Reports, revoke: bool, yes: bool, confirm: int | None) -> int:
    """Look for keys of each TENANT that carry its stack's tag and that no state claims.

    A plain `pulumi up` of the whole stack revokes them too. Exits 7 when something is left, and 1 when a tenant's keys
    can't be seen: without a gateway only a screen shows them.
    """
    if revoke:
        require_confirmation(fleet.tenants, confirm, "revoke keys of")
    look = partial(_look, make_reader(PulumiCli(), os.environ))
    run, failures, found = FleetRun(verb="orphans"), Failures(), Found()
    try:
        for name, give in stream(fleet.tenants, look, fleet.jobs):
            with failures.collect(name):
                session, stray, lost = give()
                found.orphans += stray
                found.gone += lost
                for each in (*stray, *lost):
                    reports.tell(str(each))
                if revoke:
                    _revoke(session, stray, found.revoked, reports, asked=yes)
            found.seen.append(name)
    finally:
        # Whatever ended it: what was revoked is not forgotten.
        run.rows = [found.make_row(name, failures.describe(name)) for name in fleet.tenants]
        run.ended_at = datetime.now(UTC)
        reports.write(run, found.describe(failures.to_rows()))
    if not (found.orphans or found.gone or failures.code):
        reports.tell("no orphans.")
    return failures.code or (DRIFT if found.left or found.gone else CLEAN)


Answer = tuple[TenantSession, list[Orphan], list[LostKey]]


def _look(read: ReadStack, name: str) -> tuple[str, Callable[[], Answer]]:
    """Look at one tenant; its answer, or its error, is given when it is asked for."""
    future = Future[Answer]()
    try:
        session = open_session(name, read(name))
        future.set_result((session, *find_orphans(session, datetime.now(UTC))))
    except ProviderError as error:
        future.set_exception(error)
    return name, future.result


def find_orphans(session: TenantSession, now: datetime) -> tuple[list[Orphan], list[LostKey]]:
    """Find what one tenant's site has and its state lacks, and the other way round. Raises `ProviderError`."""
    ours = [row for row in session.state.rows_of(ApiKeyState) if row.outputs.public_key]
    claimed = {row.outputs.public_key for row in ours}
    listed = [(member_id, key) for member_id in _list_members(session) for key in _keys_of(session, member_id)]
    orphans = [
        _orphan(session, member_id, key, now)
        for member_id, key in listed
        if belongs_to(key.description, session.owner) and key.publicKey not in claimed
    ]
    visible = {key.publicKey for _, key in listed}
    missing = next((row for row in ours if not row.awaits_deletion and row.outputs.public_key not in visible), None)
    if missing is None or not _is_gone(session):
        return orphans, []
    return orphans, [LostKey(session.tenant.name, missing.id, missing.outputs.public_key)]


def _keys_of(session: TenantSession, member_id: int) -> list[Key]:
    try:
        return session.context.keys.list_keys(member_id)
    except NotObservable as error:
        raise ProviderError(**{**error.fields(), "summary": f"not known. {error.headline}"}) from None


def _orphan(session: TenantSession, member_id: int, key: Key, now: datetime) -> Orphan:
    created = key.createdAt.isoformat() if key.createdAt else ""
    reason = _explain_kept(session.context, key, now)
    return Orphan(session.tenant.name, member_id, key.id, key.publicKey, key.description, created, reason)


def _list_members(session: TenantSession) -> list[int]:
    """List the state's members, and the one that the settings name, which may not be the same yet."""
    ids = {int(row.id) for row in session.state.rows_of(ApiMemberState)}
    ids |= {int(row.outputs.member_id) for row in session.state.rows_of(ApiKeyState)}
    configured = session.context.members.existing(session.tenant.own.member_id)
    return sorted(ids | ({configured.id} if configured else set()))


def _is_gone(session: TenantSession) -> bool:
    """Decide by the resource's own rule: a list without a single row needs the key itself as a witness."""
    key = session.state.key
    if key is None:
        return False
    session.context.redactor.add(key.outputs.private_key.get_secret_value())
    return session.context.get_handler("ApiKey").read(key.id, key.outputs) is None


def _explain_kept(context: Composition, key: Key, now: datetime) -> str:
    """Say why a key is not to be revoked, if anything speaks for it."""
    if context.registry.is_provisioning_key(key.publicKey):
        return "we are signed in with it"
    try:
        held = context.registry.holds(key.publicKey)
    except NotObservable:
        return f"whether {context.registry.sink_name} holds it is not known"
    return f"{context.registry.sink_name} holds it" if held else _explain_age(key.createdAt, now)


def _revoke(
    session: TenantSession, orphans: list[Orphan], revoked: list[str], reports: Reports, *, asked: bool
) -> None:
    revocable = [orphan for orphan in orphans if not orphan.kept_because]
    if not revocable or not (asked or _confirm(revocable)):
        return
    for orphan in revocable:
        if session.context.registry.holds(orphan.public_key):
            holder = session.context.registry.sink_name
            raise ProviderError(f"{holder} holds {orphan.public_key} by now, so nothing more is revoked")
        session.context.keys.revoke(orphan.member_id, orphan.key_id)
        revoked.append(orphan.public_key)
        reports.tell(f"{orphan.tenant}: revoked {orphan.public_key}.")


def _explain_age(created: datetime | None, now: datetime) -> str:
    if created is None:
        return "its age is not known"
    return "it is younger than an hour" if now - created < YOUNG else ""


def _confirm(orphans: list[Orphan]) -> bool:
    if not sys.stdin.isatty():
        raise SettingError("--yes", "revoking asks first, and there is no terminal to ask at", next_step="add --yes")
    return click.confirm(f"{orphans[0].tenant}: revoke {', '.join(orphan.public_key for orphan in orphans)}?", err=True)
