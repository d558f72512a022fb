"""Bad input: one sentence each, at its attribute, before anything is contacted or changed."""

from __future__ import annotations

from collections.abc import Callable

from tests.terraform.workspace import Workspace


def edit(tenant: Workspace, old: str, new: str) -> None:
    """Change the configuration."""
    file = tenant.folder / "main.tf"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def list_writes(tenant: Workspace) -> list[str]:
    return [request["path"] for request in tenant.company.requests() if request["method"] != "GET"]


WRONG_LEVELS = """
resource "umbrellapsa_permission_set" "wrong" {
  role_id      = "1"
  table_access = []
  permissions  = { "Service Desk / Service Tickets" = { inquire = "Alll" } }
}
"""


def test_a_wrong_argument_is_told_at_its_attribute_without_a_request(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    (tenant.folder / "wrong.tf").write_text(WRONG_LEVELS, encoding="utf-8")
    told = tenant.run("validate", "-no-color", expect=1)
    says = "permissions ['Service Desk / Service Tickets']['inquire'] must be 'None', 'My' or 'All'."
    assert told.count(says) == 1
    # OpenTofu 1.12.6 shows the block for a place inside of a map, Terraform the line itself.
    line = '{ "Service Desk / Service Tickets" = { inquire = "Alll" } }'
    assert (line if tenant.engine.name == "terraform" else "umbrellapsa_permission_set.wrong") in told.text
    assert tenant.company.requests() == []


def test_a_wrong_variable_of_the_module_is_refused_in_the_plan_without_a_request(
    make_tenant: Callable[..., Workspace],
) -> None:
    # An engine knows no variable of a module while it validates.
    tenant = make_tenant()
    edit(tenant, "  rotate = var.rotate\n", '  role_name = "A name of more than thirty characters"\n')
    assert tenant.preview(expect=1).count("name should have at most 30 characters.") >= 1
    assert tenant.company.requests() == []


def test_a_wrong_setting_is_told_at_its_place_in_the_block(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    edit(tenant, "console_id    = var.umbrella.console_id", 'console_id    = "seven"')
    told = tenant.run("validate", "-no-color", expect=1)
    assert told.count("umbrella:consoleId: must be the number in the console's address, such as 1234567") == 1
    assert 'console_id    = "seven"' in told.text
    assert tenant.company.requests() == []


def test_an_unknown_module_function_is_refused_in_the_plan(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    edit(
        tenant,
        "  rotate = var.rotate\n",
        '  permissions = { "Companies / Configuration" = { inquire = "All" } }\n  rotate = var.rotate\n',
    )
    told = tenant.preview(expect=1)
    assert told.count("the site has no module function 'Companies / Configuration'. Did you mean") == 1
    assert list_writes(tenant) == []


def test_another_company_is_refused_in_the_plan(
    make_tenant: Callable[..., Workspace], tenant: Workspace, simulator: object
) -> None:
    other = make_tenant().company
    before = len(other.requests())
    settings, secrets = other.settings(), other.secrets()
    refused = tenant.preview(
        expect=1,
        UMBRELLA_PSA_CONNECTWISE_COMPANY_ID=settings["connectwise:companyId"],
        UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY=secrets["connectwise:privateKey"],
    )
    assert refused.count(f"but the configuration names {other.id}@") >= 1
    assert len(other.requests()) == before
    tenant.preview(expect=0)


def test_a_role_that_would_go_before_its_successor_is_there_is_not_deleted(
    make_tenant: Callable[..., Workspace],
) -> None:
    tenant = make_tenant()
    tenant.up()
    module = tenant.folder.parents[1] / "modules" / "tenant" / "main.tf"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("create_before_destroy = true", "create_before_destroy = false"), encoding="utf-8")
    edit(tenant, "  rotate = var.rotate\n", '  role_name = "Other"\n  rotate = var.rotate\n')
    refused = tenant.up(expect=1)
    assert refused.count("the security role Umbrella is not deleted because Umbrella still have it") == 1
    assert tenant.company.dead_moments() == []
    assert tenant.company.role()["levels"] != {}
