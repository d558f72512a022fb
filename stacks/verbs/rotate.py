"""rotate: a new API key for each of these tenants, and when the old one died."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import click

from providers.core.configuration import environment_name
from providers.core.problems import Problem, Refusal
from stacks.engine import Engine
from stacks.exits import CLEAN, ERROR
from stacks.report import report_option, tell, write
from stacks.workbench import Workbench, open_tenant

ROTATE = "rotate"


@dataclass(frozen=True)
class Rotation:
    """One tenant's rotation. Keys are public halves; `old_gone_at` is when a listing lacked the old key."""

    tenant: str
    generation: str
    old: str
    new: str = ""
    old_gone_at: str = ""
    problem: str = ""


@click.command(ROTATE)
@click.argument("tenants", nargs=-1, required=True, metavar="TENANT...")
@click.option("--dry-run", is_flag=True, help="preview the rotation; nothing is changed")
@report_option
def command(tenants: tuple[str, ...], dry_run: bool, report: str | None) -> int:
    """Replace the API key of each TENANT, one after the other.

    The setting `rotate` gets a new generation and the engine runs: mint, escrow, proof, Umbrella, and only then the old
    key is revoked. A rotation that was interrupted is finished, not begun again.
    """
    if environment_name(ROTATE) in os.environ:
        raise Refusal(f"{environment_name(ROTATE)} is set and would win over every new generation; unset it.")
    engine = Engine()
    opened = [open_tenant(engine, tenant) for tenant in tenants]
    for one in opened:
        if not (one.key and one.key.get("public_key")):
            name = one.tenant.name
            raise Refusal(f"{name}: there is no key yet that could be replaced; run `pulumi up -s {name}` first.")
    if dry_run:
        codes = [engine.run(one.tenant.name, "preview", **{environment_name(ROTATE): _next(one)}) for one in opened]
        return ERROR if any(codes) else CLEAN
    done = [_rotate(engine, one, report) for one in opened]
    write(report, {"rotations": [asdict(one) for one in done]})
    return ERROR if any(one.problem for one in done) else CLEAN


def _next(bench: Workbench) -> str:
    """The generation to go to: the one that an unfinished rotation was after, else the present second's."""
    configured = bench.tenant.own.rotate
    if bench.key and (configured != bench.key.get("rotate", "") or bench.key["public_key"] != bench.sink_key):
        return configured
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rotate(engine: Engine, bench: Workbench, report: str | None) -> Rotation:
    name, generation = bench.tenant.name, _next(bench)
    old = bench.sink_key
    if generation != bench.tenant.own.rotate:
        engine.set(name, ROTATE, generation)
    code = engine.run(name, "up", "--yes", "--skip-preview")
    try:
        done = _outcome(engine, Rotation(name, generation, old), code)
    except Problem as problem:
        done = Rotation(name, generation, old, problem=str(problem))
    tell(_sentence(done), report)
    return done


def _outcome(engine: Engine, rotation: Rotation, code: int) -> Rotation:
    """Looked up afresh at the site: what a run says of itself is no proof."""
    if code:
        raise Problem(f"the run ended with exit code {code}; mend what it says and run the same again")
    bench = open_tenant(engine, rotation.tenant)
    new = str(bench.key["public_key"]) if bench.key else ""
    listed = [key.publicKey for key in bench.context.keys.keys(int(bench.key["member_id"]))] if bench.key else []
    holds = bench.context.sink.integration().publicKey
    if rotation.old in listed or new not in listed or holds != new:
        raise Problem(f"the run ended well, but the site has the keys {', '.join(listed)} and Umbrella holds {holds}")
    gone_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Rotation(rotation.tenant, rotation.generation, rotation.old, new, gone_at)


def _sentence(done: Rotation) -> str:
    if done.problem:
        return f"{done.tenant}: the rotation is not finished: {done.problem.rstrip('.')}."
    gone = f" {done.old} is revoked, gone from the site at {done.old_gone_at}." if done.old else ""
    return f"{done.tenant}: Umbrella holds {done.new}.{gone}"
