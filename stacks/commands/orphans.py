"""orphans: keys with our tag that no state claims, and states whose key is gone."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
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
from stacks.fleet.options import add_selection
from stacks.fleet.selection import require_confirmation
from stacks.fleet.stored import make_reader
from stacks.pulumi_cli import PulumiCli
from stacks.report import Report, report_option
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


@click.command("orphans")
@add_selection
@click.option(
    "--revoke", is_flag=True, help="revoke them, but for what Umbrella holds and what is younger than an hour"
)
@click.option("--yes", is_flag=True, help="revoke without asking")
@click.option("--confirm", type=int, metavar="N", help="how many tenants that is, when --revoke is for more than one")
@report_option
def command(tenants: list[str], revoke: bool, yes: bool, confirm: int | None, report: Report) -> int:
    """Look for keys of each TENANT that carry its stack's tag and that no state claims.

    A plain `pulumi up` of the whole stack revokes them too. Exits 7 when something is left, and 1 when a tenant's keys
    can't be seen: without a gateway only a screen shows them.
    """
    if revoke:
        require_confirmation(tenants, confirm, "revoke keys of")
    read, failures = make_reader(PulumiCli(), os.environ), Failures()
    orphans: list[Orphan] = []
    gone: list[LostKey] = []
    revoked: list[str] = []
    try:
        for name in tenants:
            with failures.collect(name):
                session = open_session(name, read(name))
                stray, lost = find_orphans(session, datetime.now(UTC))
                orphans += stray
                gone += lost
                for each in (*stray, *lost):
                    report.tell(str(each))
                if revoke:
                    _revoke(session, stray, revoked, report, asked=yes)
    finally:
        # Whatever ended it: what was revoked is not forgotten.
        errors = failures.to_rows()
        report.write(
            {
                "orphans": [orphan.to_row(revoked=orphan.public_key in revoked) for orphan in orphans],
                "gone": [asdict(each) for each in gone],
                "unknown": [row["tenant"] for row in errors],
                "problems": errors,
            }
        )
    if not (orphans or gone or failures.code):
        report.tell("no orphans.")
    left = [orphan for orphan in orphans if orphan.public_key not in revoked]
    return failures.code or (DRIFT if left or gone else CLEAN)


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
        return "whether Umbrella holds it is not known"
    return "Umbrella holds it" if held else _explain_age(key.createdAt, now)


def _revoke(session: TenantSession, orphans: list[Orphan], revoked: list[str], report: Report, *, asked: bool) -> None:
    revocable = [orphan for orphan in orphans if not orphan.kept_because]
    if not revocable or not (asked or _confirm(revocable)):
        return
    for orphan in revocable:
        if session.context.registry.holds(orphan.public_key):
            raise ProviderError(f"Umbrella holds {orphan.public_key} by now, so nothing more is revoked")
        session.context.keys.revoke(orphan.member_id, orphan.key_id)
        revoked.append(orphan.public_key)
        report.tell(f"{orphan.tenant}: revoked {orphan.public_key}.")


def _explain_age(created: datetime | None, now: datetime) -> str:
    if created is None:
        return "its age is not known"
    return "it is younger than an hour" if now - created < YOUNG else ""


def _confirm(orphans: list[Orphan]) -> bool:
    if not sys.stdin.isatty():
        raise SettingError("--yes", "revoking asks first, and there is no terminal to ask at", next_step="add --yes")
    return click.confirm(f"{orphans[0].tenant}: revoke {', '.join(orphan.public_key for orphan in orphans)}?", err=True)
