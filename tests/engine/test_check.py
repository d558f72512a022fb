"""`umbrella-psa check` and `status`: all that can be known, nothing changed, nothing that is secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
import pytest

from providers.core.errors import GuardViolation
from providers.http.message import Request
from simulator.remote import Company
from stacks.clients import Clients
from tests.engine.newcomer import Newcomer
from tests.engine.workspace import Stack

WRITES = ("POST", "PUT", "PATCH", "DELETE")
Findings = dict[str, list[dict[str, str]]]


class Checked:
    """What `check` printed and reported of a stack."""

    def __init__(self, stack: Stack, expect: int, **environment: str) -> None:
        report = stack.workspace.project / f"{stack.name}.json"
        since = max((request["n"] for request in stack.company.requests()), default=0)
        self.text = stack.run_command("check", stack.name, "--json", str(report), expect=expect, **environment).text
        whole = report.read_text(encoding="utf-8")
        stack.seen.append(whole)
        told = json.loads(whole)
        self.findings: list[dict[str, str]] = told["findings"]
        self.requests_made: int = told["requests"]
        self.seconds: float = told["seconds"]
        self.requests: list[dict[str, Any]] = stack.company.requests(since)
        report.unlink()

    def list_verdicts(self, subject: str) -> list[str]:
        return [finding["verdict"] for finding in self.findings if finding["subject"] == subject]

    def get_text(self, subject: str) -> str:
        """Everything that was said about it, next steps too."""
        about = [finding for finding in self.findings if finding["subject"] == subject]
        return " ".join(f"{one['found']} {one['next_step']} {one['detail']}" for one in about)


def test_a_tenant_that_may_run_has_no_failing_line_and_nothing_is_written(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    seen = Checked(stack, expect=0)
    assert [finding for finding in seen.findings if finding["verdict"] not in ("ok", "unknown")] == []
    assert [
        finding["found"] for finding in seen.findings if finding["verdict"] == "unknown" and not finding["next_step"]
    ] == []
    assert "customFieldConditions are ignored where nothing has such parts: as assumed" in seen.get_text("documents")
    for subject in ("engine", "backend", "stack", "settings", "site", "clock", "company", "api", "sign-in", "rights"):
        assert seen.list_verdicts(subject) == ["ok"], seen.get_text(subject)
    for subject in ("permissions", "tables", "member", "sink"):
        assert seen.list_verdicts(subject) == ["ok"], seen.get_text(subject)
    assert seen.list_verdicts("driver") == ["ok", "ok"]
    assert "does not exist yet" in seen.get_text("names")
    assert "as assumed" in seen.get_text("documents")
    assert "could not be probed because there is no key of this stack" in seen.get_text("documents")
    assert [request for request in seen.requests if request["method"] in WRITES] == []
    paths = [request["path"] for request in seen.requests]
    assert len(paths) <= 40, paths


def test_a_tenant_that_is_up_knows_its_own(tenant: Stack) -> None:
    seen = Checked(tenant, expect=0)
    assert "is this stack's" in seen.get_text("names")
    assert "which is this stack's" in seen.get_text("sink")
    assert "keys have a creation time: as assumed" in seen.get_text("documents")
    assert [request for request in seen.requests if request["method"] in WRITES] == []


def test_every_line_that_fails_says_what_to_do_and_stops_no_other(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    weak = company(provisioningRights={"System / Table Setup": {"inquire": "All"}})
    stack = make_stack(weak, connectwise__gatewayUrl="http://127.0.0.1:9/gateway")
    stack.run_pulumi("config", "set", "-s", stack.name, "--path", "umbrella-psa:tableAccess[0]", "Service / Prioritty")
    seen = Checked(stack, expect=1)
    assert "lacks System / Security Roles: add" in seen.get_text("rights")
    assert "System > Security Roles" in seen.get_text("rights")
    assert 'Did you mean "Service / Priority"' in seen.get_text("tables")
    assert seen.list_verdicts("driver") == ["fail", "ok"]
    assert "127.0.0.1:9 could not be reached" in seen.get_text("driver")
    assert seen.list_verdicts("sink") == ["ok"]


def test_a_host_that_the_look_up_names_and_that_is_not_followed_is_told(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    seen = Checked(make_stack(company(site={"companyInfo": {"SiteUrl": "https://elsewhere.example.com"}})), expect=0)
    assert seen.list_verdicts("site") == ["warn"]
    assert "names https://elsewhere.example.com for its API, where no credentials are sent" in seen.get_text("site")
    assert "set connectwise:site to it" in seen.get_text("site")
    assert seen.list_verdicts("sign-in") == ["ok"]


def test_a_refused_sign_in_leaves_what_depends_on_it_unknown(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack()
    seen = Checked(stack, expect=1, UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY="somebody-elses-key")
    assert "somebody-elses-key" not in seen.text
    assert seen.list_verdicts("sign-in") == ["fail"]
    assert "connectwise:privateKey" in seen.get_text("sign-in")
    for subject in ("rights", "permissions", "tables", "member", "names", "documents"):
        assert seen.list_verdicts(subject) == ["unknown"]
    assert seen.list_verdicts("driver") == ["ok", "ok"]
    signed = [request for request in seen.requests if "/apis/3.0/" in request["path"]]
    assert len(signed) == 1, "a refused key is not tried again and again"


@pytest.mark.parametrize(
    ("settings", "subject", "sentence"),
    [
        ({"connectwise__companyId": "nobody"}, "company", "does not know the company 'nobody'"),
        ({"connectwise__site": "https://psa.invalid"}, "site", "its name is not known"),
        ({"connectwise__apiVersion": "2031.1"}, "api", "set connectwise:apiVersion to 2025.1, or to none"),
        ({"memberDefaults": '{"location": "Rom Office"}'}, "member", 'Did you mean "Rome Office"'),
        ({"memberDefaults": '{"location": "99999"}'}, "member", "the site has no location '99999'"),
        ({"umbrella__consoleId": "42"}, "driver", "but this stack is for the console msp/42"),
    ],
)
def test_what_is_wrong_is_named(
    make_stack: Callable[..., Stack], settings: dict[str, str], subject: str, sentence: str
) -> None:
    nested = settings.pop("memberDefaults", None)
    stack = make_stack(**settings)
    if nested:
        for what, name in json.loads(nested).items():
            stack.run_pulumi("config", "set", "-s", stack.name, "--path", f"umbrella-psa:memberDefaults.{what}", name)
    seen = Checked(stack, expect=1)
    assert "fail" in seen.list_verdicts(subject)
    assert sentence in seen.get_text(subject)


def test_a_console_in_somebodys_use_and_a_role_of_that_name_are_told_before_any_up(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    theirs = company()
    theirs.ask("POST", "/roles", {"name": "Umbrella"})
    theirs.set_sink(kind="ConnectWise", enabled=True, publicKey="Zz9Zz9Zz9Zz9Zz9Z", privateKey="Yy8Yy8Yy8Yy8Yy8Y")
    stack = make_stack(theirs)
    seen = Checked(stack, expect=1)
    assert seen.list_verdicts("names") == ["fail", "ok"], "as preview says"
    assert "set adopt" in seen.get_text("names")
    assert seen.list_verdicts("sink") == ["fail"]
    assert "exists already and is not ours" in stack.preview(expect=1).text
    assert "umbrella:adopt" in seen.get_text("sink")


def test_the_consoles_identity_and_the_vault_are_looked_at_where_they_are_set(
    make_stack: Callable[..., Stack], company: Callable[..., Company], tmp_path: Path
) -> None:
    ours = company()
    recipient = pyrage.x25519.Identity.generate().to_public()
    vault = {"vault__url": f"age://{tmp_path / 'key.age'}?recipient={recipient}"}
    api = {"umbrella__apiUrl": ours.console["apiUrl"], "umbrella__apiKey": ours.console["apiKey"]}
    stack = make_stack(ours, **vault, **api)
    secret = {"UMBRELLA_PSA_UMBRELLA_API_SECRET": ours.console["apiSecret"]}
    seen = Checked(stack, expect=0, **secret)
    assert seen.list_verdicts("umbrella") == ["ok"]
    assert "holds nothing yet, and may be written" in seen.get_text("vault")
    assert list(tmp_path.iterdir()) == []
    assert ours.console["apiSecret"] not in seen.text
    (tmp_path / "key.age").write_text("somebody's", encoding="utf-8")
    stack.set("umbrella:apiKey", "nobodys")
    seen = Checked(stack, expect=1, **secret)
    assert "refused umbrella:apiKey" in seen.get_text("umbrella")
    assert "holds a secret" in seen.get_text("vault")
    assert seen.list_verdicts("vault") == ["fail"]


def test_wrong_settings_exit_with_2_and_ask_nobody(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(maxAgeDays="0", umbrella__console="isp")
    seen = Checked(stack, expect=2)
    assert seen.list_verdicts("settings") == ["fail", "fail"]
    assert "umbrella:console: must be 'msp' or 'mssp'" in seen.get_text("settings")
    assert seen.list_verdicts("engine") == ["ok"]
    assert seen.requests == []


def test_a_stack_of_another_company_is_refused_before_any_request(
    tenant: Stack, company: Callable[..., Company]
) -> None:
    other = company()
    seen = Checked(tenant, expect=1, UMBRELLA_PSA_CONNECTWISE_COMPANY_ID=other.id)
    assert "but its settings name" in seen.get_text("stack")
    assert seen.requests == []
    assert other.requests() == []


def test_a_file_without_its_stack_is_one_line(tenant: Stack) -> None:
    file = tenant.workspace.project / "stacks" / "Pulumi.nobody.yaml"
    file.touch()
    try:
        run = tenant.run_command("check", "nobody", expect=1)
    finally:
        file.unlink()
    assert run.text.count("there is no stack nobody in the backend") == 1
    assert "check PULUMI_BACKEND_URL, or make it with" in run.text
    assert "Traceback" not in run.text


def test_a_terminal_gets_a_table_within_its_80_columns(tenant: Stack, tmp_path: Path) -> None:
    person = Newcomer(tenant.workspace, tenant.company, tmp_path)
    with person.run_at_terminal(verb="check") as terminal:
        assert terminal.wait_for_end() == 0, terminal.text
    tenant.seen.append(terminal.text)
    lines = terminal.text.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[0].split() == ["verdict", "what", "found"]


@pytest.fixture
def closed_clients() -> Iterator[Clients]:
    yield Clients()


def test_a_connection_of_check_refuses_to_write(closed_clients: Clients, tenant: Stack) -> None:
    transport = closed_clients.open(tenant.company.simulator.url)
    for method in WRITES:
        with pytest.raises(GuardViolation, match="nothing was sent"):
            transport.send(Request(method, "/login/companyinfo/x", json={}))
    transport.close()


def test_status_is_one_line_for_each_tenant(tenant: Stack, make_stack: Callable[..., Stack]) -> None:
    fresh = make_stack()
    run = tenant.run_command("status", tenant.name, fresh.name)
    line, other = run.text.splitlines()[:2]
    assert line.startswith(f"{tenant.name}  key: 0 days  last run: {datetime.now(UTC):%Y-%m-%d}")
    assert line.endswith("pending: none  vault: none  sink: this key  used: unknown  drift: unasked")
    assert other.startswith(f"{fresh.name}  key: none  last run: nothing made")
    assert run.text.count("no public call of ConnectWise tells") == 1


def test_status_of_all_as_json_with_drift(tenant: Stack) -> None:
    report = tenant.workspace.project / "status.json"
    company = tenant.company
    company.ask("PUT", f"/roles/{company.role()['id']}/levels", {"Finance / Invoicing": {"inquire": "All"}})
    try:
        tenant.run_command("status", tenant.name, "--drift", "--json", str(report), expect=7)
    finally:
        tenant.up()
    (found,) = json.loads(report.read_text(encoding="utf-8"))["tenants"]
    assert (found["drift"], found["sink"], found["used"], found["pending"]) == ("yes", "this key", "unknown", [])
    assert any("Finance / Invoicing: inquire is All, should be None" in sentence for sentence in found["sentences"])
    assert tenant.name in tenant.run_command("status", "--all", expect=None).text
    assert "name the tenants, or give --all" in tenant.run_command("status", expect=2).text
    assert "there is no tenant nobody" in tenant.run_command("status", "nobody", expect=2).text
