"""One budget of requests for all the processes of a run: twenty tenants of a site that lets in ten a second."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from providers.http.budget import ADDRESS, share_budgets
from simulator.remote import RemoteSimulator
from tests.engine.workspace import ROOT, Workspace
from tests.fleet.fleet_folder import FleetFolder
from tests.fleet.postgres_server import PostgresServer

NAMES = [f"tenant-{number}" for number in range(20)]
ALLOWED = 10
SITE = "^/(login|.*/apis/3[.]0)/"
JOBS = 4
BURST = 2.0  # seconds: by then all that was under way has been answered, and the pause is over


class Asked(NamedTuple):
    """One request to the site: when, for whom, and whether it was let in."""

    at: float
    company: str
    let_in: bool


@pytest.fixture
def site() -> Iterator[RemoteSimulator]:
    """A site that lets in ten requests a second, of all companies together, and says how long to wait: one second."""
    with RemoteSimulator() as simulator:
        simulator.ask("PUT", "/limits", {"requests": ALLOWED, "seconds": 1, "path": SITE, "per": "site"})
        yield simulator


def list_asked(site: RemoteSimulator) -> list[Asked]:
    """What the site was asked, the console gateways apart."""
    rows = [row for row in site.ask("GET", "/requests") if "/gateway/" not in row["path"]]
    moments = [datetime.fromisoformat(row["at"]).timestamp() for row in rows]
    return [
        Asked(moment - moments[0], row["company"], row["status"] != 429)
        for moment, row in zip(moments, rows, strict=True)
    ]


def measure_rate(asked: Sequence[Asked], begun: float, ended: float) -> float:
    """Requests a second that were let in between these moments."""
    return sum(one.let_in for one in asked if begun <= one.at < ended) / (ended - begun)


def list_refused(asked: Sequence[Asked]) -> list[float]:
    return [one.at for one in asked if not one.let_in]


def test_twenty_tenants_that_are_brought_up_keep_to_a_sites_limit_after_one_burst_of_429s(
    site: RemoteSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.link_product(tmp_path)
    crowd = FleetFolder(workspace, {name: workspace.make_stack(site.company(name)) for name in NAMES})
    rows = crowd.report("up", "--all", "--jobs", str(JOBS))
    assert {row["verdict"] for row in rows.values()} == {"clean"}
    assert all(crowd.company(name).sink()["publicKey"] for name in NAMES)

    asked = list_asked(site)
    refused = list_refused(asked)
    begun: dict[str, float] = {}
    for one in asked:
        begun.setdefault(one.company, one.at)
    *_, last = sorted(begun.values())
    full = sorted(begun.values())[3 + JOBS]  # the first of all and a share of two went before, in waves of their own
    busy = measure_rate(asked, full, last)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(NAMES)} tenants up: {len(asked)} requests to the site in {asked[-1].at:.0f} s, "
            f"429s: {len(refused)}, at {sorted({round(at, 1) for at in refused})} s; "
            f"{busy:.1f} a second of {ALLOWED} while {JOBS} are at work\n"
        )
    assert refused
    assert refused[-1] - refused[0] < BURST
    assert busy >= 0.75 * ALLOWED


@pytest.mark.parametrize("by", ["file", "database"])
def test_processes_that_ask_as_fast_as_they_may_draw_one_burst_of_429s_and_then_none(
    site: RemoteSimulator, postgres: PostgresServer, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    """With a file they are of one run; with a database of two, each with a file of its own, as on two machines."""
    for name in NAMES:
        site.company(name)
    address = postgres.make_address("asked") if by == "database" else ""
    with share_budgets(2) as sharing, share_budgets(2) as other:
        command = [sys.executable, "-m", "tests.fleet.asking"]
        processes = [
            subprocess.Popen(
                [*command, *map(str, file), site.url, "20" if by == "file" else "12", *names],
                cwd=ROOT,
                env={**os.environ, ADDRESS: address},
                stdout=subprocess.PIPE,
                text=True,
            )
            for file, names in ((sharing, NAMES[:10]), (other if address else sharing, NAMES[10:]))
        ]
        assert [process.communicate(timeout=120)[0] for process in processes] == ["200\n", "200\n"]
    asked = list_asked(site)
    refused = list_refused(asked)
    used = measure_rate(asked, 0.0, asked[-1].at)
    with capsys.disabled():
        sys.stdout.write(
            f"\n2 processes, a {by}, {len(NAMES)} threads: {len(asked)} requests in {asked[-1].at:.0f} s, "
            f"429s: {len(refused)}, until {refused[-1]:.1f} s; {used:.1f} a second of {ALLOWED} were used\n"
        )
    assert refused[-1] - refused[0] < BURST
    assert used >= 0.75 * ALLOWED
