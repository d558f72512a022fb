"""What one run costs in processor time, from nothing: ours beside a bare program, and beside an earlier commit's."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from providers.engines.pulumi.warm import WarmEngine
from simulator.remote import RemoteSimulator
from stacks.program import declare
from stacks.pulumi_cli import make_environment
from tests.bench.base import open_tenant, set_up
from tests.bench.cpu import measure_cpu
from tests.bench.table import Row
from tests.engine.workspace import ROOT, AnyStack, Stack, Workspace

BASE = "9b49f8e"
"""The commit that the limits speak of: the last one before the engine could stay warm."""
BASE_TO_BARE = 1.88
"""Its unchanged preview to a bare program's, both cold: measured by `make bench BASE=9b49f8e`, which prints it."""
RESOURCES = 7
FIRST_UPS = 3
BARE_PROGRAM = f"""\
import pulumi
from trivial import Trivial, TrivialProvider

tenant = pulumi.ComponentResource("bench:index:Tenant", "tenant")
before = ""
for number in range({RESOURCES}):
    resource = Trivial(TrivialProvider(), f"r{{number}}", {{"before": before}}, pulumi.ResourceOptions(parent=tenant))
    before = resource.id
"""


@dataclass(frozen=True)
class Baseline:
    """Seconds of processor time for the base's unchanged preview, and where the figure is from."""

    cold: float
    source: str
    bare: float
    """The same of a bare program's."""


def find_baseline(bare: AnyStack, commit: str | None, folder: Path) -> tuple[Baseline, list[Row]]:
    """Measure a commit's cold preview or, without one, take the recorded ratio to a bare program's."""
    trivial = measure_cpu(bare.preview)
    rows = [(f"unchanged preview of a bare program, {RESOURCES} trivial resources", f"{trivial:.2f} s", "", True)]
    if commit is None:
        found = Baseline(BASE_TO_BARE * trivial, f"{BASE_TO_BARE} times the bare program", trivial)
    else:
        with open_tenant(set_up(commit, folder)) as stack:
            source = f"measured; {BASE_TO_BARE} times the bare one is recorded"
            found = Baseline(measure_cpu(stack.preview), source, trivial)
    ratio = f"{found.cold / trivial:.2f} times the bare one"
    rows += [
        (f"unchanged preview of {commit or BASE} ({found.source})", f"{found.cold:.2f} s", "", True),
        ("  which is", ratio, "", True),
    ]
    return found, rows


def measure_previews(stack: Stack, base: Baseline) -> Iterator[Row]:
    """Measure an unchanged preview: plain, as our verbs start it, and warm."""
    engine = WarmEngine(declare)
    plain = measure_cpu(stack.preview)
    verb = measure_cpu(lambda: stack.preview(expect=0, **make_environment(stack.workspace.make_environment())))
    warm = measure_cpu(lambda: preview_warm(engine, stack))
    for what, used, limit in (("plain `pulumi`", plain, 0.82), ("our verb", verb, 0.72), ("warm", warm, 0.25)):
        yield f"unchanged preview, {what}", f"{used:.2f} s", "", True
        share = used / base.cold
        yield "  share of the base's", f"{share:.2f}", f"{limit}", share <= limit


def measure_first_up(workspace: Workspace, simulator: RemoteSimulator, bare: AnyStack) -> Iterator[Row]:
    """Measure a first `up` beside that of a bare program. Other load only adds to either: the least counts."""
    ours, theirs = [], []
    for number in range(FIRST_UPS):
        stack = workspace.make_stack(simulator.company(f"first-{number}"))
        ours.append(measure_cpu(stack.up, runs=1, warm_up=False))
        bare.destroy()
        theirs.append(measure_cpu(bare.up, runs=1, warm_up=False))
    beyond = min(ours) - min(theirs)
    yield "first up", f"{min(ours):.2f} s", "", True
    yield "  beyond that of the bare program", f"{beyond:.2f} s", "0.70 s", beyond <= 0.7


def make_bare(folder: Path) -> AnyStack:
    """A project of its own with nothing of ours in it, run by the same engine in the same way, and up."""
    workspace = Workspace(folder / "bare", folder / "bare-backend")
    workspace.project.mkdir()
    workspace.backend.mkdir()
    (workspace.project / "Pulumi.yaml").write_text(
        "name: bare\nruntime: {name: python, options: {toolchain: uv, virtualenv: .venv}}\n", encoding="utf-8"
    )
    (workspace.project / "__main__.py").write_text(BARE_PROGRAM, encoding="utf-8")
    for name, target in (("trivial.py", "tests/bench/trivial.py"), ("uv.lock", "uv.lock"), (".venv", ".venv")):
        (workspace.project / name).symlink_to(ROOT / target)
    stack = AnyStack(workspace, "bare")
    stack.run_pulumi("stack", "init", stack.name)
    stack.up()
    return stack


def preview_warm(engine: WarmEngine, stack: Stack) -> None:
    """Preview as the fleet does."""
    code = engine.run(
        ["preview", "--expect-no-changes", "-s", stack.name, "--non-interactive"],
        folder=stack.workspace.project,
        environment=make_environment(stack.workspace.make_environment()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if code:
        raise SystemExit(f"a warm preview of an unchanged tenant ended with {code}")
