"""rotate: a new API key for each of these tenants, and when the old one died."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import click
from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.core.configuration import environment_name
from providers.core.problems import Problem, Refusal, Unseen, WorkOrder
from stacks.engine import Engine
from stacks.exits import CLEAN, DRIFT
from stacks.failures import Failures, tenants_argument
from stacks.report import Report, report_option
from stacks.workbench import Workbench, open_tenant

ROTATE = "rotate"
_PAGE = "docs/runbooks/failed-rotation.md"


@dataclass(frozen=True)
class Rotation:
    """One tenant's rotation. Keys are public halves; `old_gone_at` is when the old key was seen to be gone;
    `waiting` the work order of a step that is a person's."""

    tenant: str
    generation: str = ""
    old: str = ""
    new: str = ""
    old_gone_at: str = ""
    waiting: str = ""
    problem: str = ""


@click.command(ROTATE)
@tenants_argument
@click.option("--dry-run", is_flag=True, help="preview the rotation; nothing is changed")
@report_option
def command(tenants: tuple[str, ...], dry_run: bool, report: Report) -> int:
    """Replace the API key of each TENANT, one after the other.

    The setting `rotate` gets a new generation and the engine runs: mint, escrow, proof, Umbrella, and only then the old
    key is revoked. A rotation that was interrupted is finished, not begun again. Exits 7 when a person has to go on.
    """
    if environment_name(ROTATE) in os.environ:
        raise Refusal(
            f"{environment_name(ROTATE)} is set and would win over every new generation", next_step="unset it"
        )
    engine, failures = Engine(), Failures()
    done: list[Rotation] = []
    try:
        for name in tenants:
            row = Rotation(name)
            with failures.of(name):
                bench = _opened(engine, name)
                row = _begun(bench)
                row = _tried(engine, row, report) if dry_run else _rotated(engine, bench, row, report)
                report.tell(_sentence(row))
            done.append(replace(row, problem=failures.sentence(name)))
    finally:
        report.write({"rotations": [asdict(one) for one in done]})
    return failures.code or (DRIFT if any(one.waiting for one in done) else CLEAN)


def _opened(engine: Engine, name: str) -> Workbench:
    bench = open_tenant(engine, name)
    if not any(row.outputs.public_key for row in bench.state.rows_of(ApiKeyState)):
        raise Refusal("there is no key yet that could be replaced", next_step=f"run `pulumi up -s {name}` first")
    return bench


def _begun(bench: Workbench) -> Rotation:
    """The generation to go to: the one that an unfinished rotation was after, else the present second's."""
    configured = bench.tenant.own.rotate
    fresh = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Rotation(bench.tenant.name, configured if unfinished(bench) else fresh, _replaced(bench) or bench.sink_key)


def _replaced(bench: Workbench) -> str:
    """The key that an unfinished rotation has replaced, by the row that waits for its deletion."""
    keys = (row.outputs.public_key for row in bench.state.replaced(ApiKeyState))
    return next(filter(None, keys), "")


def unfinished(bench: Workbench) -> bool:
    """Whether the state shows a rotation that has not ended: anywhere from the setting to the old key's end."""
    key, retirement = bench.state.key, bench.state.current(KeyRetirementState)
    return bool(
        key is None
        or bench.tenant.own.rotate != key.outputs.rotate
        or key.outputs.pending
        or key.outputs.public_key != bench.sink_key
        or bench.state.replaced(ApiKeyState)
        or retirement is None
        or retirement.outputs.key_id != key.id
    )


def _tried(engine: Engine, row: Rotation, report: Report) -> Rotation:
    rotate = {environment_name(ROTATE): row.generation}
    code = engine.run(row.tenant, "preview", to_stderr=report.takes_stdout, **rotate)
    if code:
        raise Problem(f"the preview ended with exit code {code}", next_step="mend what it says")
    return row


def _rotated(engine: Engine, bench: Workbench, row: Rotation, report: Report) -> Rotation:
    if row.generation != bench.tenant.own.rotate:
        engine.set(row.tenant, ROTATE, row.generation)
    code = engine.run(row.tenant, "up", "--yes", "--skip-preview", to_stderr=report.takes_stdout)
    try:
        after = open_tenant(engine, row.tenant)
        if code and (order := _open_step(after)):
            return replace(row, waiting=str(order).replace("<tenant>", row.tenant))
        if code:
            raise Problem(f"the run ended with exit code {code}", next_step="mend what it says and run the same again")
        return _outcome(after, row)
    except Problem as problem:
        summary = f"the rotation is not finished: {problem.headline}"
        raise Problem(**{**problem.fields(), "summary": summary, "page": problem.page or _PAGE}) from None


def _open_step(bench: Workbench) -> WorkOrder | None:
    """What a person has to do next. A person's hand does nothing when it is asked to: it says how."""
    context, key = bench.context, bench.state.key
    if key and key.outputs.pending:
        return WorkOrder(key.outputs.pending, key.outputs.order or key.outputs.pending)
    try:
        if bench.tenant.umbrella.hand == "assisted":
            context.sink.write(key.outputs.public_key if key else "", SecretStr(""))
        for old in bench.state.replaced(ApiKeyState) if bench.tenant.connectwise.hand == "assisted" else ():
            context.keys.revoke(int(old.outputs.member_id), old.id, old.outputs.public_key)
    except WorkOrder as order:
        return order
    return None


def _outcome(bench: Workbench, row: Rotation) -> Rotation:
    """Looked up afresh, where a hand can look: what a run says of itself is no proof."""
    key = bench.state.key
    if key is None or unfinished(bench):
        raise Problem(
            "the run ended well, but its state shows open steps", next_step=f"run `pulumi preview -s {row.tenant}`"
        )
    new = key.outputs.public_key
    with suppress(Unseen):  # then it is the state: it goes on only when the site refuses the old pair
        listed = [known.publicKey for known in bench.context.keys.keys(int(key.outputs.member_id))]
        if row.old in listed or new not in listed:
            raise Problem(f"the run ended well, but the site has the keys {', '.join(listed)}")
    # By a person's word where nobody can look.
    if not bench.context.registry.holds(new):
        raise Problem(f"the run ended well, but Umbrella does not hold {new}")
    return replace(row, new=new, old_gone_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _sentence(row: Rotation) -> str:
    if row.waiting:
        again = f"then run `python -m stacks rotate {row.tenant}` again"
        return f"{row.tenant}: the rotation waits for a person; do this, {again}.\n\n{row.waiting}"
    if not row.new:
        return f"{row.tenant}: nothing was changed."
    gone = f" {row.old} is revoked, gone from the site at {row.old_gone_at}." if row.old else ""
    return f"{row.tenant}: Umbrella holds {row.new}.{gone}"
