"""The ConnectWise site: can it be reached, who are we there, what may we do. The tenant's plan is plan.py's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from providers.connectwise.client import ConnectWise
from providers.connectwise.rights import NEEDED, missing_rights
from providers.connectwise.site import Site
from providers.core.problems import BadSetting, Problem, RemoteProblem
from providers.core.together import ask_together
from stacks.checks.finding import Finding, Question, looked, not_asked, ok, told
from stacks.checks.ground import clock
from stacks.reach import Reach
from stacks.settings import Tenant

SIGNED_IN = ("rights", "permissions", "tables", "member", "names", "documents")
"""What is known only once the provisioning key is in."""


def site_findings(
    reach: Reach, tenant: Tenant, signed_in: Callable[[ConnectWise, Site], Sequence[tuple[str, Question]]]
) -> list[Finding]:
    """From the first look-up to what `signed_in` asks further, in the order in which one depends on another."""
    settings = tenant.connectwise
    site = reach.open_site(settings)
    try:
        codebase = site.codebase()
    except BadSetting as wrong:
        heard = reach.heard.get(settings.site)
        known = ok("site", f"{settings.site} answered in {heard.milliseconds if heard else '?'} ms")
        return [known, told("company", wrong), *_left("the company is not known", ("api", "sign-in", *SIGNED_IN))]
    except Problem as problem:
        lost = "the site can't be looked up"
        return [told("site", problem), *_left(lost, ("clock", "company", "api", "sign-in", *SIGNED_IN))]
    heard = reach.heard.get(settings.site)
    secure = "certificate verified" if settings.site.startswith("https:") else "plain http on this machine"
    findings = [
        ok("site", f"{settings.site} answered in {heard.milliseconds if heard else '?'} ms; {secure}"),
        *clock(heard),
        ok("company", f"{settings.company_id} is known, codebase {codebase}"),
    ]
    client = reach.sign_in(site)
    try:
        rows = client.own_rights()
    except RemoteProblem as problem:
        return [*findings, *_refused(problem, reach), *_left("the sign-in failed", SIGNED_IN)]
    except Problem as problem:
        return [*findings, told("api", problem), *_left("the API did not answer", ("sign-in", *SIGNED_IN))]
    asked = settings.api_version
    findings += [
        ok("api", f"{site.origin} speaks version {reach.api_version or 'unnamed'}, asked for {asked}"),
        ok("sign-in", f"{settings.public_key} is the API member {client.myself() or 'whom the site does not name'}"),
        *_rights(missing_rights(rows), {row.function for row in rows}, lifted="rights" in tenant.own.allow),
    ]
    answers = ask_together(*(looked(subject, question) for subject, question in signed_in(client, site)))
    return findings + [finding for answer in answers for finding in answer.result()]


def _left(because: str, subjects: Sequence[str]) -> list[Finding]:
    return [not_asked(subject, because) for subject in subjects]


def _refused(problem: RemoteProblem, reach: Reach) -> list[Finding]:
    """A version that the server does not speak is refused before anybody is signed in."""
    if problem.status == 400 and "version" in problem.detail:  # the site's own words; its code is any refusal's
        wish = f"set connectwise:apiVersion to {reach.api_version}" if reach.api_version else "correct it"
        finding = replace(told("api", problem), next_step=f"{wish}, or to none", setting="connectwise:apiVersion")
        return [finding, not_asked("sign-in", "the API refused")]
    return [ok("api", f"answers, version {reach.api_version or 'unnamed'}"), told("sign-in", problem)]


def _rights(missing: list[str], listed: set[str], *, lifted: bool) -> list[Finding]:
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
    return findings or [ok("rights", f"all that is needed in {', '.join(NEEDED)}")]
