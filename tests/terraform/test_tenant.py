"""A tenant's life under Terraform: made, unchanged, renewed without a gap, renamed, destroyed."""

from __future__ import annotations

from collections.abc import Callable

from simulator.remote import Company
from tests.terraform.workspace import Workspace


def read_sink_key(company: Company) -> str:
    key: str = company.sink()["publicKey"]
    return key


def test_a_tenant_is_made_and_the_next_plan_has_nothing_to_say(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    made = tenant.up()
    assert made.count("Apply complete! Resources: 7 added, 0 changed, 0 destroyed.") == 1
    company = tenant.company
    assert company.public_keys() == [read_sink_key(company)]
    before = len(company.requests())
    assert before <= 28
    assert tenant.preview().count("No changes.") == 1
    assert len(company.requests()) - before <= 9
    shown = tenant.read_outputs()
    role, member = company.role(), company.member()
    assert (shown["role_id"], shown["member_id"]) == (str(role["id"]), str(member["id"]))
    assert shown["public_key"] == shown["umbrella_applied"] == read_sink_key(company)
    assert shown["private_key"] in company.private_keys()
    assert shown["vault_reference"] == ""


def test_a_rotation_renews_the_key_in_place_without_a_gap(tenant: Workspace) -> None:
    company = tenant.company
    old, before = read_sink_key(company), len(company.requests())
    tenant.set("rotate", "a new one")
    plan = tenant.preview(expect=2)
    assert plan.count("0 to add, 4 to change, 0 to destroy") == 1
    assert plan.count(f"The API key {old} will be replaced by a new one because rotate changed from '' to") == 1
    planned = len(company.requests())
    tenant.up()
    assert company.public_keys() == [read_sink_key(company)] != [old]
    assert company.dead_moments() == []
    # Its own plan looks once more; the rotation itself costs what it costs under Pulumi.
    assert len(company.requests()) - planned <= (planned - before) + 19
    tenant.preview(expect=0)


def test_a_key_that_umbrella_holds_is_not_replaced_as_a_whole(tenant: Workspace) -> None:
    held = read_sink_key(tenant.company)
    refused = tenant.up("-replace=module.tenant.umbrellapsa_api_key.this", expect=1)
    assert refused.count("an API key is never replaced as a whole") >= 1
    assert tenant.company.public_keys() == [held] == [read_sink_key(tenant.company)]
    tenant.preview(expect=0)


def test_destroy_takes_everything_away_and_the_sink_first(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    tenant.up()
    company = tenant.company
    assert tenant.destroy().count("Destroy complete! Resources: 7 destroyed.") == 1
    assert company.sink()["publicKey"] is None
    assert company.dead_moments() == []
    assert (company.public_keys(), company.member()["inactiveFlag"]) == ([], True)
    assert [role["name"] for role in company.ask("GET", "")["roles"] if role["name"] == "Umbrella"] == []


def test_a_renamed_role_and_member_are_made_before_the_old_ones_go(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    tenant.up()
    company, file = tenant.company, tenant.folder / "main.tf"
    role, member = company.role()["id"], company.member()["id"]
    text = file.read_text(encoding="utf-8")
    renamed = text.replace("  rotate = var.rotate\n", '  role_name = "Other"\n  member_id = "Other"\n')
    file.write_text(renamed, encoding="utf-8")
    tenant.up()
    sites = company.ask("GET", "")
    assert role not in [one["id"] for one in sites["roles"]]
    assert [one["inactiveFlag"] for one in sites["apiMembers"] if one["id"] == member] == [True]
    [key] = company.member("Other")["keys"]
    assert key["publicKey"] == read_sink_key(company)
    assert company.dead_moments() == []
    tenant.preview(expect=0)
