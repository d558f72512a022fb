"""What this site does where no document says how, and what the product copes with either way: each a line for a report.

Reads only, and nothing but GET. Texts of the site are never shown; hosts, counts, statuses and names of levels are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from providers.connectwise.customize import normalize_items
from providers.connectwise.grants import VERBS, find_strange_levels, get_levels
from providers.console.customize import TABLE_SETUP
from providers.core.concurrency import run_concurrently
from providers.core.errors import ProviderError
from providers.http.errors import TransportError
from providers.http.message import Response
from providers.http.text import clean_text
from stacks.checks.finding import Check, Finding, make_ok
from stacks.checks.unknowns import SUBJECT, NotProbed, ProbeContext

Query = Mapping[str, str | int]

_REPORT = "please report it with this table; docs/coverage.md has the row"
_LISTS = ("/system/timeZoneSetups", "/system/securityroles")
_PAST_THE_END: tuple[Query, ...] = ({"pageId": 2**31 - 1}, {"page": 1_000_000})

Probe = Callable[[ProbeContext], list[Finding]]


def list_fact_checks(context: ProbeContext) -> list[tuple[str, Check]]:
    """List the probes. None fails: what can't be asked is unknown."""
    return [(SUBJECT, _guard(what, probe, context)) for what, probe in _PROBES.items()]


def condense(findings: Sequence[Finding]) -> list[Finding]:
    """Put one line for all that documents leave open, but for what differs: that has a line each."""
    quiet = [finding for finding in findings if finding.subject == SUBJECT and finding.verdict in ("ok", "unknown")]
    if len(quiet) < 2:
        return list(findings)
    counts = Counter[str](finding.verdict for finding in quiet)
    words = f"{counts['ok']} things that no document says are as assumed, {counts['unknown']} are not known"
    place = findings.index(quiet[0])
    line = Finding(SUBJECT, "ok", f"{words}; --verbose has them all")
    return [*findings[:place], line, *(finding for finding in findings[place:] if finding not in quiet)]


def _guard(what: str, probe: Probe, context: ProbeContext) -> Check:
    def ask() -> list[Finding]:
        try:
            return probe(context)
        except (NotProbed, ProviderError, TransportError) as why:
            found = f"{what}: could not be probed because {clean_text(why).rstrip('.')}"
            return [Finding(SUBJECT, "unknown", found, "check again once that is otherwise")]

    return ask


def _tell(what: str, found: str, *, expected: bool) -> list[Finding]:
    return [make_ok(SUBJECT, f"{what}: {found}") if expected else Finding(SUBJECT, "warn", f"{what}: {found}", _REPORT)]


def _probe_links(context: ProbeContext) -> list[Finding]:
    """Where a list's `Link` leads, and whether it is there: forward-only or by pages, and past the end."""
    asked: list[tuple[str, bool, Query]] = [(path, how, {}) for path in _LISTS for how in (True, False)]
    asked += [(_LISTS[1], "pageId" in end, end) for end in _PAST_THE_END]

    def ask(path: str, forward: bool, query: Query) -> Callable[[], Response]:
        return lambda: context.get(path, {"pageSize": 1, **query}, forward_only=forward)

    answers = [each.result() for each in run_concurrently(*(ask(*one) for one in asked))]
    shown = [_describe_link(answer, context.site.origin) for answer in answers]
    words = [
        f"{path.rpartition('/')[2]} {'forward-only' if forward else 'by pages'}{' past the end' if place > 3 else ''} "
        f"{link}"
        for place, ((path, forward, _), link) in enumerate(zip(asked, shown, strict=True))
    ]
    ours = all(link in ("none", "empty", "ours") or link.startswith("HTTP 4") for link in shown)
    return _tell("Link of lists", ", ".join(words), expected=ours and "ours" not in shown[4:5])


def _describe_link(answer: Response, origin: str) -> str:
    if answer.status != 200:
        return f"HTTP {answer.status}"
    if "Link" not in answer.headers:
        return "none"
    found = re.search(r"<([^>]*)>", answer.headers["Link"])
    if not found:
        return "empty"
    try:
        link, own = urlsplit(found[1]), urlsplit(origin)
    except ValueError:
        return "unreadable"
    # Without the port: what stands before a site may have one of its own.
    ours = (link.scheme, link.hostname) == (own.scheme, own.hostname)
    return "ours" if ours else clean_text(f"{link.scheme}://{link.hostname}")


def _probe_conditions(context: ProbeContext) -> list[Finding]:
    """Whether both lists of members can be asked by the role, which guards other people's rights."""
    asked = [
        each.result()
        for each in run_concurrently(
            lambda: _compare_condition(context, "/system/apiMembers"),
            lambda: _compare_condition(context, "/system/members"),
        )
    ]
    fine = "both lists of members take it"
    return _tell("conditions by role", "; ".join(filter(None, asked)) or fine, expected=not any(asked))


