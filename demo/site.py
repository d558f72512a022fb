"""What the site and the console saw of a run, in words."""

from __future__ import annotations

from demo.narration import require
from simulator.remote import Company

FUNCTION = "Service Desk / Service Tickets"
"""Whose levels somebody widens in the demo."""


def widen(company: Company) -> None:
    """Grant too much, as a person at the site does."""
    company.ask("PUT", f"/roles/{company.role()['id']}/levels", {FUNCTION: {"delete": "All"}})


def describe_levels(company: Company) -> str:
    """The levels that were widened, as they are now: as wanted, or the demo ends."""
    levels = company.role()["levels"][FUNCTION]
    require("delete" not in levels, "the level was taken back")
    return f"    {FUNCTION}: {', '.join(f'{verb} {level}' for verb, level in levels.items())}"


def get_last_request(company: Company) -> int:
    """The number of the company's newest request."""
    return int(company.requests()[-1]["n"])


def describe_rotation(company: Company, since: int, old: str) -> list[str]:
    """What the site and the console saw of a rotation, in order: what changed, and the new key's own requests."""
    new = company.sink()["publicKey"]
    require(new != old and company.dead_moments() == [], "the sink's key worked at every moment")
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


def describe_leftovers(company: Company, again: str) -> str:
    """What a destroy leaves: members can't be deleted at ConnectWise, only made inactive."""
    site = company.ask("GET", "")
    member = company.member()
    require(member["inactiveFlag"] and not member["keys"], "the member is inactive and has no keys")
    require(all(role["name"] != "Umbrella" for role in site["roles"]), "the role is gone")
    require(company.sink()["kind"] is None, "Umbrella holds nothing")
    return (
        "Left at the site: the API member Umbrella, inactive and without keys, because ConnectWise has no delete for "
        f"members. The next `{again}` takes it up again. Nothing else is left."
    )
