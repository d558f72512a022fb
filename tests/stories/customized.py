"""A tenant that names customize lists of other functions than Table Setup: from up to drift, repair and destroy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from simulator.remote import Company
from tests.stories.drifts import TABLES, WANTED
from tests.stories.stack import MakeStack

CONFIGURATIONS, SCHEDULING = "Companies / Configurations", "Service Desk / Resource Scheduling"
LISTS = {CONFIGURATIONS: ["Managed Server", "Managed Workstation"], SCHEDULING: ["Corporate (Level 1)"]}
LEVELS = {**WANTED, SCHEDULING: {"inquire": "All"}}


def set_list(function: str, allow: list[str]) -> Callable[[Company], object]:
    body = {"function": function, "allow": allow}
    return lambda company: company.ask("PUT", f"/roles/{company.role()['id']}/customize", body)


def customize_lists(make: MakeStack, folder: Path) -> None:
    stack = make(permissions=json.dumps(LEVELS))
    company = stack.company
    stack.up()
    stack.preview(expect=0)
    assert company.role()["customize"] == {}, "what is not named is left as it is"

    stack.set("customize", json.dumps(LISTS))
    told = stack.preview(expect=stack.drifted)
    about = "Security role Umbrella: "
    alone = "its customize list was left alone; it should be"
    assert told.count(f"{about}{CONFIGURATIONS}: {alone} Managed Server, Managed Workstation.") == 1
    assert told.count(f"{about}{SCHEDULING}: {alone} Corporate (Level 1).") == 1
    assert stack.list_changed() == {"permissions": "update", "proof": "update"}
    stack.up()
    role = company.role()
    assert (role["customize"], role["levels"], sorted(role["tables"])) == (LISTS, LEVELS, TABLES)
    stack.preview(expect=0)

    set_list(CONFIGURATIONS, ["Managed Server", "Password"])(company)
    set_list(SCHEDULING, [])(company)
    told = stack.preview(expect=stack.drifted)
    for sentence in (
        f"{about}{CONFIGURATIONS}: Password is allowed, should not be (wider).",
        f"{about}{CONFIGURATIONS}: Managed Workstation is not allowed, should be (narrower).",
        f"{about}{SCHEDULING}: Corporate (Level 1) is not allowed, should be (narrower).",
    ):
        assert told.count(sentence) == 1
    assert "Table Setup" not in told.text
    stack.up()
    assert company.role()["customize"] == LISTS
    stack.preview(expect=0)

    stack.set("customize", json.dumps({CONFIGURATIONS: LISTS[CONFIGURATIONS]}))
    left = f"{about}{SCHEDULING}: its customize list is left as it is from now on."
    assert stack.preview(expect=stack.drifted).count(left) == 1
    stack.up()
    set_list(SCHEDULING, ["Region (Level 2)"])(company)
    stack.preview(expect=0)

    stack.set("customize", json.dumps({"Service Desk / Scheduling": []}))
    refused = " ".join(stack.preview(expect=1).text.split())
    assert (
        "'Service Desk / Scheduling' is no function that has a customize list; docs/settings.md names them." in refused
    )
    assert f'Did you mean "{SCHEDULING}"' in refused
    stack.set("customize", json.dumps({CONFIGURATIONS: ["No Such Type"]}))
    refused = " ".join(stack.up(expect=1).text.split())
    assert f"There is no item 'No Such Type' in {CONFIGURATIONS}." in refused
    stack.set("customize", json.dumps(LISTS))
    stack.up()
    stack.preview(expect=0)
    stack.destroy()
    assert [role["name"] for role in company.ask("GET", "")["roles"] if role["name"] == "Umbrella"] == []


CUSTOMIZED = {"customize lists of other functions are set, watched, put right and left": customize_lists}
