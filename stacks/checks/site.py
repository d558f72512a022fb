"""The ConnectWise site: can it be reached, who are we there, what may we do. The tenant's plan is plan.py's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from providers.connectwise.client import ConnectWise
from providers.connectwise.records import MySecurityRecord
from providers.connectwise.rights import NEEDED, UNKNOWN_RIGHTS, find_missing_rights
from providers.connectwise.site import Site
from providers.core.concurrency import run_concurrently
from providers.core.errors import ProviderError, RemoteError, SettingError
from stacks.checks.finding import Check, Finding, guard, make_finding, make_not_asked, make_ok, skip
from stacks.checks.machine import check_clock
from stacks.clients import Clients
from stacks.settings import Tenant

PLAN = ("permissions", "tables", "member", "names", "documents")
"""What is asked of a tenant's plan once the provisioning key is in."""


def check_site(
    clients: Clients,
    tenant: Tenant,
    signed_in: Callable[[ConnectWise, Site], Sequence[tuple[str, Check]]],
    subjects: Sequence[str] = PLAN,
) -> list[Finding]:
    """From the first look-up to what `signed_in` asks further, in the order in which one depends on another.

    `subjects`: those of `signed_in`, for where nobody gets so far.
    """
    settings, later = tenant.connectwise, ("rights", *subjects)
    site = clients.open_site(settings)
    try:
        codebase = site.get_codebase()
    except SettingError as wrong:
        response = clients.first_responses.get(settings.site)
        known = make_ok("site", f"{settings.site} answered in {response.milliseconds if response else '?'} ms")
        return [
            known,
            make_finding("company", wrong),
            *skip("the company is not known", ("api", "sign-in", *later)),
        ]
    except ProviderError as error:
        lost = "the site can't be looked up"
        return [make_finding("site", error), *skip(lost, ("clock", "company", "api", "sign-in", *later))]
    response = clients.first_responses.get(settings.site)
    secure = "certificate verified" if settings.site.startswith("https:") else "plain http on this machine"
    answered = f"{settings.site} answered in {response.milliseconds if response else '?'} ms; {secure}"
    named = f"; it names {site.elsewhere} for its API, where no credentials are sent" if site.elsewhere else ""
    findings = [
        Finding("site", "warn", answered + named, "if that is right, set connectwise:site to it")
        if named
        else make_ok("site", answered),
        *check_clock(response),
        make_ok("company", f"{settings.company_id} is known, codebase {codebase}"),
    ]
    client = clients.sign_in(site)
    try:
        rows = client.list_own_rights()
    except RemoteError as error:
        return [*findings, *_explain_refusal(error, clients), *skip("the sign-in failed", later)]
    except ProviderError as error:
        return [*findings, make_finding("api", error), *skip("the API did not answer", ("sign-in", *later))]
    asked = settings.api_version
    findings += [
        make_ok("api", f"{site.origin} speaks version {clients.api_version or 'unnamed'}, asked for {asked}"),
        *_check_own_access(rows, client, settings.public_key, lifted="rights" in tenant.own.allow),
    ]
    answers = run_concurrently(*(guard(subject, question) for subject, question in signed_in(client, site)))
    return findings + [finding for answer in answers for finding in answer.result()]


def _check_own_access(
    rows: list[MySecurityRecord] | None, client: ConnectWise, key: str, *, lifted: bool
) -> list[Finding]:
    """Say which way this site lets a key sign in, and what is then proved by whom."""
    if rows is None:
        found = (
            f"{key} signs in by /system/info: for it this site has no /system/mySecurity. So levels are proved by what "
            "the provisioning key reads of the role, table access by the console's word, and what an interrupted run "
            "left is somebody's until a run has changed something"
        )
        ways = Finding(
            "sign-in", "warn", found, "please report it with this table; docs/decisions.md says what it means"
        )
        return [ways, Finding("rights", "unknown", UNKNOWN_RIGHTS.rstrip("."))]
    name = client.get_own_identifier() or "whom the site does not name"
    missing, listed = find_missing_rights(rows), {row.function for row in rows}
    return [make_ok("sign-in", f"{key} is the API member {name}"), *_check_rights(missing, listed, lifted=lifted)]


def _explain_refusal(error: RemoteError, clients: Clients) -> list[Finding]:
    """Tell a refused sign-in from a version that the server does not speak, refused before anybody is signed in."""
    if error.status == 400 and "version" in error.detail:  # the site's own words; its code is any refusal's
        wish = f"set connectwise:apiVersion to {clients.api_version}" if clients.api_version else "correct it"
        finding = replace(make_finding("api", error), next_step=f"{wish}, or to none", setting="connectwise:apiVersion")
        return [finding, make_not_asked("sign-in", "the API refused")]
    return [make_ok("api", f"answers, version {clients.api_version or 'unnamed'}"), make_finding("sign-in", error)]


def _check_rights(missing: list[str], listed: set[str], *, lifted: bool) -> list[Finding]:
    step = "give the key's role these levels in System > Security Roles"
    findings = [
        Finding("rights", "warn" if lifted else "fail", f"the provisioning key lacks {right}", step)
        for right in missing
    ]
    findings += [
        Finding("rights", "unknown", f"the site lists no function {name}", "compare with System > Security Roles")
        for name in NEEDED
        if name not in listed
    ]
    return findings or [make_ok("rights", f"all that is needed in {', '.join(NEEDED)}")]
