"""Another integration under this engine: entered by a person, acknowledged by its key, rotated without a gap."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.test_integrations import NCENTRAL
from tests.terraform.test_manual import read_order
from tests.terraform.workspace import Workspace


def test_another_vendors_tenant_is_made_rotated_and_left(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant(integration="n-able-n-central")
    tenant.leave_umbrella_out()
    company = tenant.company

    def list_keys() -> list[str]:
        return [key["publicKey"] for key in company.member("N-central")["keys"]]

    told = read_order(tenant.up(expect=1), "enter the API key")
    (first,) = list_keys()
    assert f"enter the API key {first} in N-able N-central" in told
    assert "In N-able N-central go to Administration > PSA Integration." in told
    role = company.role("N-able N-central")
    assert (role["levels"], role["tables"]) == (NCENTRAL, [])
    tenant.set("appliedKey", first)
    tenant.up()
    tenant.preview(expect=0)
    assert tenant.read_outputs()["umbrella_applied"] == first

    company.ask("PUT", f"/roles/{role['id']}/levels", {"Service Desk / Close Service Tickets": {"delete": "None"}})
    assert tenant.preview(expect=2).count("Close Service Ticket: delete is None, should be All (narrower).") == 1
    tenant.set("rotate", "2")
    read_order(tenant.up(expect=1), "enter the API key")
    (second,) = {*list_keys()} - {first}
    assert first in list_keys()
    tenant.set("appliedKey", second)
    tenant.up()
    assert list_keys() == [second]
    assert company.role("N-able N-central")["levels"] == NCENTRAL
    tenant.preview(expect=0)

    tenant.set("appliedKey", "none")
    tenant.destroy()
    assert list_keys() == []
    # Without a vault the private half is in the state, and nowhere else.
    assert not [place for place in tenant.find_leaks() if "tfstate" not in place]


def test_what_the_module_does_not_know_is_refused_without_a_request(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant(integration="n-able-n-centrl")
    assert "integration: there is no preset of this name" in " ".join(tenant.preview(expect=1).text.split())
    tenant.variables |= {"integration": "rewst", "sink": "none"}
    assert "sink: is none, so the vault alone has the key" in " ".join(tenant.preview(expect=1).text.split())
    assert tenant.company.requests() == []


def test_a_module_and_a_block_that_differ_make_nothing(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant(integration="rewst")
    tenant.environment["UMBRELLA_PSA_INTEGRATION"] = "msp360"
    told = " ".join(tenant.up(expect=1).text.split())
    assert "integration: the provider's block has another one" in told
    tenant.environment["UMBRELLA_PSA_INTEGRATION"] = "cisco-umbrella"
    assert "sink: the provider's block has another one" in " ".join(tenant.up(expect=1).text.split())
    assert "Rewst" not in [role["name"] for role in tenant.company.ask("GET", "")["roles"]]
