"""`make demo ENGINE=opentofu`, or `terraform`: the same tenant under that engine, with its keys in a vault."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from demo.narration import print_chapter, print_lines, print_once, require
from demo.pulumi_cli import DemoPulumi
from demo.search import find_files_with
from demo.site import describe_leftovers, describe_levels, describe_rotation, get_last_request, widen
from demo.terraform_cli import DemoTerraform, install_provider, list_results, list_warnings
from demo.vault import DemoVault, serve_vault
from simulator.remote import RemoteSimulator
from toolchain.terraform import EngineCommand, have_opentofu, have_terraform

ENGINES: dict[str, Callable[[Path], EngineCommand]] = {"opentofu": have_opentofu, "terraform": have_terraform}

_THEIRS = """\
import {
  to = umbrellapsa_security_role.theirs
  id = "%d"
}
"""

NEXT = """\
Your own tenant, at a real site, in a folder of its own:

  . .venv/bin/activate
  umbrella-psa terraform install   # says what to export
  cp -r terraform/ ~/acme && cd ~/acme/examples/tenant
  %(name)s init && %(name)s apply

The steps that have no public API are carried out by a console gateway, or by
you; docs/terraform.md says what goes where.
"""


def play_terraform(engine: EngineCommand, simulator: RemoteSimulator, work: Path) -> None:
    """Live through a tenant's life, and take two things over that somebody else made."""
    with serve_vault(work / "vault") as vault:
        configuration = install_provider(work / "mirror")

        def open_tenant(name: str) -> DemoTerraform:
            folder = work / name / "examples" / "tenant"
            connection = {"vault:address": vault.url, "vault:token": vault.token}
            return DemoTerraform(engine, name, folder, configuration, simulator.company(name), connection)

        tenant = open_tenant("demo")
        print_chapter(
            f"A tenant is configured for {engine.title} {engine.version} ({engine.licence}). The site and the console "
            "are simulated; engine and vault are real."
        )
        print_lines(f"    {line}" for line in tenant.write_configuration(vault_url=_place("demo")))
        print_once("Its secrets are in the environment, and so in no file.")
        print_lines(list_results(tenant.run("init")))
        _play_life(tenant, vault)
        _import_role(tenant)
        moved = open_tenant("moved")
        _move_from_pulumi(DemoPulumi(work / "pulumi", "moved"), moved, vault)
        _destroy(tenant, moved)
    print(f"\n{NEXT % {'name': engine.name}}")


def _play_life(tenant: DemoTerraform, vault: DemoVault) -> None:
    name, company = tenant.engine.name, tenant.company
    print_chapter(f"{name} apply: role, permission set, API member, API key, vault, proof, Umbrella.")
    first = tenant.run("apply", "-auto-approve")
    print_lines(list_results(first))
    asked = len(company.requests())
    print_once(f"{asked} requests in {first.seconds:.0f} s. Umbrella holds {company.sink()['publicKey']}.")

    print_chapter(f"{name} plan -detailed-exitcode: the site is as wanted, exit code 0.")
    print_lines(list_results(tenant.run("plan", "-detailed-exitcode")))

    print_chapter(f"Somebody widens a permission at the site. {name} plan says it in words and exits 2.")
    widen(company)
    drifted = tenant.run("plan", "-detailed-exitcode", expect=2)
    print_lines([*list_warnings(drifted), *list_results(drifted)])

    print_chapter(f"{name} apply repairs it, and the key proves again what it may do.")
    print_lines(list_results(tenant.run("apply", "-auto-approve")))
    print_lines([describe_levels(company)])

    print_chapter(
        "The key is rotated in place, by a saved plan with another `rotate`. Umbrella always holds one that works."
    )
    old = company.sink()["publicKey"]
    print_lines(list_results(tenant.run("plan", "-var=rotate=demo-2", "-out=saved.plan")))
    since = get_last_request(company)
    print_lines(list_results(tenant.run("apply", "saved.plan")))
    print_lines(describe_rotation(company, since, old))

    print_chapter("Where are the keys? State, backup and saved plan are searched, packed or not.")
    _search(tenant, vault, old)


