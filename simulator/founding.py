"""How a new company comes about: its people, its roles, the provisioning key, its consoles. All of it invented."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from simulator.connectwise import keys, lookups, members, permissions, roles
from simulator.connectwise.catalogue import FUNCTIONS
from simulator.connectwise.members import REFERENCES
from simulator.connectwise.models import Actor, ApiKey, Company, GatewayDoor, Member, Role, Stamp
from simulator.gateway.connectwise import OPERATOR
from simulator.umbrella.models import Console
from simulator.watch import SinkWatch
from simulator.world import World

PERSON: Final = "HumanAdmin"
PROVISIONING: Final = "PSAProvision"
_COMPANY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
CODEBASE: Final = re.compile(r"v20\d\d_\d+/|v4_6_release/")
_KINDS: Final = ("role", "member", "key", "screen", *{kind for _, kind in REFERENCES.values()})

Rights = Mapping[str, Mapping[str, str]] | str | None


def problem(company_id: str, codebase: str, consoles: list[tuple[str, str]]) -> str | None:
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


def found(
    world: World, actor: Actor, company_id: str, codebase: str, consoles: list[tuple[str, str]], rights: Rights
) -> Company:
    first_ids = {kind: world.random.randrange(100, 9000) for kind in sorted(_KINDS)}
    first_ids |= {"row": world.random.randrange(10_000, 90_000), "role rows": 0}
    client_id = str(UUID(int=world.random.getrandbits(128), version=4))
    company = Company(company_id, codebase, client_id, GatewayDoor(_token(world)), first_ids)
    lookups.seed(company)
    _people(company, actor)
    _provisioning(world, company, actor, rights)
    made = []
    for kind, console_id in consoles:
        console = Console(kind, console_id, company.id, _token(world), _token(world)[:32], _token(world))
        console.customers = world.random.randrange(5, 200)
        made.append(console)
    welcome(world, company, made)
    return company


def welcome(world: World, company: Company, consoles: list[Console]) -> None:
    """From now on the company and its consoles answer, and are watched."""
    watch = SinkWatch(company, consoles)
    company.watchers.append(watch.look)
    world.companies[company.id], world.watches[company.id] = company, watch
    world.consoles |= {(console.kind, console.id): console for console in consoles}


def close(world: World, company: Company) -> None:
    for console in world.consoles_of(company.id):
        del world.consoles[(console.kind, console.id)]
    del world.companies[company.id], world.watches[company.id]
    world.screens.close(company)
    world.faults.clear(company.id)
    world.weather.clear(company.id)


def _token(world: World) -> str:
    return "".join(keys.word(world.random) for _ in range(3))


def fresh_console(world: World) -> tuple[str, str]:
    while True:
        candidate = ("msp", str(world.random.randrange(1_000_000, 9_999_999)))
        if candidate not in world.consoles:
            return candidate


def _people(company: Company, actor: Actor) -> None:
    admin = roles.create(company, actor, "Admin", admin=True)
    for function in FUNCTIONS:
        admin.levels[function.label] = dict.fromkeys(function.verbs, "All")
    desk = roles.create(company, actor, "Service Desk")
    desk.levels["Service Desk / Service Tickets"] = {"add": "My", "edit": "My", "inquire": "All"}
    desk.levels["Time & Expense / Time Entry"] = {"add": "My", "edit": "My", "inquire": "My"}
    roles.create(company, actor, "Former Staff", inactive=True)
    for identifier, name, role, inactive in (
        (PERSON, "Hanna Adminson", admin, False),
        (OPERATOR, "Gerda Wayson", admin, False),
        ("TTicket", "Tom Ticket", desk, False),
        ("LGone", "Leo Gone", desk, True),
    ):
        person = _member(company, actor, identifier, name, "F", role)
        person.email = f"{identifier.lower()}@example.com"
        person.inactive, person.inactive_date = inactive, actor.at if inactive else None


def _member(company: Company, actor: Actor, identifier: str, name: str, license_class: str, role: Role) -> Member:
    member = Member(company.next_id("member"), identifier, name, license_class, Stamp.new(actor), role_id=role.id)
    for attribute, kind in REFERENCES.values():
        setattr(member, attribute, company.lookups[kind][0]["id"])
    member.hired = actor.at
    company.members[member.id] = member
    return member


def _provisioning(world: World, company: Company, actor: Actor, rights: Rights) -> None:
    """Make the key that the product signs in with, with the rights that it needs or those a test asks for."""
    role = roles.create(company, actor, "Provisioning", admin=rights == "admin")
    if rights is None or isinstance(rights, str):
        rights = permissions.PROVISIONING
    roles.set_levels(company, actor, role, rights)
    member = _member(company, actor, PROVISIONING, "Provisioning", "A", role)
    company.provisioning_member = member.id
    company.provisioning_key = keys.mint(company, actor, world.random, member, "Provisioning").public


def rotate(world: World, company: Company, actor: Actor) -> ApiKey:
    """Give the provisioning member a new key; the old one is deleted."""
    old = company.key_by_public(company.provisioning_key)
    member = members.get(company, company.provisioning_member)
    fresh = keys.mint(company, actor, world.random, member, "Provisioning")
    company.provisioning_key = fresh.public
    if old is not None:
        keys.delete(company, actor, old)
    return fresh


def credentials(world: World, company: Company, site: str) -> dict[str, Any]:
    """Everything that a stack needs to work with this company."""
    member = company.members[company.provisioning_member]
    return {
        "site": site,
        "companyId": company.id,
        "clientId": company.client_id,
        "publicKey": company.provisioning_key,
        "privateKey": company.minted[company.provisioning_key],
        "provisioningMember": member.identifier,
        "gatewayUrl": f"{site}/gateway/connectwise/{company.id}",
        "gatewayToken": company.door.token,
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
            for console in world.consoles_of(company.id)
        ],
    }
