"""A tenant's rotation: what is to be done, and whether it is done. In between the engine runs, as for any `up`."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.core.errors import GuardViolation, NotObservable, ProviderError
from stacks.reports.model import Rotation
from stacks.tenant_session import TenantSession

SETTING = "rotate"
PAGE = "docs/runbooks/failed-rotation.md"


def name_generation(begun_at: datetime) -> str:
    """Name the keys of a rotation by when it began, in UTC."""
    return begun_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def begin_rotation(session: TenantSession, generation: str) -> Rotation:
    """Choose the generation to go to: the one that an unfinished rotation was after, else the one given.

    Raises `ProviderError` where there is no key to be replaced.
    """
    if not any(row.outputs.public_key for row in session.state.list_rows(ApiKeyState)):
        raise GuardViolation(
            "there is no key yet that could be replaced", next_step=f"run `umbrella-psa up {session.tenant.name}` first"
        )
    return Rotation(
        generation=session.tenant.own.rotate if is_unfinished(session) else generation,
        # Nothing, where an earlier attempt came to the end.
        old=_find_replaced_key(session) or ("" if is_rotated(session, generation) else session.sink_key),
    )


def is_rotated(session: TenantSession, generation: str) -> bool:
    """Tell whether a rotation to this generation has ended."""
    return session.tenant.own.rotate == generation and not is_unfinished(session)


def is_due(session: TenantSession, days: int) -> bool:
    """Tell whether the key is older than that; a rotation that has begun is finished whatever the age."""
    key = session.state.key
    if is_unfinished(session) or key is None:
        return True
    return datetime.now(UTC).date() - date.fromisoformat(key.outputs.minted_on) > timedelta(days=days)


def is_unfinished(session: TenantSession) -> bool:
    """Tell whether the state shows a rotation that has not ended: anywhere from the setting to the old key's end."""
    key, retirement = session.state.key, session.state.find_current(KeyRetirementState)
    return bool(
        key is None
        or session.tenant.own.rotate != key.outputs.rotate
        or key.outputs.pending
        or key.outputs.public_key != session.sink_key
        or session.state.list_replaced(ApiKeyState)
        or retirement is None
        or retirement.outputs.key_id != key.id
    )


def verify_rotation(session: TenantSession, begun: Rotation) -> Rotation:
    """Look again, where a driver can look: what a run says of itself is no proof. Raises `ProviderError`."""
    key = session.state.key
    if key is None or is_unfinished(session):
        raise ProviderError(
            "the run ended well, but its state shows open steps",
            next_step=f"run `pulumi preview -s {session.tenant.name}`",
        )
    new = key.outputs.public_key
    with suppress(NotObservable):  # then it is the state: it goes on only when the site refuses the old pair
        listed = [known.publicKey for known in session.context.keys.list_keys(int(key.outputs.member_id))]
        if begun.old in listed or new not in listed:
            raise ProviderError(f"the run ended well, but the site has the keys {', '.join(listed)}")
    # By a person's word where nobody can look.
    if not session.context.registry.holds(new):
        raise ProviderError(f"the run ended well, but {session.tenant.sink.name} does not hold {new}")
    return begun.but(new=new, old_gone_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def describe_rotation(done: Rotation, sink: str) -> str:
    """Say which key took the place of which in what `sink` names."""
    gone = f" {done.old} is revoked, gone from the site at {done.old_gone_at}." if done.old else ""
    return f"{sink} holds {done.new}.{gone}"


def _find_replaced_key(session: TenantSession) -> str:
    """Find the key that an unfinished rotation has replaced, by the row that waits for its deletion."""
    keys = (row.outputs.public_key for row in session.state.list_replaced(ApiKeyState))
    return next(filter(None, keys), "")
