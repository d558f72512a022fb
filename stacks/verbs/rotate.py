"""rotate: a new API key for each of these tenants, and when the old one died."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import click
from pydantic import SecretStr

from providers.core.configuration import environment_name
from providers.core.problems import Problem, Refusal, Unseen, WorkOrder
from stacks.engine import Engine
from stacks.exits import CLEAN, DRIFT
from stacks.failures import Failures
from stacks.report import report_option, tell, write
from stacks.state import current, of_kind, outputs
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
@click.argument("tenants", nargs=-1, required=True, metavar="TENANT...")
@click.option("--dry-run", is_flag=True, help="preview the rotation; nothing is changed")
@report_option
def command(tenants: tuple[str, ...], dry_run: bool, report: str | None) -> int:
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
                tell(_sentence(row), report)
            done.append(replace(row, problem=failures.sentence(name)))
    finally:
        write(report, {"rotations": [asdict(one) for one in done]})
    return failures.code or (DRIFT if any(one.waiting for one in done) else CLEAN)


def _opened(engine: Engine, name: str) -> Workbench:
    bench = open_tenant(engine, name)
    if not any(outputs(one).get("public_key") for one in of_kind(bench.resources, "ApiKey")):
        raise Refusal(
            f"{name}: there is no key yet that could be replaced", next_step=f"run `pulumi up -s {name}` first"
        )
    return bench


def _begun(bench: Workbench) -> Rotation:
    """The generation to go to: the one that an unfinished rotation was after, else the present second's."""
    configured = bench.tenant.own.rotate
    fresh = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Rotation(bench.tenant.name, configured if unfinished(bench) else fresh, _replaced(bench) or bench.sink_key)


def _replaced(bench: Workbench) -> str:
    """The key that an unfinished rotation has replaced, by the row that waits for its deletion."""
    waiting = [one for one in of_kind(bench.resources, "ApiKey") if one.get("delete")]
    return next((str(key) for one in waiting if (key := outputs(one).get("public_key"))), "")


def unfinished(bench: Workbench) -> bool:
    """Whether the state shows a rotation that has not ended: anywhere from the setting to the old key's end."""
    key, keys = bench.key, of_kind(bench.resources, "ApiKey")
    retired_for = outputs(current(bench.resources, "KeyRetirement")).get("key_id")
    return bool(
        bench.tenant.own.rotate != key.get("rotate", "")
        or key.get("pending")
        or key.get("public_key") != bench.sink_key
        or any(one.get("delete") for one in keys)
        or retired_for not in {one["id"] for one in keys}
    )


def _tried(engine: Engine, row: Rotation, report: str | None) -> Rotation:
    code = engine.run(row.tenant, "preview", to_stderr=report == "-", **{environment_name(ROTATE): row.generation})
    if code:
        raise Problem(f"{row.tenant}: the preview ended with exit code {code}", next_step="mend what it says")
    return row


def _rotated(engine: Engine, bench: Workbench, row: Rotation, report: str | None) -> Rotation:
    if row.generation != bench.tenant.own.rotate:
        engine.set(row.tenant, ROTATE, row.generation)
    code = engine.run(row.tenant, "up", "--yes", "--skip-preview", to_stderr=report == "-")
    try:
        after = open_tenant(engine, row.tenant)
        if code and (order := _open_step(after)):
            return replace(row, waiting=str(order).replace("<tenant>", row.tenant))
        if code:
            raise Problem(f"the run ended with exit code {code}", next_step="mend what it says and run the same again")
        return _outcome(after, row)
    except Problem as problem:
        summary = f"{row.tenant}: the rotation is not finished: {problem.headline}"
        raise Problem(**{**problem.fields(), "summary": summary, "page": problem.page or _PAGE}) from None


def _open_step(bench: Workbench) -> WorkOrder | None:
    """What a person has to do next. A person's hand does nothing when it is asked to: it says how."""
    key, context = bench.key, bench.context
    if key.get("pending"):
        return WorkOrder(str(key["pending"]), str(key.get("order") or key["pending"]))
    try:
        if bench.tenant.umbrella.hand == "assisted":
            context.sink.write(str(key.get("public_key", "")), SecretStr(""))
        for one in of_kind(bench.resources, "ApiKey"):
            if one.get("delete") and bench.tenant.connectwise.hand == "assisted":
                old = outputs(one)
                context.keys.revoke(int(old["member_id"]), str(one["id"]), str(old["public_key"]))
    except WorkOrder as order:
        return order
    return None


def _outcome(bench: Workbench, row: Rotation) -> Rotation:
    """Looked up afresh, where a hand can look: what a run says of itself is no proof."""
    if unfinished(bench):
        raise Problem(
            "the run ended well, but its state shows open steps", next_step=f"run `pulumi preview -s {row.tenant}`"
        )
    new = str(bench.key["public_key"])
    with suppress(Unseen):  # then it is the state: it goes on only when the site refuses the old pair
        listed = [key.publicKey for key in bench.context.keys.keys(int(bench.key["member_id"]))]
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