def _search(tenant: DemoTerraform, vault: DemoVault, old: str) -> None:
    company, folder = tenant.company, tenant.folder
    public, entry = company.sink()["publicKey"], vault.read("umbrella/demo")
    # What is no secret is found there, so the search looks where one would be.
    named = sorted({file for key in (old, public) for file in find_files_with(folder, key)})
    require(named == ["saved.plan", "terraform.tfstate", "terraform.tfstate.backup"], "these name the keys")
    require(entry["publicKey"] == public, "the vault holds the key that Umbrella has")
    require(entry["privateKey"] in company.private_keys(), "the vault holds the private half")
    secrets = [*company.private_keys(), *company.secrets().values(), vault.token]
    leaks = {file for secret in secrets for file in find_files_with(folder, secret)}
    require(leaks == set(), f"no secret is in {', '.join(sorted(leaks))}")
    print_once(f"Public halves are in {', '.join(named)}; private ones, and the provisioning key's, in no file.")
    print_once(f"The current private half is in {_place('demo')}.")


def _import_role(tenant: DemoTerraform) -> None:
    print_chapter("A role that a person made is imported by its id; the engine writes the configuration for it.")
    role = tenant.company.ask("POST", "/roles", {"name": "Made by hand"})
    (tenant.folder / "theirs.tf").write_text(_THEIRS % role["id"], encoding="utf-8")
    tenant.run("plan", "-var=rotate=demo-2", "-generate-config-out=generated.tf")
    generated = (tenant.folder / "generated.tf").read_text(encoding="utf-8").splitlines()
    print_lines(f"    {line}" for line in generated if line and not line.startswith("#"))
    print_lines(list_results(tenant.run("apply", "-auto-approve", "-var=rotate=demo-2")))


def _move_from_pulumi(pulumi: DemoPulumi, tenant: DemoTerraform, vault: DemoVault) -> None:
    company = tenant.company
    print_chapter(f"A tenant that Pulumi made moves to {tenant.engine.title}, by import blocks and without a new key.")
    plain = {"vault:url": _place(pulumi.stack), "vault:address": vault.url}
    pulumi.configure(company.settings() | plain, company.secrets() | {"vault:token": vault.token})
    pulumi.run("up", "--yes", "--skip-preview")
    key = company.sink()["publicKey"]
    print_once(f"pulumi up: Umbrella holds {key}.")
    blocks = _write_import_blocks(pulumi)
    tenant.write_configuration(vault_url=_place(pulumi.stack))
    (tenant.folder / "imports.tf").write_text(blocks, encoding="utf-8")
    print_once(f"umbrella-psa terraform import-blocks: {blocks.count('import {')} blocks.")
    tenant.run("init")
    print_lines(list_results(tenant.run("apply", "-auto-approve")))
    require(company.public_keys() == [key] == [company.sink()["publicKey"]], "the key is the same")
    print_once(f"Umbrella still holds {key}. `pulumi stack rm --force` now takes away Pulumi's record, and no object.")
    pulumi.run("stack", "rm", "--yes", "--force")
    print_lines(list_results(tenant.run("plan", "-detailed-exitcode")))


def _write_import_blocks(pulumi: DemoPulumi) -> str:
    command = [sys.executable, "-m", "stacks", "terraform", "import-blocks", pulumi.stack]
    done = subprocess.run(
        command,
        cwd=pulumi.project,
        env=pulumi.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the demo expected import blocks:\n{done.stdout}{done.stderr}")
    return done.stdout


def _destroy(tenant: DemoTerraform, moved: DemoTerraform) -> None:
    name = tenant.engine.name
    print_chapter(f"{name} destroy, of both.")
    for one in (tenant, moved):
        print_lines(list_results(one.run("destroy", "-auto-approve")))
    roles = [role["name"] for role in tenant.company.ask("GET", "")["roles"]]
    require("Made by hand" in roles, "the role that a person made is kept")
    print_once("The role that a person made is still there: what was imported is kept.")
    for one in (tenant, moved):
        text = describe_leftovers(one.company, f"{name} apply")
    print_once(text)


def _place(name: str) -> str:
    return f"vault://secret/umbrella/{name}"
