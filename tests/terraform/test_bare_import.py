"""A role that a person made is imported by its bare id, generated as configuration, and kept on destroy."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.terraform.workspace import Workspace

IMPORT = 'import {\n  to = umbrellapsa_security_role.theirs\n  id = "%d"\n}\n'


def test_a_role_of_somebodys_is_imported_and_kept(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    company, main = tenant.company, tenant.folder / "main.tf"
    role = company.ask("POST", "/roles", {"name": "Theirs"})
    text = main.read_text(encoding="utf-8")
    main.write_text(text.partition('module "tenant"')[0], encoding="utf-8")
    (tenant.folder / "imports.tf").write_text(IMPORT % role["id"], encoding="utf-8")
    tenant.run("plan", "-no-color", "-generate-config-out=generated.tf")
    generated = (tenant.folder / "generated.tf").read_text(encoding="utf-8")
    assert re.search(r'^ +name += "Theirs"$', generated, re.MULTILINE), generated
    assert tenant.up().count("1 imported, 0 added, 0 changed, 0 destroyed") == 1
    tenant.preview(expect=0)
    tenant.destroy()
    assert role["id"] in [one["id"] for one in company.ask("GET", "")["roles"]]


def test_what_is_not_there_is_not_imported(make_tenant: Callable[..., Workspace]) -> None:
    tenant = make_tenant()
    (tenant.folder / "imports.tf").write_text(
        'import {\n  to = module.tenant.umbrellapsa_security_role.this\n  id = "999999"\n}\n', encoding="utf-8"
    )
    refused = tenant.preview(expect=1)
    assert refused.count("Cannot import non-existent remote object") == 1
    (tenant.folder / "imports.tf").write_text(
        'import {\n  to = module.tenant.umbrellapsa_security_role.this\n  id = "1?adoptd=false"\n}\n', encoding="utf-8"
    )
    assert tenant.preview(expect=1).count('which is none of its attributes. Did you mean "adopted"') == 1
