"""Both drivers are `manual`: four applies, each of the first three ends with a work order and taints nothing."""

from __future__ import annotations

from collections.abc import Callable

from tests.stories.drifts import assert_as_wanted
from tests.stories.person import Person, hand_over
from tests.terraform.workspace import Run, Workspace
from tests.vault.conftest import own_vault as own_vault
from tests.vault.server import OwnVault


def read_order(run: Run, title: str) -> str:
    """The run's work order with its lines, from an error's detail."""
    assert f"Error: {title}" in run.text, run.text
    order = run.text.partition(f"Error: {title}")[2].partition("## Work order: ")[2]
    assert order.startswith(title), run.text
    return order


def test_a_person_with_a_browser_gets_a_tenant_done_in_four_applies(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    hand_over(tenant, "connectwise", "umbrella")
    person, engine = Person(tenant), tenant.engine.name

    first = read_order(tenant.up(expect=1), "set the permissions of the security role Umbrella")
    assert "- Companies > Configurations: Add All, Edit All, Delete None, Inquire All" in first
    assert f"Run `{engine} apply` again." in " ".join(first.split())
    waiting = tenant.preview(expect=2)
    assert waiting.count("Open step for a person when this run began: set the permissions of the security role") == 1

    person.set_levels()
    person.set_tables()
    told = read_order(tenant.up(expect=1), "make an API key")
    pair = person.make_key(told)
    assert "tainted" not in tenant.preview(expect=2).text
    person.supply_pair(pair)
    read_order(tenant.up(expect=1), "enter the API key")
    tenant.preview(expect=2)

    person.enter(pair)
    tenant.up()
    assert_as_wanted(tenant)
    tenant.preview(expect=0)
    assert "pulumi" not in "".join(tenant.seen)


def test_a_persons_key_in_a_vault_is_known_to_live_and_its_predecessor_is_ordered_away(
    make_tenant: Callable[..., Workspace], own_vault: OwnVault
) -> None:
    """Umbrella is behind a gateway, ConnectWise is a person's."""
    tenant = make_tenant(vault__url="vault://secret/umbrella/by-hand")
    hand_over(tenant, "connectwise")
    tenant.environment |= {"UMBRELLA_PSA_VAULT_ADDRESS": own_vault.url, "UMBRELLA_PSA_VAULT_TOKEN": own_vault.token}
    person, company = Person(tenant), tenant.company
    tenant.up(expect=1)
    person.set_levels()
    person.set_tables()
    first = person.make_key(read_order(tenant.up(expect=1), "make an API key"))
    person.supply_pair(first)
    tenant.up()
    tenant.preview(expect=0)
    assert company.sink()["publicKey"] == first[0]

    tenant.set("rotate", "2")
    second = person.make_key(read_order(tenant.up(expect=1), "make an API key"))
    person.supply_pair(second)
    read_order(tenant.up(expect=1), "delete the API key")
    assert company.sink()["publicKey"] == second[0]
    person.delete_key(first[0])
    tenant.up()
    tenant.preview(expect=0)
    assert company.dead_moments() == []
    assert [leak for leak in tenant.find_leaks() if "output" not in leak] == []
