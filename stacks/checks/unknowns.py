"""What nobody outside the vendors knows for sure (docs/coverage.md), asked here where asking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.client import ConnectWise
from providers.connectwise.connection import format_basic_auth, format_credentials
from providers.connectwise.customize import normalize_item
from providers.connectwise.site import Site
from providers.console.customize import TABLE_SETUP
from providers.core.errors import ProviderError
from providers.http.errors import TransportError
from providers.http.message import Response
from stacks.checks.finding import Check, Finding
from stacks.clients import Clients
from stacks.settings import Tenant

SUBJECT = "documents"
AS_ASSUMED = ""


class NotProbed(Exception):
    """Why it could not be found out here."""


@dataclass(frozen=True)
class ProbeContext:
    """A site at which we are signed in, and this stack's key there, if it has one."""

    clients: Clients
    tenant: Tenant
    site: Site
    client: ConnectWise
    key: ApiKeyState | None

    def get(
        self, path: str, query: Mapping[str, str | int], company: str = "", *, forward_only: bool = True
    ) -> Response:
        """Send a GET and return the answer as it is, whatever its status."""
        settings = self.tenant.connectwise
        user = format_credentials(company or settings.company_id, settings.public_key, settings.private_key)
        headers = {"Authorization": format_basic_auth(*user)}
        if forward_only:
            headers["pagination-type"] = "forward-only"
        return self.site.send("GET", path, headers, query=query)


@dataclass(frozen=True)
class Assumption:
    """A row of docs/coverage.md, by its first words. `probe` answers how the site differs; None: a change would
    tell."""

    row: str
    description: str = ""
    probe: Callable[[ProbeContext], str] | None = None


def _probe_company_case(context: ProbeContext) -> str:
    company = context.tenant.connectwise.company_id
    if company.swapcase() == company:
        raise NotProbed("the company id has no letters")
    status = context.get("/system/info", {}, company.swapcase()).status
    return AS_ASSUMED if status == 401 else f"another case is answered with {status}"


def _probe_lists_without_forward_only(context: ProbeContext) -> str:
    offering = []
    for path in ("/system/setupScreens", "/system/timeZoneSetups"):
        answer = context.get(path, {"pageSize": 1})
        if answer.status != 200:
            raise NotProbed(f"{path} is answered with {answer.status}")
        if "Link" in answer.headers:
            offering.append(path)
    return f"{' and '.join(offering)} offer it" if offering else AS_ASSUMED


def _probe_quotes(context: ProbeContext) -> str:
    both = 'name = "both \\"kinds\\" of \'quotes\'"'
    answer = context.get("/system/securityroles", {"conditions": both, "pageSize": 1})
    return AS_ASSUMED if answer.status == 200 else f"answered with {answer.status}: {answer.text}"


def _probe_further_conditions(context: ProbeContext) -> str:
    for name, never in (("childConditions", "id = -1"), ("customFieldConditions", "caption = 'no such field'")):
        answer = context.get("/system/locations", {name: never, "pageSize": 1})
        if answer.status != 200:
            return f"{name} are answered with {answer.status}: {answer.text}"
        if not answer.json():
            return f"{name} are not ignored"
    return AS_ASSUMED


def _probe_unique_names(context: ProbeContext) -> str:
    own = context.client.list_own_rights()
    if own is None:
        raise NotProbed("this site does not tell API members their own rights")
    names = [row.function for row in own]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"these names occur twice: {', '.join(twice)}" if twice else AS_ASSUMED


def _probe_table_identifiers(context: ProbeContext) -> str:
    known = {normalize_item(label) for label in context.client.list_setup_tables()}
    items = context.client.list_my_items()
    if items is None:
        raise NotProbed("this site does not tell API members their own tables")
    mine = items[TABLE_SETUP]
    if not mine:
        raise NotProbed("the provisioning key's role has no setup table to show")
    strange = [table for table in mine if normalize_item(table) not in known]
    return f"{strange[0]!r} is no table's label" if strange else AS_ASSUMED


def _probe_creation_time(context: ProbeContext) -> str:
    if context.key is None or context.tenant.connectwise.driver != "gateway":
        raise NotProbed("there is no key of this stack, or no gateway to list it")
    listed = context.clients.open_connectwise_gateway(context.tenant.connectwise).list_keys(int(context.key.member_id))
    return AS_ASSUMED if listed and all(key.createdAt for key in listed) else "the screen shows none"


ASSUMPTIONS = (
    Assumption("company ids are compared with case", "company ids are compared with case", _probe_company_case),
    Assumption(
        "which lists do not: setup screens, time zones",
        "setup tables and time zones have no forward-only paging",
        _probe_lists_without_forward_only,
    ),
    Assumption(
        "inside quotes a backslash escapes a quote or backslash",
        "a backslash escapes a quote in a condition",
        _probe_quotes,
    ),
    Assumption(
        "`childConditions`, `customFieldConditions`",
        "childConditions and customFieldConditions are ignored where nothing has such parts",
        _probe_further_conditions,
    ),
    Assumption("`adminFlag` on POST"),
    Assumption(
        "`moduleIdentifier`, `moduleFunctionIdentifier`, ids, `sortOrder`",
        "a module function is known by its two names",
        _probe_unique_names,
    ),
    Assumption(
        "`itemIdentifier` is the label without spaces and punctuation",
        "a setup table's identifier is its label in letters and digits",
        _probe_table_identifiers,
    ),
    Assumption("what the lists of other functions hold, and how their items are called"),
    Assumption("`/system/mySecurity` is there for API members, and needs only an active key"),
    Assumption("editing a description mints a new pair"),
    Assumption("keys have a creation time", "keys have a creation time", _probe_creation_time),
    Assumption("Save tests the pair against ConnectWise"),
    Assumption("a `Retry-After` on 429"),
)


def list_assumption_checks(context: ProbeContext) -> list[tuple[str, Check]]:
    checks = [
        (SUBJECT, _make_check(assumption.description, assumption.probe, context))
        for assumption in ASSUMPTIONS
        if assumption.probe
    ]
    rest = len(ASSUMPTIONS) - len(checks)

    def remainder() -> list[Finding]:
        words = f"{rest} further unknowns need a change, another key or a flood of requests to be known"
        return [Finding(SUBJECT, "unknown", words, "docs/coverage.md says how to find out")]

    return [*checks, (SUBJECT, remainder)]


def _make_check(description: str, probe: Callable[[ProbeContext], str], context: ProbeContext) -> Check:
    def ask() -> list[Finding]:
        try:
            differs = probe(context)
        except (NotProbed, ProviderError, TransportError) as why:
            found = f"{description}: could not be probed because {str(why).rstrip('.')}"
            return [
                Finding(SUBJECT, "unknown", found, "check again once that is otherwise; docs/coverage.md has the row")
            ]
        if differs == AS_ASSUMED:
            return [Finding(SUBJECT, "ok", f"{description}: as assumed")]
        step = "please report it with this table; docs/coverage.md has the row"
        return [Finding(SUBJECT, "warn", f"{description}: differs: {differs.rstrip('.')}", step)]

    return ask
