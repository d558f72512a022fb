"""Drift at the site, kind by kind: what somebody does there, and what a preview must say, in the order of the graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from simulator.remote import Company
from tests.stories.stack import TenantStack

_numbers = count(1)

WANTED = {
    "Companies / Company Maintenance": {"inquire": "All"},
    "Companies / Configurations": {"add": "All", "edit": "All", "inquire": "All"},
    "Service Desk / Service Tickets": {"add": "All", "edit": "All", "inquire": "All"},
    "System / Table Setup": {"add": "All", "edit": "All", "inquire": "All"},
}
TABLES = ["Company / Configuration", "Service / Priority", "Service / Service Board"]


@dataclass(frozen=True)
class Drift:
    """What somebody does at the site, and what a preview must say about it."""

    what: str
    do: Callable[[Company], object]
    says: str


def set_levels(function: str, **wanted: str) -> Callable[[Company], object]:
    return lambda company: company.ask("PUT", f"/roles/{company.role()['id']}/levels", {function: wanted})


def set_tables(allow: list[str]) -> Callable[[Company], object]:
    return lambda company: company.ask("PUT", f"/roles/{company.role()['id']}/tables", {"allow": allow})


def patch_member(**fields: object) -> Callable[[Company], object]:
    return lambda company: company.ask("PATCH", f"/apiMembers/{company.member()['id']}", fields)


def change_key(method: str, body: object = None) -> Callable[[Company], object]:
    return lambda company: company.ask(method, f"/keys/{company.member()['keys'][0]['id']}", body)


def leave_key(company: Company) -> None:
    """A key with our tag that no state knows: what a crash or a second machine leaves."""
    ours = company.member()
    company.ask("POST", f"/apiMembers/{ours['id']}/keys", {"description": ours["keys"][0]["description"]})


def give_other_role(company: Company) -> None:
    role = company.ask("POST", "/roles", {"name": f"Somebody's {next(_numbers)}"})
    company.ask("PATCH", f"/apiMembers/{company.member()['id']}", {"roleId": role["id"]})


DRIFTS = [
    Drift(
        "the role was deleted",
        lambda company: company.ask("DELETE", f"/roles/{company.role()['id']}?force=true"),
        "The security role Umbrella was deleted at the site; `pulumi up` makes it again.",
    ),
    Drift(
        "the role was renamed",
        lambda company: company.ask("PATCH", f"/roles/{company.role()['id']}", {"name": f"Renamed {next(_numbers)}"}),
        "should be 'Umbrella'; a new one takes its place.",
    ),
    Drift(
        "a level was widened",
        set_levels("Service Desk / Service Tickets", delete="All"),
        "Security role Umbrella: Service Desk / Service Tickets: delete is All, should be None (wider).",
    ),
    Drift(
        "a level was narrowed",
        set_levels("Companies / Configurations", edit="None"),
        "Security role Umbrella: Companies / Configurations: edit is None, should be All (narrower).",
    ),
    Drift(
        "a function that we never named was granted",
        set_levels("System / Member Maintenance", inquire="All"),
        "Security role Umbrella: System / Member Maintenance: inquire is All, should be None (wider).",
    ),
    Drift(
        "a table was added",
        set_tables([*TABLES, "Company / Country"]),
        "Security role Umbrella: Table Setup: Company / Country is allowed, should not be (wider).",
    ),
    Drift(
        "a table was removed",
        set_tables(TABLES[:2]),
        "Security role Umbrella: Table Setup: Service / Service Board is not allowed, should be (narrower).",
    ),
    Drift(
        "the member was made inactive",
        patch_member(inactiveFlag=True),
        "The API member Umbrella was made inactive, so its keys don't work; it should be active.",
    ),
    Drift(
        "the member got another role",
        give_other_role,
        "The API member Umbrella has another security role",
    ),
    Drift(
        "the member was renamed",
        patch_member(name="Somebody"),
        "The API member Umbrella is named 'Somebody', should be 'Cisco Umbrella'.",
    ),
    Drift(
        "the key was made inactive",
        change_key("PATCH", {"inactive": True}),
        "was made inactive, so Umbrella can't sign in",
    ),
    Drift("the key was deleted", change_key("DELETE"), "was deleted at the site; `pulumi up` makes a new one."),
    Drift("a key of ours was left over", leave_key, "of ours is left over and still works; it should be revoked."),
    Drift(
        "the integration was disabled",
        lambda company: company.set_sink(kind="ConnectWise", enabled=False, publicKey=company.sink()["publicKey"]),
        "has its PSA integration disabled; it should be enabled.",
    ),
    Drift(
        "the console was switched to Autotask",
        lambda company: company.set_sink(kind="Autotask", enabled=True, publicKey=None),
        "has a PSA integration of kind Autotask; it should be ConnectWise.",
    ),
    Drift(
        "the console holds another key",
        lambda company: company.set_sink(
            kind="ConnectWise", enabled=True, publicKey="Zz9Zz9Zz9Zz9Zz9Z", privateKey="Yy8Yy8Yy8Yy8Yy8Y"
        ),
        "holds the public key Zz9Zz9Zz9Zz9Zz9Z; it should hold",
    ),
]


def assert_as_wanted(stack: TenantStack) -> None:
    """The site and the sink hold exactly what the settings ask for."""
    company = stack.company
    role, ours, sink = company.role(), company.member(), company.sink()
    assert (role["levels"], sorted(role["tables"])) == (WANTED, TABLES)
    assert (role["adminFlag"], role["inactiveFlag"]) == (False, False)
    assert (ours["roleId"], ours["name"], ours["inactiveFlag"]) == (role["id"], "Cisco Umbrella", False)
    [only] = ours["keys"]
    assert only["inactive"] is False
    assert (sink["kind"], sink["enabled"], sink["publicKey"]) == ("ConnectWise", True, only["publicKey"])
