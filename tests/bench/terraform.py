"""What a tenant costs under Terraform or OpenTofu: requests, and processor time of the engine and of our provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from demo.terraform_cli import DemoTerraform, install_provider
from simulator.remote import Company, RemoteSimulator
from tests.bench.cpu import measure_cpu
from tests.bench.table import Row
from toolchain.terraform import EngineCommand, have_opentofu, have_terraform
from toolchain.tofu import find_tofu

_OF_THE_BARE = 1.1
_OF_THE_PROVIDER = 1.0


def measure_terraform(folder: Path, simulator: RemoteSimulator, bare_preview: float) -> Iterator[Row]:
    """Measure with each engine that is there. `bare_preview`: seconds of a bare program's cold preview."""
    home = Path.home()
    yield from _measure_engine(have_terraform(home), folder / "terraform", simulator, bare_preview)
    if find_tofu(home):
        yield from _measure_engine(have_opentofu(home), folder / "tofu", simulator, bare_preview)
    else:
        yield "OpenTofu: neither on PATH nor built (make tofu)", "not measured", "", True


def _measure_engine(
    engine: EngineCommand, folder: Path, simulator: RemoteSimulator, bare_preview: float
) -> Iterator[Row]:
    title, mirror, times = f"{engine.title} {engine.version}", folder / "mirror", folder / "times"
    configuration = install_provider(mirror)
    _write_down_times(mirror, times)
    company = simulator.company(f"bench-{engine.name}")
    tenant = DemoTerraform(engine, "bench", folder / "copied" / "examples" / "tenant", configuration, company)
    tenant.write_configuration()
    tenant.run("init")

    def plan() -> object:
        return tenant.run("plan", "-detailed-exitcode")

    runs: list[tuple[str, int, Callable[[], object]]] = [
        ("first apply", 28, lambda: tenant.run("apply", "-auto-approve")),
        ("unchanged plan", 9, plan),
        ("rotation", 19, lambda: _rotate(tenant)),
    ]
    for what, limit, do in runs:
        since = _count(company)
        seconds = measure_cpu(do, runs=1, warm_up=False)
        asked = _count(company) - since
        yield f"{title}: requests, {what}", str(asked), str(limit), asked <= limit
        yield f"{title}: {what}, with its plan", f"{seconds:.2f} s", "", True
    times.unlink()
    unchanged = measure_cpu(plan)
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


def _rotate(tenant: DemoTerraform) -> None:
    (tenant.folder / "rotate.auto.tfvars.json").write_text('{"rotate": "again"}', encoding="utf-8")
    tenant.run("apply", "-auto-approve")


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
