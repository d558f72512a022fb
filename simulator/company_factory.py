"""Creation of a company: its people, its roles, the provisioning key, its consoles. All of it is invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from simulator.services.connectwise import api_keys, lookups, members, permissions, roles
from simulator.services.connectwise.catalogue import FUNCTIONS
from simulator.services.connectwise.members import REFERENCES
from simulator.services.connectwise.models import (
    Actor,
    ChangeStamp,
    GatewayStatus,
    MemberKey,
    PsaCompany,
    PsaMember,
    Role,
)
from simulator.services.gateway.dependencies import OPERATOR
from simulator.services.umbrella.models import UmbrellaConsole
from simulator.sink_watch import SinkWatch
from simulator.world import World

ADMIN: Final = "HumanAdmin"
PROVISIONING: Final = "PSAProvision"
_COMPANY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
CODEBASE: Final = re.compile(r"v20\d\d_\d+/|v4_6_release/")
_KINDS: Final = ("role", "member", "key", "screen", *{kind for _, kind in REFERENCES.values()})

Rights = Mapping[str, Mapping[str, str]] | str | None


def find_problem(company_id: str, codebase: str, consoles: list[tuple[str, str]]) -> str | None:
    """Say what is wrong with a request for a new company."""
    if not _COMPANY_ID.fullmatch(company_id):
        return "companyId: letters, digits, - and _, at most 50"
    if not CODEBASE.fullmatch(codebase):
        return 'codebase: like "v2025_1/" or "v4_6_release/"'
    if any(kind not in ("msp", "mssp") or not identifier.isdigit() for kind, identifier in consoles):
        return "consoles: kind is msp or mssp, consoleId a number"
    if len(set(consoles)) < len(consoles):
        return "consoles: the same one twice"
    return None


def create_company(
    world: World, actor: Actor, company_id: str, codebase: str, consoles: list[tuple[str, str]], rights: Rights
) -> PsaCompany:
    first_ids = {kind: world.random.randrange(100, 9000) for kind in sorted(_KINDS)}
    first_ids |= {"row": world.random.randrange(10_000, 90_000), "role rows": 0}
    client_id = str(UUID(int=world.random.getrandbits(128), version=4))
    gateway = GatewayStatus(api_keys.generate_token(world.random))
    company = PsaCompany(company_id, codebase, client_id, gateway, first_ids)
    lookups.seed_lookups(company)
    _add_people(company, actor)
    _add_provisioning_key(world, company, actor, rights)
    register_company(world, company, [_create_console(world, company, *key) for key in consoles])
    return company


def register_company(world: World, company: PsaCompany, consoles: list[UmbrellaConsole]) -> None:
    """Let the company and its consoles answer from now on, and watch their integrations."""
    watch = SinkWatch(company, consoles)
    company.watchers.append(watch.check)
    world.companies[company.id], world.watches[company.id] = company, watch
    world.consoles |= {console.key: console for console in consoles}


def remove_company(world: World, company: PsaCompany) -> None:
    for console in world.list_consoles(company.id):
        del world.consoles[console.key]
    del world.companies[company.id], world.watches[company.id]
    world.screens.remove(company)
    world.faults.clear(company.id)
    world.traffic.clear(company.id)


def choose_console(world: World) -> tuple[str, str]:
    """Choose kind and id of a console that is not there yet."""
    while True:
        candidate = ("msp", str(world.random.randrange(1_000_000, 9_999_999)))
        if candidate not in world.consoles:
            return candidate


def _create_console(world: World, company: PsaCompany, kind: str, console_id: str) -> UmbrellaConsole:
    gateway_token, api_key, secret = (api_keys.generate_token(world.random) for _ in range(3))
    customers = world.random.randrange(5, 200)
    return UmbrellaConsole(kind, console_id, company.id, gateway_token, api_key[:32], secret, customers=customers)


def _add_people(company: PsaCompany, actor: Actor) -> None:
    admin = roles.create(company, actor, "Admin", admin=True)
    for function in FUNCTIONS:
        admin.levels[function.label] = dict.fromkeys(function.verbs, "All")
    service_desk = roles.create(company, actor, "Service Desk")
    service_desk.levels["Service Desk / Service Tickets"] = {"add": "My", "edit": "My", "inquire": "All"}
    service_desk.levels["Time & Expense / Time Entry"] = {"add": "My", "edit": "My", "inquire": "My"}
    roles.create(company, actor, "Former Staff", inactive=True)
    for identifier, name, role, inactive in (
        (ADMIN, "Hanna Adminson", admin, False),
        (OPERATOR, "Gerda Wayson", admin, False),
        ("TTicket", "Tom Ticket", service_desk, False),
        ("LGone", "Leo Gone", service_desk, True),
    ):
        person = _add_member(company, actor, identifier, name, "F", role)
        person.email = f"{identifier.lower()}@example.com"
        person.inactive, person.inactive_date = inactive, actor.at if inactive else None


def _add_member(
    company: PsaCompany, actor: Actor, identifier: str, name: str, license_class: str, role: Role
) -> PsaMember:
    stamp = ChangeStamp.create(actor)
    member = PsaMember(company.allocate_id("member"), identifier, name, license_class, stamp, role_id=role.id)
    for attribute, kind in REFERENCES.values():
        setattr(member, attribute, company.lookups[kind][0]["id"])
    member.hired = actor.at
    company.members[member.id] = member
    return member


def _add_provisioning_key(world: World, company: PsaCompany, actor: Actor, rights: Rights) -> None:
    """Mint the key that the product signs in with, with the rights that it needs or those a test asks for."""
    role = roles.create(company, actor, "Provisioning", admin=rights == "admin")
    if rights is None or isinstance(rights, str):
        rights = permissions.PROVISIONING_RIGHTS
    roles.set_levels(company, actor, role, rights)
    member = _add_member(company, actor, PROVISIONING, "Provisioning", "A", role)
    company.provisioning_member = member.id
    company.provisioning_key = api_keys.mint(company, actor, world.random, member, "Provisioning").public


def rotate_provisioning_key(world: World, company: PsaCompany, actor: Actor) -> MemberKey:
    """Mint a new key for the provisioning member and delete the old one."""
    old = company.find_key(company.provisioning_key)
    member = members.get(company, company.provisioning_member)
    new = api_keys.mint(company, actor, world.random, member, "Provisioning")
    company.provisioning_key = new.public
    if old is not None:
        api_keys.delete(company, actor, old)
    return new


def list_credentials(world: World, company: PsaCompany, site: str) -> dict[str, Any]:
    """List everything that a stack needs to work with this company."""
    member = company.members[company.provisioning_member]
    return {
        "site": site,
        "companyId": company.id,
        "clientId": company.client_id,
        "publicKey": company.provisioning_key,
        "privateKey": company.minted[company.provisioning_key],
        "provisioningMember": member.identifier,
        "gatewayUrl": f"{site}/gateway/connectwise/{company.id}",
        "gatewayToken": company.gateway.token,
        "consoles": [
            {
                "kind": console.kind,
                "consoleId": console.id,
                "gatewayUrl": f"{site}/gateway/umbrella/{console.kind}/{console.id}",
                "gatewayToken": console.gateway_token,
                "apiUrl": site,
                "apiKey": console.api_key,
                "apiSecret": console.api_secret,
            }
            for console in world.list_consoles(company.id)
        ],
    }
