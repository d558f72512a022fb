"""What a tenant costs under Terraform or OpenTofu: requests, and processor time of the engine and of our provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from simulator.remote import Company, RemoteSimulator
from stacks.terraform_mirror import write_mirror
from tests.bench.cpu import measure_cpu
from tests.bench.table import Row
from tests.terraform.workspace import Engine, Workspace, find_opentofu, make_workspace
from toolchain.terraform import have_terraform

_OF_THE_BARE = 1.1
_OF_THE_PROVIDER = 1.0


def measure_terraform(folder: Path, simulator: RemoteSimulator, bare_preview: float) -> Iterator[Row]:
    """Measure with each engine that is there. `bare_preview`: seconds of a bare program's cold preview."""
    terraform = have_terraform(Path.home())
    found = {f"Terraform {terraform.version}": Engine("terraform", terraform.command)}
    if tofu := find_opentofu():
        found["OpenTofu"] = tofu
    else:
        yield "OpenTofu: neither on PATH nor built (make tofu)", "not measured", "", True
    for title, engine in found.items():
        yield from _measure_engine(title, engine, folder / engine.name, simulator, bare_preview)


def _measure_engine(
    title: str, engine: Engine, folder: Path, simulator: RemoteSimulator, bare_preview: float
) -> Iterator[Row]:
    mirror, times = folder / "mirror", folder / "times"
    write_mirror(mirror, "0.1.0")
    _write_down_times(mirror, times)
    tenant = make_workspace(engine, folder / "tenant", mirror, simulator.company(f"bench-{engine.name}"))
    tenant.init()
    runs: list[tuple[str, int, Callable[[], object]]] = [
        ("first apply", 28, tenant.up),
        ("unchanged plan", 9, lambda: tenant.preview(expect=0)),
        ("rotation", 19, lambda: _rotate(tenant)),
    ]
    for what, limit, do in runs:
        since = _count(tenant.company)
        seconds = measure_cpu(do, runs=1, warm_up=False)
        asked = _count(tenant.company) - since
        yield f"{title}: requests, {what}", str(asked), str(limit), asked <= limit
        yield f"{title}: {what}, with its plan", f"{seconds:.2f} s", "", True
    times.unlink()
    unchanged = measure_cpu(lambda: tenant.preview(expect=0))
    ratio = unchanged / bare_preview
    limit_holds = engine.name == "tofu"
    yield f"{title}: unchanged plan, the engine and all that it started", f"{unchanged:.2f} s", "", True
    yield (
        "  times a bare program's cold preview",
        f"{ratio:.2f}",
        f"{_OF_THE_BARE}" if limit_holds else "",
        ratio <= _OF_THE_BARE or not limit_holds,
    )
    processes = _read_times(times)
    plans = 6  # with the one that warmed up
    ours = sum(processes) / plans
    yield (
        f"  of it our provider's, in {len(processes) // plans} processes",
        f"{ours:.2f} s",
        f"{_OF_THE_PROVIDER} s",
        ours <= _OF_THE_PROVIDER,
    )


def _rotate(tenant: Workspace) -> None:
    tenant.set("rotate", "again")
    tenant.up()


def _count(company: Company) -> int:
    return len(company.requests())


def _write_down_times(mirror: Path, file: Path) -> None:
    """Let each launcher stay, to write down what its Python used."""
    for launcher in mirror.rglob("terraform-provider-*"):
        text = launcher.read_text(encoding="utf-8").replace("\nexec ", "\n")
        launcher.write_text(f"{text}times >> '{file}'\n", encoding="utf-8")


def _read_times(file: Path) -> list[float]:
    """Read the processes' seconds: each has two lines of two, the shell's own and its child's."""
    found = re.findall(r"(\d+)m([\d.]+)s", file.read_text(encoding="utf-8"))
    seconds = [60 * int(minutes) + float(rest) for minutes, rest in found]
    return [sum(seconds[at + 2 : at + 4]) for at in range(0, len(seconds), 4)]
