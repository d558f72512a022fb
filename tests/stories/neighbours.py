"""A tenant with neighbours: objects of somebody else's on the same site, which nothing of ours may touch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.remote import Company
from tests.stories.stack import TenantStack

# As ours look, but for the owner in the tag, and one by hand.
STRANGERS = ("Umbrella PSA Integration", "Umbrella PSA Integration [psa:ffffffffffff.000001.00000a]")


def separate(company: Company) -> Company:
    """For a story that breaks what the site answers: to Prism, between the product and it, each is a violation."""
    company.credentials["site"] = company.simulator.url
    return company


@dataclass
class Neighbours:
    """Another role, another member, and other keys, on that member and on ours."""

    company: Company
    before: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        company = self.company
        role = company.ask("POST", "/roles", {"name": "Umbrella too"})["id"]
        company.ask("PUT", f"/roles/{role}/levels", {"Companies / Company Maintenance": {"inquire": "All"}})
        fields = {"identifier": "UmbrellaToo", "name": "Cisco Umbrella", "roleId": role}
        members = (company.ask("POST", "/apiMembers", fields)["id"], company.member()["id"])
        for member in members:
            for description in STRANGERS:
                company.ask("POST", f"/apiMembers/{member}/keys", {"description": description})
        self.before = self._snapshot()

    def _snapshot(self) -> dict[str, Any]:
        theirs = [key for key in self.company.member()["keys"] if key["description"] in STRANGERS]
        return {"role": self.company.role("Umbrella too"), "member": self.company.member("UmbrellaToo"), "keys": theirs}

    def assert_untouched(self) -> bool:
        return self._snapshot() == self.before


def own_keys(company: Company) -> list[str]:
    """Public halves of the keys on our member that are nobody else's."""
    return [key["publicKey"] for key in company.member()["keys"] if key["description"] not in STRANGERS]


def assert_converged(stack: TenantStack, neighbours: Neighbours) -> str:
    """Exactly one key of ours; the sink holds it and always held a living one; nothing of anybody else's changed."""
    company = stack.company
    (only,) = own_keys(company)
    sink = company.sink()
    assert (sink["kind"], sink["enabled"], sink["publicKey"]) == ("ConnectWise", True, only)
    assert company.dead_moments() == []
    assert neighbours.assert_untouched()
    found = company.ask("GET", "")
    assert [role["name"] for role in found["roles"]].count("Umbrella") == 1
    assert [member["identifier"] for member in found["apiMembers"]].count("Umbrella") == 1
    return only
