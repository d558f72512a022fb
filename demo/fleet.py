"""`make demo FLEET=50`: many tenants brought up, drifting, swept, repaired, rotated in waves."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from demo.narration import print_chapter, print_lines, print_once, require
from demo.pulumi_cli import DemoPulumi
from demo.site import widen
from simulator.remote import Company, RemoteSimulator

PAGE = Path("fleet.html")
_SHOWN = 12  # lines of one command
_CANARIES = 2  # rotated before the others, by their label


def play_fleet(engine: DemoPulumi, simulator: RemoteSimulator, count: int, page: Path, runner: str = "local") -> None:
    """Live through a fleet's day with as many tenants. Ends the demo where one of them is not as it should be."""
    elsewhere = () if runner == "local" else ("--runner", runner)
    print_chapter(f"{count} tenants are founded in the simulator and listed in a file, secrets by where they stand.")
    companies = {f"tenant-{number:02}": simulator.company(f"tenant-{number:02}") for number in range(1, count + 1)}
    table = _write_table(engine.work, companies)
    _run(engine, "new", "--from", str(table), "--yes", show=r"^Written")

    print_chapter("umbrella-psa up --all: one tenant first, then a tenth of them, then the rest.")
    started = time.monotonic()
    _run(engine, "up", *elsewhere, "--all", "--jobs", str(os.cpu_count() or 2), show=r"clean, in")
    require(all(company.sink()["enabled"] for company in companies.values()), "every console holds its tenant's key")
    print_once(f"{(time.monotonic() - started) / count:.1f} s a tenant.")

    print_chapter(
        "Somebody switches integrations off and widens a role. umbrella-psa sweep --all sees it without an engine."
    )
    drifted = list(companies)[1::7] or list(companies)
    for tenant in drifted:
        company = companies[tenant]
        company.set_sink(kind="ConnectWise", enabled=False, publicKey=company.sink()["publicKey"])
    widen(companies[drifted[0]])
    _run(engine, "sweep", *elsewhere, "--all", "--html", str(page), expect=7, show=r"drift|^  |, in ")

    print_chapter("umbrella-psa up --all repairs them; the engine starts only for those that differ.")
    _run(engine, "up", *elsewhere, "--all", show=r"\(update|, in ")
    _run(engine, "sweep", *elsewhere, "--all", show=r", in ")

    print_chapter("umbrella-psa rotate: a new key for those that are labelled as canaries, then for all, in waves.")
    old = {tenant: company.sink()["publicKey"] for tenant, company in companies.items()}
    _run(engine, "rotate", *elsewhere, "--label", "ring=canary", show=r"Umbrella holds|, in ")
    _run(engine, "rotate", *elsewhere, "--all", "--jobs", str(os.cpu_count() or 2), show=r"Umbrella holds|, in ")
    held = [
        company.public_keys() == [company.sink()["publicKey"]] != [old[name]] for name, company in companies.items()
    ]
    require(all(held), "each console holds a new key, and it is the only one")
    require(all(company.dead_moments() == [] for company in companies.values()), "no console ever held a dead key")
    print_once(f"The sweep's page, to look at: {page}")


def _write_table(folder: Path, companies: dict[str, Company]) -> Path:
    """Write what a CSV file for `new --from` needs: a line a tenant, and a file for each secret."""
    table = folder / "tenants.csv"
    lines = []
    for place, (tenant, company) in enumerate(companies.items()):
        line = {"tenant": tenant, **company.settings()}
        if place < _CANARIES:
            line["labels"] = '{"ring": "canary"}'
        for key, value in company.secrets().items():
            secret = folder / f"{tenant}-{key.replace(':', '-')}"
            secret.write_text(value, encoding="utf-8")
            line[key] = f"@{secret}"
        lines.append(line)
    with open(table, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for line in lines for key in line)), restval="")
        writer.writeheader()
        writer.writerows(lines)
    return table


def _run(engine: DemoPulumi, *arguments: str, show: str, expect: int = 0) -> None:
    """Run a verb and show the lines that tell something."""
    done = subprocess.run(
        [sys.executable, "-m", "stacks", *arguments],
        cwd=engine.project,
        env=engine.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != expect:
        raise SystemExit(
            f"the demo expected exit code {expect} of `{arguments[0]}`, not {done.returncode}:\n{done.stdout}"
        )
    told = [line for line in done.stdout.splitlines() if re.search(show, line)]
    if len(told) > _SHOWN:
        told = [*told[: _SHOWN - 2], f"… {len(told) - _SHOWN + 1} more lines", told[-1]]
    print_lines(f"  {line}" for line in told)
