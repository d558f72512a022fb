"""rotate: a new API key for each of these tenants, and when the old one died."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

import click
from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.core.configuration import to_environment_name
from providers.core.errors import GuardViolation, NotObservable, ProviderError, SettingError, WorkOrder
from stacks.exit_codes import CLEAN, DRIFT
from stacks.failures import Failures
from stacks.fleet.options import add_selection
from stacks.pulumi_cli import PulumiCli
from stacks.report import Report, report_option
from stacks.tenant_session import TenantSession, open_session

ROTATE = "rotate"
_PAGE = "docs/runbooks/failed-rotation.md"


@dataclass(frozen=True)
class Rotation:
    """One tenant's rotation. Keys are public halves.

    `old_gone_at` is when the old key was seen to be gone; `waiting` the work order of a step that is a person's.
    """

    tenant: str
    generation: str = ""
    old: str = ""
    new: str = ""
    old_gone_at: str = ""
    waiting: str = ""
    problem: str = ""


@click.command(ROTATE)
@add_selection
@click.option("--dry-run", is_flag=True, help="preview the rotation; nothing is changed")
@click.option("--older-than", type=click.IntRange(0), metavar="DAYS", help="only keys that are older; others stay")
@report_option
def command(tenants: list[str], dry_run: bool, older_than: int | None, report: Report) -> int:
    """Replace the API key of each TENANT, one after the other.

    The setting `rotate` gets a new generation and the engine runs: mint, escrow, proof, Umbrella, and only then the old
    key is revoked. A rotation that was interrupted is finished, not begun again. Exits 7 when a person has to go on.
    """
    if to_environment_name(ROTATE) in os.environ:
        raise SettingError(
            ROTATE,
            f"{to_environment_name(ROTATE)} is set and would win over every new generation",
            next_step="unset it",
        )
    pulumi, failures = PulumiCli(), Failures()
    done: list[Rotation] = []
    try:
        for name in tenants:
            row = Rotation(name)
            with failures.collect(name):
                session = _open(pulumi, name)
                if older_than is not None and not _is_due(session, older_than):
                    report.tell(f"{name}: its key is not older than {older_than} days and stays.")
                    continue
                row = _begin(session)
                row = _preview(pulumi, row, report) if dry_run else _rotate(pulumi, session, row, report)
                report.tell(_describe(row))
            done.append(replace(row, problem=failures.describe(name)))
    finally:
        report.write({"rotations": [asdict(rotation) for rotation in done]})
    return failures.code or (DRIFT if any(rotation.waiting for rotation in done) else CLEAN)


def _open(pulumi: PulumiCli, name: str) -> TenantSession:
    session = open_session(pulumi, name)
    if not any(row.outputs.public_key for row in session.state.rows_of(ApiKeyState)):
        raise GuardViolation("there is no key yet that could be replaced", next_step=f"run `pulumi up -s {name}` first")
    return session


def _is_due(session: TenantSession, days: int) -> bool:
    """Tell whether the key is older than that; a rotation that has begun is finished whatever the age."""
    key = session.state.key
    if is_unfinished(session) or key is None:
        return True
    return datetime.now(UTC).date() - date.fromisoformat(key.outputs.minted_on) > timedelta(days=days)


def _begin(session: TenantSession) -> Rotation:
    """Choose the generation to go to: the one that an unfinished rotation was after, else the present second's."""
    configured = session.tenant.own.rotate
    fresh = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Rotation(
        session.tenant.name,
        configured if is_unfinished(session) else fresh,
        _find_replaced_key(session) or session.sink_key,
    )


def _find_replaced_key(session: TenantSession) -> str:
    """Find the key that an unfinished rotation has replaced, by the row that waits for its deletion."""
    keys = (row.outputs.public_key for row in session.state.replaced(ApiKeyState))
    return next(filter(None, keys), "")


def is_unfinished(session: TenantSession) -> bool:
    """Tell whether the state shows a rotation that has not ended: anywhere from the setting to the old key's end."""
    key, retirement = session.state.key, session.state.current(KeyRetirementState)
    return bool(
        key is None
        or session.tenant.own.rotate != key.outputs.rotate
        or key.outputs.pending
        or key.outputs.public_key != session.sink_key
        or session.state.replaced(ApiKeyState)
        or retirement is None
        or retirement.outputs.key_id != key.id
    )


def _preview(pulumi: PulumiCli, row: Rotation, report: Report) -> Rotation:
    rotate = {to_environment_name(ROTATE): row.generation}
    code = pulumi.run(row.tenant, "preview", to_stderr=report.takes_stdout, **rotate)
    if code:
        raise ProviderError(f"the preview ended with exit code {code}", next_step="fix what it says")
    return row


def _rotate(pulumi: PulumiCli, session: TenantSession, row: Rotation, report: Report) -> Rotation:
    if row.generation != session.tenant.own.rotate:
        pulumi.set(row.tenant, ROTATE, row.generation)
    code = pulumi.run(row.tenant, "up", "--yes", "--skip-preview", to_stderr=report.takes_stdout)
    try:
        after = open_session(pulumi, row.tenant)
        if code and (order := _find_pending_step(after)):
            return replace(row, waiting=str(order).replace("<tenant>", row.tenant))
        if code:
            raise ProviderError(
                f"the run ended with exit code {code}", next_step="fix what it says and run the same again"
            )
        return _verify(after, row)
    except ProviderError as error:
        summary = f"the rotation is not finished: {error.headline}"
        raise ProviderError(**{**error.fields(), "summary": summary, "page": error.page or _PAGE}) from None


def _find_pending_step(session: TenantSession) -> WorkOrder | None:
    """Find what a person has to do next. The driver `manual` does nothing when it is asked to: it says how."""
    context, key = session.context, session.state.key
    if key and key.outputs.pending:
        return WorkOrder(key.outputs.pending, key.outputs.work_order or key.outputs.pending)
    try:
        if session.tenant.umbrella.driver == "manual":
            context.sink.write(key.outputs.public_key if key else "", SecretStr(""))
        for old in session.state.replaced(ApiKeyState) if session.tenant.connectwise.driver == "manual" else ():
            context.keys.revoke(int(old.outputs.member_id), old.id, old.outputs.public_key)
    except WorkOrder as order:
        return order
    return None


def _verify(session: TenantSession, row: Rotation) -> Rotation:
    """Look again, where a driver can look: what a run says of itself is no proof."""
    key = session.state.key
    if key is None or is_unfinished(session):
        raise ProviderError(
            "the run ended well, but its state shows open steps", next_step=f"run `pulumi preview -s {row.tenant}`"
        )
    new = key.outputs.public_key
    with suppress(NotObservable):  # then it is the state: it goes on only when the site refuses the old pair
        listed = [known.publicKey for known in session.context.keys.list_keys(int(key.outputs.member_id))]
        if row.old in listed or new not in listed:
            raise ProviderError(f"the run ended well, but the site has the keys {', '.join(listed)}")
    # By a person's word where nobody can look.
    if not session.context.registry.holds(new):
        raise ProviderError(f"the run ended well, but Umbrella does not hold {new}")
    return replace(row, new=new, old_gone_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _describe(row: Rotation) -> str:
    if row.waiting:
        again = f"then run `python -m stacks rotate {row.tenant}` again"
        return f"{row.tenant}: the rotation waits for a person; do this, {again}.\n\n{row.waiting}"
    if not row.new:
        return f"{row.tenant}: nothing was changed."
    gone = f" {row.old} is revoked, gone from the site at {row.old_gone_at}." if row.old else ""
    return f"{row.tenant}: Umbrella holds {row.new}.{gone}"
