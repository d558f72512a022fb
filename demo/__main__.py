"""`make demo`: a tenant from nothing to nothing, against the simulator; CONSOLE=browser: through its screens."""

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
from demo.narration import print_chapter, print_lines, print_once, require
from demo.pulumi_cli import ROOT, DemoPulumi
from demo.temporal import serve_temporal
from simulator.remote import Company, RemoteSimulator

WORK = ROOT / ".work"

NEXT = """\
Your own tenant, at a real site, in this folder:

  . .venv/bin/activate
  mkdir -p -m 700 ~/.umbrella-psa
  pulumi login "file://$HOME/.umbrella-psa?metadata=skip"
  export PULUMI_CONFIG_PASSPHRASE=…      # or any other secrets provider
  python -m stacks new acme     # asks, tries the credentials, writes it down
  python -m stacks check acme   # all that can be known without a change
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
    parser.add_argument("--fleet", type=int, default=0, metavar="N", help="many tenants in place of one")
    parser.add_argument("--runner", choices=("local", "temporal"), default="local", help="what runs the many")
    asked = parser.parse_args()
    browser = asked.console == "browser"
    os.umask(0o077)  # state and stack file are nobody else's business, even here
    WORK.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=WORK, prefix="demo-") as folder, RemoteSimulator() as simulator:
        if asked.fleet:
            engine = DemoPulumi(Path(folder))
            with serve_temporal(engine) if asked.runner == "temporal" else nullcontext():
                play_fleet(engine, simulator, asked.fleet, (WORK / PAGE).resolve(), asked.runner)
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
    function = "Service Desk / Service Tickets"
    company.ask("PUT", f"/roles/{company.role()['id']}/levels", {function: {"delete": "All"}})
    print_lines(engine.run("preview", "--expect-no-changes", expect=7).section("Diagnostics:")[1:])

    print_chapter("pulumi up repairs it, and the key proves again what it may do.")
    since = get_last_request(company)
    engine.run("up", "--yes", "--skip-preview")
    require("delete" not in company.role()["levels"][function], "the level was taken back")
    levels = ", ".join(f"{verb} {level}" for verb, level in company.role()["levels"][function].items())
    print_lines([f"    {function}: {levels}"])
    show_browser_walks(company, since)

    print_chapter("The key is rotated by changing `rotate`. Umbrella always holds a key that works.")
    old = company.sink()["publicKey"]
    engine.run("config", "set", "rotate", "demo-2")
    since = get_last_request(company)
    engine.run("up", "--yes", "--skip-preview")
    new = company.sink()["publicKey"]
    require(new != old and company.dead_moments() == [], "the sink's key worked at every moment")
    print_lines(describe_rotation(company, since, old, new))
    show_browser_walks(company, since)

    print_chapter("pulumi destroy.")
    since = get_last_request(company)
    print_lines(engine.run("destroy", "--yes", "--skip-preview").section("Resources:"))
    show_browser_walks(company, since)
    show_leftovers(company)


def configure(engine: DemoPulumi, company: Company) -> None:
    engine.run("stack", "init")
    plain = company.settings()
    engine.run("config", "set-all", *(part for pair in plain.items() for part in ("--plaintext", "=".join(pair))))
    for key, value in company.secrets().items():
        engine.run("config", "set", "--secret", key, secret=value)
    print_lines([f"    {key}: {value}" for key, value in plain.items()])
    print_lines([f"    {key}: [secret]" for key in company.secrets()])


def describe_rotation(company: Company, since: int, old: str, new: str) -> list[str]:
    """What the site and the console saw of a rotation, in order: what changed, and the new key's own requests."""
    sentences = {
        "key.minted": f"create: a second key, {new}, beside {old}",
        "sink.written": f"sink:   Umbrella gets {new}",
        "key.deleted": f"retire: {old} is deleted",
        "mySecurity": f"proof:  {new} signs in as itself and shows its permissions",
        "customizeItems": f"proof:  {new} shows its table access",
    }
    events = [(event["n"], event["kind"]) for event in company.ask("GET", "/history") if event["n"] > since]
    proof = [request for request in company.requests(since) if request["by"] == new]
    events += [(request["n"], request["path"].rstrip("/").rpartition("/")[2]) for request in proof]
    return [f"    {number}. {sentences[kind]}" for number, (_, kind) in enumerate(sorted(events), 1)]


def show_browser_walks(company: Company, since: int = 0) -> None:
    """The walks through the consoles' screens; none where the simulator's own gateway answered."""
    lines = list_walks(company, since)
    if lines:
        print_once("The browser went:")
        print_lines(lines)


def get_last_request(company: Company) -> int:
    """The number of the company's newest request."""
    return int(company.requests()[-1]["n"])


def show_leftovers(company: Company) -> None:
    """What a destroy leaves: members can't be deleted at ConnectWise, only made inactive."""
    site = company.ask("GET", "")
    member = company.member()
    require(member["inactiveFlag"] and not member["keys"], "the member is inactive and has no keys")
    require(all(role["name"] != "Umbrella" for role in site["roles"]), "the role is gone")
    require(company.sink()["kind"] is None, "Umbrella holds nothing")
    print_once(
        "Left at the site: the API member Umbrella, inactive and without keys, because ConnectWise has no delete for "
        "members. The next `pulumi up` takes it up again. Nothing else is left."
    )


if __name__ == "__main__":
    sys.exit(main())
