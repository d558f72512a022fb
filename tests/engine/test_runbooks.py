"""Each page of docs/runbooks is played on the simulator: its commands, in its order, and its sentences in the answers.

A command that a page no longer has, or that no test plays, fails as well.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from simulator.remote import Company
from tests.engine.runbook import PAGES, Page, make_shell_environment, squeeze
from tests.engine.workspace import DEADLINE, Stack
from tests.stories.drifts import TABLES, WANTED, assert_as_wanted

pytestmark = pytest.mark.recorded

NAMES = sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "README")
CLEAN = "Resources: 9 unchanged"


def set_secrets(page: Page, company: Company) -> None:
    for name, value in company.secrets().items():
        page.play(f"pulumi config set -s acme --secret {name}", given=value)


def forget_secrets(stack: Stack) -> None:
    """Take out what a lost passphrase has locked: the salt, and each setting with `secure:` below it."""
    path = stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml"
    plain = re.sub(r"^encryptionsalt:.*\n|^  \S+:\n    secure:.*\n", "", path.read_text(), flags=re.MULTILINE)
    assert "secure" not in plain
    path.write_text(plain)


def test_lost_private_key(tenant: Stack) -> None:
    page, company = Page("lost-private-key", tenant), tenant.company
    first = company.sink()["publicKey"]
    company.set_sink(publicKey=first, privateKey=None)
    page.play("pulumi preview -s acme --expect-no-changes", "holds no whole key pair (a half is missing); it", expect=7)
    page.play("pulumi up -s acme", "~ 1 updated 8 unchanged")
    assert (company.sink()["publicKey"], company.sink()["privateKeySet"]) == (first, True)

    private = company.ask("GET", "/privateKeys")[first]
    assert private in page.play("pulumi stack output -s acme privateKey --show-secrets", shows=True)
    exported = page.play("umbrella-psa export acme --to - --show-secret", '"privateKey": "', shows=True)
    assert private in exported

    page.play("umbrella-psa rotate acme", "is revoked, gone from the site at 20")
    second = company.sink()["publicKey"]
    assert company.public_keys() == [second] != [first]

    page.play("umask 077 && pulumi stack export -s acme --file acme-before.json")
    page.play("pulumi stack rm acme --force --preserve-config", "Stack 'acme' has been removed!")
    forget_secrets(tenant)
    page.play("pulumi stack init acme", "Created stack 'acme'")
    set_secrets(page, company)
    page.play("pulumi config set -s acme adopt identical")
    page.play("pulumi up -s acme", "+ 9 created")
    page.play("umbrella-psa orphans acme", "no orphans.")
    page.play("pulumi config rm -s acme adopt")
    page.is_played()
    assert_as_wanted(tenant)
    assert second not in company.public_keys()
    assert company.dead_moments() == []


def test_orphan(tenant: Stack) -> None:
    page, company = Page("orphan", tenant), tenant.company
    member = company.member()
    since = (datetime.now(UTC) - timedelta(hours=2)).isoformat(timespec="seconds")
    wanted = {"description": member["keys"][0]["description"], "createdAt": since}
    company.ask("POST", f"/apiMembers/{member['id']}/keys", wanted)
    page.play("umbrella-psa orphans acme", "is claimed by no state.", expect=7)
    page.play("umbrella-psa orphans acme --revoke --yes", "acme: revoked ")
    page.play("umbrella-psa orphans acme", "no orphans.")
    page.is_played()
    assert_as_wanted(tenant)


def kill_while_minting(stack: Stack) -> None:
    """A rotation whose engine is killed when the site has made the key and the answer is still on its way."""
    company = stack.company
    slow = {"kind": "delay", "when": "after", "method": "POST", "path": "/keys$", "ms": 60_000}
    company.simulator.ask("POST", "/faults", {"company": company.id, **slow})
    run = subprocess.Popen(
        ["pulumi", "up", "-s", stack.name, "--non-interactive"],
        cwd=stack.workspace.project,
        env=make_shell_environment(stack),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = monotonic() + DEADLINE
    while len(company.public_keys()) < 2:
        assert run.poll() is None and monotonic() < until
        sleep(0.05)
    run.kill()
    run.wait()


def has_pending_operations(stack: Stack) -> bool:
    return '"pending_operations"' in stack.run_pulumi("stack", "export", "-s", stack.name).text


def test_stuck_lock(tenant: Stack, tmp_path: Path) -> None:
    page = Page("stuck-lock", tenant)
    tenant.set("rotate", "after the lock")
    kill_while_minting(tenant)
    assert "the stack is currently locked by 1 lock(s)" in tenant.up(expect=None).text
    page.play("pulumi cancel acme --yes", "The currently running update for 'acme' has been canceled!")
    page.play("pulumi up -s acme", "~ 3 updated +-1 replaced 4 changes. 5 unchanged")
    page.play("umbrella-psa orphans acme", "no orphans.")
    assert has_pending_operations(tenant)
    page.play("pulumi refresh -s acme --yes --clear-pending-creates", CLEAN)
    assert not has_pending_operations(tenant)
    assert_as_wanted(tenant)
    assert tenant.company.dead_moments() == []

    damaged = damage_backend(tenant, tmp_path)
    page.play("find ~/.umbrella-psa/.pulumi -name '*.attrs' -size 0 -print -delete", ".attrs", at=damaged)
    page.play("pulumi stack ls", "NAME LAST UPDATE RESOURCE COUNT", at=damaged)
    page.is_played()


def damage_backend(stack: Stack, home: Path) -> dict[str, str]:
    """A file backend in a home of its own, with a side file that a kill left empty."""
    folder = home / ".umbrella-psa"
    folder.mkdir()
    environment = {"HOME": str(home), "PULUMI_HOME": str(home / "engine"), "PULUMI_BACKEND_URL": folder.as_uri()}
    stack.run_pulumi("stack", "init", f"{stack.name}-elsewhere", expect=0, **environment)
    for side_file in folder.rglob("*-elsewhere.json.attrs"):
        side_file.write_text("")
    assert "EOF" in stack.run_pulumi("stack", "ls", expect=None, **environment).text
    return environment


def test_failed_rotation(tenant: Stack) -> None:
    page, company = Page("failed-rotation", tenant), tenant.company
    old = company.sink()["publicKey"]
    fault = {"kind": "status", "status": 503, "method": "PUT", "path": "psaIntegration$", "times": None}
    company.simulator.ask("POST", "/faults", {"company": company.id, **fault})
    page.play(
        "umbrella-psa rotate acme",
        "the rotation is not finished: the gateway of umbrella:gatewayUrl can't serve now: 503",
        expect=1,
    )
    company.simulator.ask("DELETE", f"/faults?company={company.id}")
    assert company.sink()["publicKey"] == old
    assert len(company.public_keys()) == 2
    page.play("pulumi preview -s acme", "~ 2 to update 7 unchanged")
    page.play("umbrella-psa rotate acme", "is revoked, gone from the site at 20")
    page.play("pulumi preview -s acme --expect-no-changes", CLEAN)
    page.is_played()
    assert_as_wanted(tenant)
    assert company.sink()["publicKey"] != old
    assert company.dead_moments() == []


@pytest.fixture
def hand_made(company: Callable[..., Company]) -> Company:
    """What somebody made who followed Cisco's page."""
    theirs = company()
    role = theirs.ask("POST", "/roles", {"name": "Umbrella"})
    theirs.ask("PUT", f"/roles/{role['id']}/levels", WANTED)
    theirs.ask("PUT", f"/roles/{role['id']}/tables", {"allow": TABLES})
    member = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role["id"]}
    made = theirs.ask("POST", "/apiMembers", member)
    key = theirs.ask("POST", f"/apiMembers/{made['id']}/keys", {"description": "Umbrella"})
    theirs.set_sink(publicKey=key["publicKey"], privateKey=key["privateKey"])
    return theirs


