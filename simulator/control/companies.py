"""`/_sim/companies`: create, inspect and delete companies."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import Field, ValidationError
from starlette.responses import Response

from simulator import company_factory
from simulator.control.dependencies import RequestBody, TheAdmin, TheCompany, TheSite
from simulator.services.connectwise.members import REFERENCES
from simulator.services.connectwise.models import PsaCompany, PsaMember, Role
from simulator.services.connectwise.render import render_api_member, render_key
from simulator.services.connectwise.setup_screens import sort_labels
from simulator.services.connectwise.site_modes import SiteModes
from simulator.snapshot import AlreadyExists, restore_snapshot, take_snapshot
from simulator.world import TheWorld


class ConsoleCreate(RequestBody):
    kind: Literal["msp", "mssp"] = "msp"
    consoleId: str


class CompanyCreate(RequestBody):
    companyId: str
    codebase: str = "v2025_1/"
    consoles: list[ConsoleCreate] | None = None
    provisioningRights: dict[str, dict[str, str]] | Literal["admin"] | None = None
    site: SiteModes = Field(default_factory=SiteModes)


routes = APIRouter(prefix="/_sim/companies", tags=["companies"])


@routes.post("", status_code=201)
async def create_company(world: TheWorld, wanted: CompanyCreate, actor: TheAdmin, site: TheSite) -> dict[str, Any]:
    consoles: list[tuple[str, str]] = [(item.kind, item.consoleId) for item in wanted.consoles or ()]
    problem = company_factory.find_problem(wanted.companyId, wanted.codebase, consoles)
    if problem is not None:
        raise HTTPException(422, problem)
    taken = [f"console {kind} {number}" for kind, number in consoles if (kind, number) in world.consoles]
    if wanted.companyId in world.companies or taken:
        raise HTTPException(409, f"There is already a {taken[0] if taken else 'company ' + wanted.companyId}.")
    if wanted.consoles is None:
        consoles = [company_factory.choose_console(world)]
    company = company_factory.create_company(
        world, actor, wanted.companyId, wanted.codebase, consoles, wanted.provisioningRights
    )
    company.modes = wanted.site
    return company_factory.list_credentials(world, company, site)


@routes.post("/recorded", status_code=201)
async def restore_company(world: TheWorld, snapshot: dict[str, Any], site: TheSite) -> dict[str, Any]:
    """Restore a company from a snapshot of `record`, taken here or in another simulator."""
    try:
        return company_factory.list_credentials(world, restore_snapshot(world, snapshot), site)
    except AlreadyExists as problem:
        raise HTTPException(409, str(problem)) from None
    except (ValidationError, KeyError) as problem:
        raise HTTPException(422, f"not the record of a company: {type(problem).__name__}") from None


@routes.get("")
async def list_companies(world: TheWorld) -> list[dict[str, Any]]:
    return [
        {
            "companyId": company.id,
            "codebase": company.codebase,
            "consoles": [
                {"kind": console.kind, "consoleId": console.id} for console in world.list_consoles(company.id)
            ],
        }
        for company in world.companies.values()
    ]


@routes.get("/{company_id}")
async def get_company(world: TheWorld, company: TheCompany) -> dict[str, Any]:
    return {
        "companyId": company.id,
        "codebase": company.codebase,
        "roles": [_render_role(role) for role in company.roles.values()],
        "apiMembers": [_render_member(company, member) for member in company.list_api_members()],
        "consoles": [
            {"kind": console.kind, "consoleId": console.id, "psaIntegration": console.integration.to_dict()}
            for console in world.list_consoles(company.id)
        ],
        "sinkKeyDeadMoments": world.watches[company.id].moments,
    }


@routes.delete("/{company_id}", status_code=204)
async def delete_company(world: TheWorld, company: TheCompany) -> Response:
    company_factory.remove_company(world, company)
    return Response(status_code=204)


@routes.post("/{company_id}/credentials")
async def get_credentials(world: TheWorld, company: TheCompany, site: TheSite) -> dict[str, Any]:
    return company_factory.list_credentials(world, company, site)


@routes.get("/{company_id}/record")
async def get_snapshot(world: TheWorld, company: TheCompany) -> dict[str, Any]:
    """Take a snapshot from which the same company can be restored. It holds the private keys."""
    return take_snapshot(world, company)


@routes.get("/{company_id}/history")
async def list_events(company: TheCompany) -> list[dict[str, Any]]:
    return company.history.events


@routes.get("/{company_id}/privateKeys")
async def list_private_keys(company: TheCompany) -> dict[str, str]:
    """List every pair ever minted, so that a test can search for leaks."""
    return company.minted


@routes.get("/{company_id}/tokens")
async def list_tokens(world: TheWorld, company: TheCompany) -> list[str]:
    """List every access token that the Umbrella API issued for the company's consoles, for the same search."""
    return [token for console in world.list_consoles(company.id) for token in world.tokens.list_issued(console.key)]


def _render_role(role: Role) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "adminFlag": role.admin,
        "inactiveFlag": role.inactive,
        "updatedBy": role.stamp.updated_by,
        "levels": {label: levels for label, levels in sorted(role.levels.items()) if levels},
        "tables": sort_labels(role.tables),
        "customize": {function: sort_labels(allowed) for function, allowed in sorted(role.customized.items())},
    }


def _render_member(company: PsaCompany, member: PsaMember) -> dict[str, Any]:
    rendered = render_api_member(company, member, "")
    names = {name: (rendered.get(name) or {}).get("name") for name in REFERENCES}
    return {
        "id": member.id,
        "identifier": member.identifier,
        "name": member.name,
        "emailAddress": member.email,
        "inactiveFlag": member.inactive,
        "roleId": member.role_id,
        "updatedBy": member.stamp.updated_by,
        **names,
        "keys": [render_key(key) for key in company.list_keys(member)],
    }
