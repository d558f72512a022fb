"""`make demo`: a tenant from nothing to nothing, against the simulator; CONSOLE=browser: through its screens;
ENGINE=opentofu or terraform: under that engine; FLEET=50: many tenants."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.browser_walk import list_walks
from demo.console import serve_gateway
from demo.fleet import PAGE, play_fleet
from demo.narration import print_chapter, print_lines, print_once
from demo.pulumi_cli import ROOT, DemoPulumi
from demo.site import describe_leftovers, describe_levels, describe_rotation, get_last_request, widen
from demo.temporal import serve_temporal
from demo.terraform import ENGINES, play_terraform
from simulator.remote import Company, RemoteSimulator
from toolchain.errors import SetupError

WORK = ROOT / ".work"

NEXT = """\
Your own tenant, at a real site, in this folder:

  . .venv/bin/activate
  mkdir -p -m 700 ~/.umbrella-psa
  pulumi login "file://$HOME/.umbrella-psa?metadata=skip"
  export PULUMI_CONFIG_PASSPHRASE=…      # or any other secrets provider
  umbrella-psa new acme     # asks, tries the credentials, writes it down
  umbrella-psa check acme   # all that can be known without a change
  pulumi up -s acme

The steps that have no public API are carried out by a console gateway, or by
you: README.md says which steps these are.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument(
        "--console",
        choices=("simulator", "browser"),
        default="simulator",
        help="who carries out the steps without an API: the simulator's own gateway, or ours with a Chromium",
    )
    parser.add_argument("--fleet", type=int, metavar="N", help="many tenants in place of one")
    parser.add_argument("--runner", choices=("local", "temporal"), default="local", help="what runs the many")
    parser.add_argument("--engine", choices=("pulumi", *ENGINES), default="pulumi", help="what runs the tenant")
    asked = parser.parse_args()
    browser = asked.console == "browser"
    if asked.fleet is not None and asked.fleet < 1:
        parser.error(f"--fleet={asked.fleet} is no number of tenants: name 1 or more")
    if asked.engine != "pulumi" and (browser or asked.fleet):
        parser.error(f"--engine={asked.engine} goes with neither --console nor --fleet")
    if asked.runner != "local" and not asked.fleet:
        parser.error(f"--runner={asked.runner} is for many tenants: add --fleet=N (make: FLEET=N)")
    os.umask(0o077)  # state and stack file are nobody else's business, even here
    WORK.mkdir(exist_ok=True)
    try:
        engine = ENGINES[asked.engine](Path.home()) if asked.engine in ENGINES else None
    except SetupError as error:
        raise SystemExit(str(error)) from None
    with TemporaryDirectory(dir=WORK, prefix="demo-") as folder, RemoteSimulator() as simulator:
        if engine:
            play_terraform(engine, simulator, Path(folder))
            return 0
        if asked.fleet:
            pulumi = DemoPulumi(Path(folder))
            with serve_temporal(pulumi) if asked.runner == "temporal" else nullcontext():
                play_fleet(pulumi, simulator, asked.fleet, (WORK / PAGE).resolve(), asked.runner)
            return 0
        company = simulator.company("demo")
        with serve_gateway(company, Path(folder) / "gateway") if browser else nullcontext():
            play(DemoPulumi(Path(folder)), company)
    print(f"\n{NEXT}")
    return 0


def play(engine: DemoPulumi, company: Company) -> None:
    print_chapter(
        "A tenant is configured. The ConnectWise site and the Umbrella console are simulated; the engine is real."
    )
    configure(engine, company)

    print_chapter("pulumi up: role, permission set, API member, API key, proof, Umbrella.")
    first = engine.run("up", "--yes", "--skip-preview")
    print_lines(line for line in first.section("Outputs:"))
    print_once(
        f"{len(company.requests())} requests in {first.seconds:.0f} s. "
        "The private key is a secret of the state; nothing printed it."
    )
    show_browser_walks(company)

    print_chapter("pulumi preview: the site is as wanted.")
    print_lines(engine.run("preview", "--expect-no-changes").section("Resources:"))

    print_chapter("Somebody widens a permission at the site. pulumi preview sees it and exits 7.")
    widen(company)
    print_lines(engine.run("preview", "--expect-no-changes", expect=7).section("Diagnostics:")[1:])

    print_chapter("pulumi up repairs it, and the key proves again what it may do.")
    since = get_last_request(company)
    engine.run("up", "--yes", "--skip-preview")
    print_lines([describe_levels(company)])
    show_browser_walks(company, since)

    print_chapter("The key is rotated by changing `rotate`. Umbrella always holds a key that works.")
    old = company.sink()["publicKey"]
    engine.run("config", "set", "rotate", "demo-2")
    since = get_last_request(company)
    engine.run("up", "--yes", "--skip-preview")
    print_lines(describe_rotation(company, since, old))
    show_browser_walks(company, since)

    print_chapter("pulumi destroy.")
    since = get_last_request(company)
    print_lines(engine.run("destroy", "--yes", "--skip-preview").section("Resources:"))
    show_browser_walks(company, since)
    print_once(describe_leftovers(company, "pulumi up"))


def configure(engine: DemoPulumi, company: Company) -> None:
    engine.configure(company.settings(), company.secrets())
    print_lines([f"    {key}: {value}" for key, value in company.settings().items()])
    print_lines([f"    {key}: [secret]" for key in company.secrets()])


def show_browser_walks(company: Company, since: int = 0) -> None:
    """The walks through the consoles' screens; none where the simulator's own gateway answered."""
    lines = list_walks(company, since)
    if lines:
        print_once("The browser went:")
        print_lines(lines)


if __name__ == "__main__":
    sys.exit(main())