def test_taking_over(make_stack: Callable[..., Stack], hand_made: Company) -> None:
    stack = make_stack(hand_made)
    page, theirs = Page("taking-over", stack), hand_made.sink()["publicKey"]
    page.play("pulumi preview -s acme", "a security role named 'Umbrella' exists already and is not ours", expect=1)
    page.play("pulumi config set -s acme adopt identical")
    page.play("pulumi preview -s acme", "which is not ours; set umbrella:adopt to any to take it over", expect=1)
    page.play("pulumi config set -s acme umbrella:adopt any")
    page.play("pulumi up -s acme", "+ 9 created")
    assert hand_made.dead_moments() == []
    ours = hand_made.sink()["publicKey"]
    assert hand_made.public_keys() == [theirs, ours]
    page.play("pulumi config rm -s acme adopt")
    page.play("pulumi config rm -s acme umbrella:adopt")
    page.play("pulumi destroy -s acme", "- 9 deleted")
    page.is_played()
    assert (hand_made.role()["levels"], hand_made.member()["inactiveFlag"]) == (WANTED, False)
    assert (hand_made.public_keys(), hand_made.sink()["kind"]) == ([theirs], None)


def test_leaving(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    page, before = Page("leaving", stack), stack.company.ask("GET", "")
    page.play("umbrella-psa export acme --to - --show-secret", '"companyId": "acme"', shows=True)
    page.play("pulumi preview -s acme --expect-no-changes", CLEAN)
    page.play("umbrella-psa orphans acme", "no orphans.")
    page.play("umask 077 && pulumi stack export -s acme --file acme-last.json")
    page.play("pulumi stack rm acme --force --preserve-config", "Stack 'acme' has been removed!")
    page.is_played()
    assert stack.company.ask("GET", "") == before
    assert (stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml").exists()


def test_moved_site(make_stack: Callable[..., Stack]) -> None:
    """The same company by another host name: what was 127.0.0.1 is called localhost."""
    stack = make_stack()
    stack.up()
    page, company, site = Page("moved-site", stack), stack.company, stack.company.settings()["connectwise:site"]
    moved = {"OLD": f"{company.id}@127.0.0.1", "NEW": f"{company.id}@localhost"}
    moved["SITE"] = site.replace("127.0.0.1", "localhost")
    role, member, old = company.role()["id"], company.member()["id"], company.sink()["publicKey"]
    page.play('pulumi config set -s acme connectwise:site "$SITE"', at=moved)
    told = stack.up("--run-program", expect=1).text
    assert f"this stack belongs to the company {moved['OLD']}, but the configuration names {moved['NEW']}" in told
    page.play("pulumi stack export -s acme --file acme-before.json")
    page.play('sed "s/$OLD/$NEW/g" acme-before.json > acme-moved.json', at=moved)
    page.play("pulumi stack import -s acme --file acme-moved.json", "Import complete.")
    because = "will be replaced by a new one because its owner is another, and the key's tag says whose it is."
    looked = page.play("pulumi preview -s acme --run-program", because, "+-1 to replace")
    assert "to create" not in looked and "to delete" not in looked

    page.play("pulumi stack import -s acme --file acme-before.json", "Import complete.")
    stack.set("connectwise:site", site)
    stack.up("--run-program", "--expect-no-changes")
    stack.set("connectwise:site", moved["SITE"])
    stack.run_pulumi("stack", "import", "-s", stack.name, "--file", f"{stack.name}-moved.json")

    page.play("pulumi up -s acme --run-program", "+-1 replaced")
    page.play("pulumi preview -s acme --expect-no-changes", CLEAN)
    page.play("umbrella-psa orphans acme", "no orphans.")
    page.is_played()
    assert (company.role()["id"], company.member()["id"]) == (role, member)
    assert company.public_keys() == [company.sink()["publicKey"]] != [old]
    assert company.dead_moments() == []
    assert_as_wanted(stack)


def test_401_since_this_morning(tenant: Stack) -> None:
    """The last to use the shared tenant: the page ends with a destroy."""
    page, company = Page("401-since-this-morning", tenant), tenant.company
    company.credentials |= company.ask("POST", "/provisioningKey/rotate")
    page.play("pulumi config get -s acme connectwise:publicKey")
    page.play(
        "pulumi config set -s acme connectwise:publicKey <new public key>", given=company.credentials["publicKey"]
    )
    private = company.secrets()["connectwise:privateKey"]
    page.play("pulumi config set -s acme --secret connectwise:privateKey", given=private)
    assert "the site refused the key" in tenant.preview(expect=1).text
    page.play("pulumi up -s acme --run-program", CLEAN)
    page.play("pulumi preview -s acme --expect-no-changes", CLEAN)

    company.credentials |= company.ask("POST", "/provisioningKey/rotate")
    tenant.set("connectwise:publicKey", company.credentials["publicKey"])
    tenant.set_secret("connectwise:privateKey", company.credentials["privateKey"])
    page.play("pulumi destroy -s acme --run-program --refresh=false", "- 9 deleted")
    page.is_played()
    assert (company.member()["inactiveFlag"], company.public_keys(), company.sink()["kind"]) == (True, [], None)


def test_the_index_leads_from_each_sentence_to_the_page_that_has_it() -> None:
    index = squeeze((PAGES / "README.md").read_text(encoding="utf-8"))
    linked = set()
    for sentences, name in re.findall(r"- ([^→]*) → \[[^]]*\]\(([a-z0-9-]+)\.md", index):
        linked.add(name)
        page = squeeze((PAGES / f"{name}.md").read_text(encoding="utf-8"))
        for fragment in (part for said in re.findall(r"`([^`]+)`", sentences) for part in said.split("…")):
            assert fragment.strip(" .") in page, f"{name}.md does not have {fragment!r}"
    assert sorted(linked) == NAMES


@pytest.mark.parametrize("name", ["README", *NAMES])
def test_a_page_fits_a_narrow_terminal(name: str) -> None:
    lines = (PAGES / f"{name}.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 80] == []
