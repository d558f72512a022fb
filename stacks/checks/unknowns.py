"""What nobody outside the vendors knows (docs/coverage.md), asked at this site where asking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.client import ConnectWise
from providers.connectwise.connection import basic, credentials
from providers.connectwise.grants import table_key
from providers.connectwise.site import Site
from providers.core.problems import Problem
from providers.http.errors import TransportError
from providers.http.message import Response
from stacks.checks.finding import Finding, Question
from stacks.reach import Reach
from stacks.settings import Tenant

SUBJECT = "documents"
AS_ASSUMED = ""


class NotProbed(Exception):
    """Why it could not be found out here."""


@dataclass(frozen=True)
class Scene:
    """A site at which we are signed in, and this stack's key there, if it has one."""

    reach: Reach
    tenant: Tenant
    site: Site
    client: ConnectWise
    key: ApiKeyState | None

    def get(self, path: str, query: Mapping[str, str | int], company: str = "") -> Response:
        """The answer as it is, whatever its status."""
        settings = self.tenant.connectwise
        user = credentials(company or settings.company_id, settings.public_key, settings.private_key)
        headers = {"Authorization": basic(*user), "pagination-type": "forward-only"}
        return self.site.send("GET", path, headers, query=query)


@dataclass(frozen=True)
class Unknown:
    """A row of docs/coverage.md, by its first words. `ask` answers how the site differs; None: a change would tell."""

    row: str
    what: str = ""
    ask: Callable[[Scene], str] | None = None


def _company_case(scene: Scene) -> str:
    company = scene.tenant.connectwise.company_id
    if company.swapcase() == company:
        raise NotProbed("the company id has no letters")
    status = scene.get("/system/info", {}, company.swapcase()).status
    return AS_ASSUMED if status == 401 else f"another case is answered with {status}"


def _lists_without_forward_only(scene: Scene) -> str:
    offering = []
    for path in ("/system/setupScreens", "/system/timeZoneSetups"):
        answer = scene.get(path, {"pageSize": 1})
        if answer.status != 200:
            raise NotProbed(f"{path} is answered with {answer.status}")
        if "Link" in answer.headers:
            offering.append(path)
    return f"{' and '.join(offering)} offer it" if offering else AS_ASSUMED


def _quotes(scene: Scene) -> str:
    both = 'name = "both \\"kinds\\" of \'quotes\'"'
    answer = scene.get("/system/securityroles", {"conditions": both, "pageSize": 1})
    return AS_ASSUMED if answer.status == 200 else f"answered with {answer.status}: {answer.text}"


def _further_conditions(scene: Scene) -> str:
    for name, never in (("childConditions", "id = -1"), ("customFieldConditions", "caption = 'no such field'")):
        answer = scene.get("/system/locations", {name: never, "pageSize": 1})
        if answer.status != 200:
            return f"{name} are answered with {answer.status}: {answer.text}"
        if not answer.json():
            return f"{name} are not ignored"
    return AS_ASSUMED


def _names_are_unique(scene: Scene) -> str:
    names = [row.function for row in scene.client.own_rights()]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"these names occur twice: {', '.join(twice)}" if twice else AS_ASSUMED


def _table_identifiers(scene: Scene) -> str:
    known = {table_key(label) for label in scene.client.setup_tables()}
    mine = scene.client.my_tables()
    if not mine:
        raise NotProbed("the provisioning key's role has no setup table to show")
    strange = [one for one in mine if table_key(one) not in known]
    return f"{strange[0]!r} is no table's label" if strange else AS_ASSUMED


def _creation_time(scene: Scene) -> str:
    if scene.key is None or scene.tenant.connectwise.hand != "gateway":
        raise NotProbed("there is no key of this stack, or no gateway to list it")
    listed = scene.reach.open_connectwise_gateway(scene.tenant.connectwise).keys(int(scene.key.member_id))
    return AS_ASSUMED if listed and all(key.createdAt for key in listed) else "the screen shows none"


UNKNOWNS = (
    Unknown("company ids are compared with case", "company ids are compared with case", _company_case),
    Unknown(
        "which lists do not: setup screens, time zones",
        "setup tables and time zones have no forward-only paging",
        _lists_without_forward_only,
    ),
    Unknown(
        "inside quotes a backslash escapes a quote or backslash", "a backslash escapes a quote in a condition", _quotes
    ),
    Unknown(
        "`childConditions`, `customFieldConditions`",
        "childConditions and customFieldConditions are ignored where nothing has such parts",
        _further_conditions,
    ),
    Unknown("`adminFlag` on POST"),
    Unknown(
        "`moduleIdentifier`, `moduleFunctionIdentifier`, ids, `sortOrder`",
        "a module function is known by its two names",
        _names_are_unique,
    ),
    Unknown(
        "`itemIdentifier` is the label without spaces and punctuation",
        "a setup table's identifier is its label in letters and digits",
        _table_identifiers,
    ),
    Unknown("catalogues, `/system/info`, `mySecurity` need only an active key"),
    Unknown("how many requests are allowed"),
    Unknown("editing a description mints a new pair"),
    Unknown("keys have a creation time", "keys have a creation time", _creation_time),
    Unknown("Save tests the pair against ConnectWise"),
    Unknown("a `Retry-After` on 429"),
)


def unknown_questions(scene: Scene) -> list[tuple[str, Question]]:
    probed = [unknown for unknown in UNKNOWNS if unknown.ask]
    rest = len(UNKNOWNS) - len(probed)

    def remainder() -> list[Finding]:
        words = f"{rest} further unknowns need a change, another key or a flood of requests to be known"
        return [Finding(SUBJECT, "unknown", words, "docs/coverage.md says how to find out")]

    return [*((SUBJECT, _question(unknown, scene)) for unknown in probed), (SUBJECT, remainder)]


def _question(unknown: Unknown, scene: Scene) -> Question:
    def ask() -> list[Finding]:
        if unknown.ask is None:
            return []
        try:
            differs = unknown.ask(scene)
        except (NotProbed, Problem, TransportError) as why:
            found = f"{unknown.what}: could not be probed because {str(why).rstrip('.')}"
            return [
                Finding(SUBJECT, "unknown", found, "check again once that is otherwise; docs/coverage.md has the row")
            ]
        if differs == AS_ASSUMED:
            return [Finding(SUBJECT, "ok", f"{unknown.what}: as assumed")]
        step = "please report it with this table; docs/coverage.md has the row"
        return [Finding(SUBJECT, "warn", f"{unknown.what}: differs: {differs.rstrip('.')}", step)]

    return ask
