"""A plan is compared with the last one, so one wish has one way to be written."""

from __future__ import annotations

from providers.connectwise.grants import Levels
from providers.connectwise.plan import TenantPlan
from providers.core.values import to_plain


def make_plan(permissions: dict[str, Levels], table_access: list[str]) -> TenantPlan:
    names = {"member": "Umbrella", "member_name": "Cisco Umbrella"}
    return TenantPlan.model_validate({"permissions": permissions, "table_access": table_access, **names})


def test_neither_order_nor_an_empty_line_makes_another_plan() -> None:
    one = make_plan(
        {"B / X": Levels(add="All"), "A / Y": Levels(), "A / X": Levels(inquire="My")},
        ["Service / Priority", "Company / Country"],
    )
    other = make_plan(
        {"A / X": Levels(inquire="My"), "B / X": Levels(add="All")}, ["Company / Country", "Service / Priority"]
    )
    assert to_plain(one) == to_plain(other)


def test_a_plan_survives_the_way_through_the_state() -> None:
    made = make_plan({"A / X": Levels(add="All")}, [])
    assert TenantPlan.model_validate(to_plain(made)) == made
