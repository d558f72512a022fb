"""Keys with our tag that no state claims, and states whose key is gone: one tenant's, whichever runner asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from providers.composition import Composition
from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.console.contract import Key
from providers.core.errors import NotObservable, ProviderError
from providers.core.tags import belongs_to
from stacks.fleet.sweep import ReadStack
from stacks.reports.model import Part, Row, Verdict
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


class TenantOrphans(Part):
    """What was found of one tenant. `revoked`: public keys. `problem`: why revoking ended early, if it did."""

    tenant: str
    orphans: tuple[Orphan, ...] = ()
    gone: tuple[LostKey, ...] = ()
    revoked: tuple[str, ...] = ()
    problem: str = ""

    def to_row(self) -> Row:
        """Make its row of the page and of JUnit XML."""
        left = [orphan for orphan in self.orphans if orphan.public_key not in self.revoked]
        sentences = [self.problem] if self.problem else [str(each) for each in (*left, *self.gone)]
        verdict: Verdict = "failed" if self.problem else "drift" if sentences else "clean"
        changes = tuple(f"revoked {key}" for key in self.revoked)
        return Row(tenant=self.tenant, verdict=verdict, sentences=tuple(sentences), changes=changes)


def look_for_orphans(tenant: str, read: ReadStack, *, revoke: bool) -> TenantOrphans:
    """Look at one tenant, and revoke what is to be revoked without asking. Raises `ProviderError`."""
    session = open_session(tenant, read(tenant))
    found = find_orphans(session, datetime.now(UTC))
    revoked: list[str] = []
    try:
        if revoke:
            revoke_orphans(session, list_revocable(found.orphans), lambda orphan: revoked.append(orphan.public_key))
    except ProviderError as error:
        return found.but(revoked=tuple(revoked), problem=str(error))
    return found.but(revoked=tuple(revoked))


def find_orphans(session: TenantSession, now: datetime) -> TenantOrphans:
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
        return TenantOrphans(tenant=session.tenant.name, orphans=tuple(orphans))
    lost = LostKey(session.tenant.name, missing.id, missing.outputs.public_key)
    return TenantOrphans(tenant=session.tenant.name, orphans=tuple(orphans), gone=(lost,))


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


def list_revocable(orphans: Sequence[Orphan]) -> list[Orphan]:
    """List those that nothing speaks for."""
    return [orphan for orphan in orphans if not orphan.kept_because]


def revoke_orphans(session: TenantSession, orphans: Sequence[Orphan], told: Callable[[Orphan], None]) -> None:
    """Revoke keys; each that is gone is `told`, whatever ends it. Raises `ProviderError`."""
    for orphan in orphans:
        if session.context.registry.holds(orphan.public_key):
            raise ProviderError(f"Umbrella holds {orphan.public_key} by now, so nothing more is revoked")
        session.context.keys.revoke(orphan.member_id, orphan.key_id)
        told(orphan)


def _explain_age(created: datetime | None, now: datetime) -> str:
    if created is None:
        return "its age is not known"
    return "it is younger than an hour" if now - created < YOUNG else ""
