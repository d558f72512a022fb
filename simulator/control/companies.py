"""`/_sim/companies`: make companies, look into them, throw them away."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response

from simulator import founding
from simulator.connectwise import render
from simulator.connectwise.members import REFERENCES
from simulator.connectwise.models import Company, Member, Role
from simulator.connectwise.setup_screens import canonical
from simulator.control.desk import TheCompany, ThePerson, TheSite
from simulator.record import AlreadyThere, found_again, record
from simulator.world import TheWorld


class ConsoleWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["msp", "mssp"] = "msp"
    consoleId: str


class CompanyWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    companyId: str
    codebase: str = "v2025_1/"
    consoles: list[ConsoleWanted] | None = None
    provisioningRights: dict[str, dict[str, str]] | Literal["admin"] | None = None


routes = APIRouter(prefix="/_sim/companies", tags=["companies"])


@routes.post("", status_code=201)
async def create(world: TheWorld, wanted: CompanyWanted, actor: ThePerson, site: TheSite) -> dict[str, Any]:
    consoles: list[tuple[str, str]] = [(one.kind, one.consoleId) for one in wanted.consoles or ()]
    problem = founding.problem(wanted.companyId, wanted.codebase, consoles)
    if problem is not None:
        raise HTTPException(422, problem)
    taken = [f"console {kind} {number}" for kind, number in consoles if (kind, number) in world.consoles]
    if wanted.companyId in world.companies or taken:
        raise HTTPException(409, f"There is already a {taken[0] if taken else 'company ' + wanted.companyId}.")
    if wanted.consoles is None:
        consoles = [founding.fresh_console(world)]
    company = founding.found(world, actor, wanted.companyId, wanted.codebase, consoles, wanted.provisioningRights)
    return founding.credentials(world, company, site)


@routes.post("/recorded", status_code=201)
async def create_recorded(world: TheWorld, wanted: dict[str, Any], site: TheSite) -> dict[str, Any]:
    """Found a company again from what `record` told, here or in another simulator."""
    try:
        return founding.credentials(world, found_again(world, wanted), site)
    except AlreadyThere as problem:
        raise HTTPException(409, str(problem)) from None
    except (ValidationError, KeyError) as problem:
        raise HTTPException(422, f"not the record of a company: {type(problem).__name__}") from None


@routes.get("")
async def names(world: TheWorld) -> list[dict[str, Any]]:
    return [
        {
            "companyId": company.id,
            "codebase": company.codebase,
            "consoles": [{"kind": one.kind, "consoleId": one.id} for one in world.consoles_of(company.id)],
        }
        for company in world.companies.values()
    ]


@routes.get("/{company_id}")
async def dump(world: TheWorld, company: TheCompany) -> dict[str, Any]:
    return {
        "companyId": company.id,
        "codebase": company.codebase,
        "roles": [_role(role) for role in company.roles.values()],
        "apiMembers": [_member(company, one) for one in company.members.values() if one.license_class == "A"],
        "consoles": [
            {"kind": one.kind, "consoleId": one.id, "psaIntegration": one.integration.shown()}
            for one in world.consoles_of(company.id)
        ],
        "sinkKeyDeadMoments": world.watches[company.id].moments,
    }


@routes.delete("/{company_id}", status_code=204)
async def delete(world: TheWorld, company: TheCompany) -> Response:
    founding.close(world, company)
    return Response(status_code=204)


@routes.post("/{company_id}/credentials")
async def credentials(world: TheWorld, company: TheCompany, site: TheSite) -> dict[str, Any]:
    return founding.credentials(world, company, site)


@routes.get("/{company_id}/record")
async def show_record(world: TheWorld, company: TheCompany) -> dict[str, Any]:
    """Everything that the company is, to found the same one again. Holds its private keys."""
    return record(world, company)


@routes.get("/{company_id}/history")
async def history(company: TheCompany) -> list[dict[str, Any]]:
    return company.history.events


@routes.get("/{company_id}/privateKeys")
async def private_keys(company: TheCompany) -> dict[str, str]:
    """Every pair ever made, so that a test can search for leaks."""
    return company.minted


@routes.get("/{company_id}/tokens")
async def tokens(world: TheWorld, company: TheCompany) -> list[str]:
    """Every access token of the Umbrella API that was given out for the company's consoles, for the same search."""
    return [token for one in world.consoles_of(company.id) for token in world.tokens.given((one.kind, one.id))]


def _role(role: Role) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "adminFlag": role.admin,
        "inactiveFlag": role.inactive,
        "updatedBy": role.stamp.updated_by,
        "levels": {label: levels for label, levels in sorted(role.levels.items()) if levels},
        "tables": canonical(role.tables),
    }


def _member(company: Company, member: Member) -> dict[str, Any]:
    shown = render.api_member(company, member, "")
    names = {name: (shown.get(name) or {}).get("name") for name in REFERENCES}
    return {
        "id": member.id,
        "identifier": member.identifier,
        "name": member.name,
        "emailAddress": member.email,
        "inactiveFlag": member.inactive,
        "roleId": member.role_id,
        "updatedBy": member.stamp.updated_by,
        **names,
        "keys": [render.key(key) for key in company.keys.values() if key.member_id == member.id],
    }
