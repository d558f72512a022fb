"""A whole tenant on a site that answers as live sites are said to: the engine ends where it ends elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.remote import Company
from tests.engine.workspace import Stack

CRUEL = {
    "linkOrigin": "https://10.0.0.7:8443",
    "linkEnd": "always",
    "largestPage": 100,
    "wrongCodebase": "cannotRoute",
    "refusedConditions": {
        "roles": ["id", "name"],
        "apiMembers": ["id", "identifier", "securityRole/id"],
        "members": ["securityRole/id"],
    },
    "companyInfo": {"SiteUrl": "https://elsewhere.example.com"},
}
PLAIN = {"linkOrigin": "none", "shortPage": 20, "companyInfo": {"SiteUrl": None, "IsCloud": "True"}}


@pytest.mark.direct
@pytest.mark.parametrize("modes", [CRUEL, PLAIN], ids=["cruel", "plain"])
def test_a_tenant_lives_its_whole_life_on_a_site_with_ways_of_its_own(
    modes: dict[str, object], make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    stack = make_stack(company(site=modes))
    stack.up()
    stack.preview()
    stack.up(UMBRELLA_PSA_ROTATE="spring")
    stack.preview(UMBRELLA_PSA_ROTATE="spring")
    assert stack.company.dead_moments() == []
    stack.destroy()


@pytest.mark.direct
def test_of_two_locations_of_a_name_the_ids_are_told_and_one_is_taken(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    twins = company()
    twins.add_lookup("locations", name="Twin House")
    taken = twins.add_lookup("locations", name="Twin House")["id"]
    stack = make_stack(twins)
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", "umbrella-psa:memberDefaults.location", "Twin House")
    refused = stack.up(expect=None)
    assert refused.code != 0
    assert f" and {taken}; write the id in place of the name" in " ".join(refused.text.split())
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", "umbrella-psa:memberDefaults.location", str(taken))
    stack.up()
    stack.preview()  # clean: the live id is the one that was asked for