def _compare_condition(context: ProbeContext, path: str) -> str:
    """Say how the list by a condition differs from the whole list; empty when it does not."""
    whole = _read_rows(context.get(path, {"pageSize": 1000}), path)
    roles = [_read_role(row) for row in whole]
    role = next(filter(None, roles), None)
    if role is None:
        raise NotProbed(f"no row of {path} names a role")
    answer = context.get(path, {"pageSize": 1000, "conditions": f"securityRole/id = {role}"})
    if answer.status != 200:
        return f"{path} refuses it with {answer.status}"
    found = _read_rows(answer, path)
    if any(_read_role(row) != role for row in found) or len(found) < roles.count(role):
        return f"{path} has {roles.count(role)} with the role and answers {len(found)}"
    return ""


def _read_rows(answer: Response, path: str) -> list[Any]:
    rows = answer.json() if answer.status == 200 else None
    if not isinstance(rows, list):
        raise NotProbed(f"{path} is answered with {answer.status}")
    return rows


def _read_role(row: Any) -> int | None:
    role = row.get("securityRole") if isinstance(row, dict) else None
    number = role.get("id") if isinstance(role, dict) else None
    return number if isinstance(number, int) else None


def _probe_levels(context: ProbeContext) -> list[Finding]:
    """Which levels there are: the documents say None, My and All, one of 2017 says Mine, too."""
    role = context.client.find_any_role()
    if role is None:
        raise NotProbed("the site shows no role")
    rows = context.client.list_role_settings(role.id)
    seen = Counter(getattr(get_levels(row), verb) for row in rows for verb in VERBS)
    strange = find_strange_levels(rows)
    words = ", ".join(f"{clean_text(level)} {number}" for level, number in sorted(seen.items()))
    return _tell(f"levels of {len(rows)} functions", words, expected=not strange)


def _probe_customize(context: ProbeContext) -> list[Finding]:
    """Whether `customizeItems` lists what is allowed or what is denied: a role that may use all of them tells."""
    items, labels = context.client.list_my_items(), context.client.list_setup_tables()
    if items is None:
        raise NotProbed("this site does not tell API members their own tables")
    own = context.client.list_own_rights() or ()
    level = next((get_levels(row).inquire for row in own if row.function == TABLE_SETUP), "unknown")
    listed = len(set(normalize_items(items[TABLE_SETUP])) & set(normalize_items(labels)))
    words = (
        f"{listed} of {len(labels)} setup tables are listed for our own role, whose {TABLE_SETUP}: inquire is {level}"
    )
    if labels and listed == len(labels):
        return _tell("customizeItems", f"{words}, so it lists what is allowed", expected=True)
    step = f"compare with System > Security Roles > our role > {TABLE_SETUP} > customize: are these allowed or denied?"
    return [Finding(SUBJECT, "unknown", f"customizeItems: {words}", step)]


def _probe_key_route(context: ProbeContext) -> list[Finding]:
    """Whether keys have a public call after all. Of a 200 the status alone is told: its body may hold keys."""
    me = context.client.get_own_identifier()
    member = next(iter(context.client.find_members(me)), None) if me else None
    if member is None:
        raise NotProbed("the site does not say which API member we are")
    status = context.get(f"/system/apiMembers/{member.id}/apiKeys", {}).status
    return _tell("GET /system/apiMembers/{id}/apiKeys", f"answered with {status}", expected=status == 404)


def _probe_version(context: ProbeContext) -> list[Finding]:
    answer = context.get("/system/info", {})
    body = answer.json() if answer.status == 200 else None
    if not isinstance(body, dict):
        raise NotProbed(f"/system/info is answered with {answer.status}")
    shown = [clean_text(body.get(name) or "unnamed") for name in ("version", "cloudRegion")]
    return _tell("version", f"the site runs {shown[0]}, region {shown[1]}", expected=True)


def _tell_role_removal(context: ProbeContext) -> list[Finding]:
    """Nothing to ask: it takes a DELETE to know."""
    found = (
        "roles that only inactive members have: whether the site deletes them is unknown; a destroy leaves them bare"
    )
    return [Finding(SUBJECT, "unknown", f"{found} where it does not", "the next destroy tells")]


_PROBES: dict[str, Probe] = {
    "Link of lists": _probe_links,
    "conditions by role": _probe_conditions,
    "levels": _probe_levels,
    "customizeItems": _probe_customize,
    "keys over REST": _probe_key_route,
    "version": _probe_version,
    "roles of inactive members": _tell_role_removal,
}
