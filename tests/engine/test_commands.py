"""`umbrella-psa orphans` and `export`, and what all verbs share, as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.engine.terminal import Terminal
from tests.engine.workspace import Stack
from tests.vault.conftest import age_command as age_command
from tests.vault.conftest import age_place as age_place
from tests.vault.locations import AgePlace


def leave_key(stack: Stack, hours_old: float = 0) -> str:
    """A key with the stack's tag that no state knows, as a run on a lost machine leaves it."""
    member = stack.company.member()
    tag = f"Umbrella PSA Integration {member['keys'][0]['description'].rpartition(' ')[2]}"
    since = (datetime.now(UTC) - timedelta(hours=hours_old)).isoformat()
    wanted = {"description": tag, "createdAt": since}
    made = stack.company.ask("POST", f"/apiMembers/{member['id']}/keys", wanted)
    return str(made["publicKey"])


def test_orphans_are_found_and_revoked_but_for_the_young(make_stack: Callable[..., Stack], tmp_path: Path) -> None:
    stack = make_stack()
    stack.up()
    current = stack.company.public_keys()
    assert "no orphans." in stack.run_command("orphans", stack.name).text

    young, old = leave_key(stack), leave_key(stack, hours_old=2)
    stack.company.ask("POST", f"/apiMembers/{stack.company.member()['id']}/keys", {"description": "Backup tool"})
    foreign = stack.company.member()["keys"][-1]["publicKey"]
    found = stack.run_command("orphans", stack.name, expect=7)
    assert f"the key {old} (Umbrella PSA Integration [psa:" in found.text
    assert f"{young} " in found.text
    assert "is claimed by no state; it is left alone: it is younger than an hour." in found.text
    assert foreign not in found.text
    assert current[0] not in found.text

    assert "add --yes" in stack.run_command("orphans", stack.name, "--revoke", expect=2).text
    told = stack.run_command(
        "orphans", stack.name, "--revoke", "--yes", "--json", str(tmp_path / "report.json"), expect=7
    )
    assert f"{stack.name}: revoked {old}." in told.text
    report = json.loads((tmp_path / "report.json").read_text())["orphans"]
    assert {one["public_key"]: one["revoked"] for one in report} == {young: False, old: True}
    assert sorted(stack.company.public_keys()) == sorted([*current, young, foreign])
    stack.up()
    assert sorted(stack.company.public_keys()) == sorted([*current, foreign]), "a plain up takes the young one, too"
    assert stack.company.dead_moments() == []


def test_the_key_that_we_are_signed_in_with_is_no_orphan_to_revoke(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    orphan = leave_key(stack, hours_old=2)
    private = stack.company.ask("GET", "/privateKeys")[orphan]
    own = {"UMBRELLA_PSA_CONNECTWISE_PUBLIC_KEY": orphan, "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY": private}
    rights = {f"System / {name}": {"inquire": "All"} for name in ("Member Maintenance", "Security Roles")}
    stack.company.ask("PUT", f"/roles/{stack.company.role()['id']}/levels", rights)
    found = stack.run_command("orphans", stack.name, "--revoke", "--yes", expect=7, **own)
    assert "it is left alone: we are signed in with it." in found.text
    assert orphan in stack.company.public_keys()


def test_a_member_that_is_only_configured_yet_hides_neither_the_key_nor_its_orphans(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack()
    stack.up()
    orphan = leave_key(stack, hours_old=2)
    stack.set("memberId", "Umbrella2")
    found = stack.run_command("orphans", stack.name, expect=7)
    assert f"the key {orphan} " in found.text
    assert "gone from the site" not in found.text


def test_an_empty_list_of_keys_is_not_taken_for_a_dead_key(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    fault = {"kind": "emptyList", "company": stack.company.id, "method": "GET", "path": "/keys$", "times": None}
    stack.company.simulator.ask("POST", "/faults", fault)
    found = stack.run_command("orphans", stack.name, expect=1)
    stack.company.simulator.ask("DELETE", f"/faults?company={stack.company.id}")
    assert "signs in, so the answer was ignored" in found.text
    assert "gone from the site" not in found.text


def test_revoking_asks_at_a_terminal(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    orphan = leave_key(stack, hours_old=2)
    command = ["python", "-m", "stacks", "orphans", stack.name, "--revoke"]
    for answer, code, left in (("n", 7, True), ("y", 0, False)):
        with Terminal(command, stack.workspace.project, stack.workspace.make_environment()) as terminal:
            terminal.answer(f"revoke {orphan}?", answer)
            assert terminal.wait_for_end() == code
        assert (orphan in stack.company.public_keys()) is left


def test_one_tenant_that_fails_keeps_no_other_from_its_turn_nor_from_the_report(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    good, bad = make_stack(), make_stack()
    for stack in (good, bad):
        stack.up()
    orphan, old = leave_key(good, hours_old=2), good.company.sink()["publicKey"]
    fault = {"kind": "status", "status": 503, "company": bad.company.id, "path": "/keys$", "times": None}
    bad.company.simulator.ask("POST", "/faults", fault)
    file = tmp_path / "report.json"
    revoke = ("--revoke", "--yes", "--confirm", "2")
    assert "add --confirm 2" in good.run_command("orphans", good.name, bad.name, *revoke[:2], expect=2).text
    told = good.run_command("orphans", good.name, bad.name, *revoke, "--json", str(file), expect=1)
    report = json.loads(file.read_text())
    assert f"error: {bad.name}: " in told.text
    assert [(one["public_key"], one["revoked"]) for one in report["orphans"]] == [(orphan, True)]
    assert [one["tenant"] for one in report["problems"]] == report["unknown"] == [bad.name]

    some = ("--max-failures", "1", "--jobs", "1")
    good.run_command("rotate", bad.name, good.name, *some, "--json", str(file), expect=1)
    first, second = json.loads(file.read_text())["rotations"]
    assert "the rotation is not finished" in first["problem"]
    assert (second["tenant"], second["old"], second["problem"]) == (good.name, old, "")
    assert good.company.public_keys() == [second["new"]]

    bad.company.simulator.ask("DELETE", f"/faults?company={bad.company.id}")
    both = json.JSONDecoder().raw_decode(good.run_command("rotate", bad.name, good.name, "--json", "-").text)[0]
    assert [one["problem"] for one in both["rotations"]] == ["", ""]
    assert "no orphans." in good.run_command("orphans", good.name, bad.name).text


def test_a_report_that_can_not_be_written_is_refused_before_anything_is_done(tenant: Stack) -> None:
    before = len(tenant.company.requests())
    run = tenant.run_command("rotate", tenant.name, "--json", "/nowhere/report.json", expect=2)
    assert "/nowhere/report.json can't be written" in run.text
    assert len(tenant.company.requests()) == before


def test_an_orphan_that_umbrella_holds_is_left_alone(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    orphan = leave_key(stack, hours_old=2)
    stack.company.set_sink(publicKey=orphan)
    found = stack.run_command("orphans", stack.name, "--revoke", "--yes", expect=7)
    assert "it is left alone: Umbrella holds it." in found.text
    assert orphan in stack.company.public_keys()


def test_a_state_whose_key_is_gone_is_told(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack()
    stack.up()
    member = stack.company.member()
    stack.company.ask("DELETE", f"/keys/{member['keys'][0]['id']}")
    found = stack.run_command("orphans", stack.name, expect=7)
    assert f"the state's key {member['keys'][0]['publicKey']} is gone from the site" in found.text


def test_the_pair_is_exported_to_a_file_that_only_its_recipient_can_open(tenant: Stack, age_place: AgePlace) -> None:
    told = tenant.run_command("export", tenant.name, "--to", str(age_place.settings.url))
    kept = age_place.list_values()[-1]
    assert kept["publicKey"] == tenant.company.sink()["publicKey"]
    assert kept["privateKey"] in tenant.company.private_keys()
    assert 'export="written"' in told.text
    assert (
        'export="there already"' in tenant.run_command("export", tenant.name, "--to", str(age_place.settings.url)).text
    )


@pytest.mark.parametrize("form", ["json", "env"])
def test_standard_output_gets_the_pair_only_on_request(tenant: Stack, form: str) -> None:
    refused = tenant.run_command("export", tenant.name, "--to", "-", expect=2)
    assert "only when you say --show-secret" in refused.text
    shown = tenant.run_command("export", tenant.name, "--to", "-", "--show-secret", "--format", form).text
    tenant.seen.pop()  # the one command that is meant to show it
    private = tenant.company.ask("GET", "/privateKeys")[tenant.company.sink()["publicKey"]]
    assert private in shown
    audit = next(line for line in shown.splitlines() if "export=" in line)
    assert private not in audit


def test_a_place_that_is_none_is_named_as_it_was_given(tenant: Stack) -> None:
    run = tenant.run_command("export", tenant.name, "--to", "vault://secret", expect=2)
    assert "error: --to: must be vault://<mount>/<path>" in run.text


@pytest.mark.parametrize(
    "verb", [("rotate",), ("orphans", "--revoke", "--yes"), ("export", "--to", "-", "--show-secret")]
)
def test_a_stack_of_another_company_is_refused_before_any_request(tenant: Stack, verb: tuple[str, ...]) -> None:
    before = len(tenant.company.requests())
    run = tenant.run_command(*verb, tenant.name, expect=1, UMBRELLA_PSA_CONNECTWISE_COMPANY_ID="somebody")
    assert (
        f"its state belongs to the company {tenant.company.id}@127.0.0.1, but its settings name somebody@" in run.text
    )
    assert len(tenant.company.requests()) == before


def test_what_is_wrong_is_told_in_one_sentence(tenant: Stack) -> None:
    assert "Error: there is no tenant nobody: stacks/Pulumi.nobody.yaml is not there." in (
        tenant.run_command("orphans", "nobody", expect=2).text
    )
    locked = tenant.run_command("orphans", tenant.name, expect=2, PULUMI_CONFIG_PASSPHRASE="another one")
    told = f"PULUMI_CONFIG_PASSPHRASE: is not the one that {tenant.name} was made with; set it to that one."
    assert told in locked.text
    wrong = tenant.run_command("orphans", tenant.name, expect=2, UMBRELLA_PSA_CONNECTWISE_SITE="http://example.com")
    assert f"error: {tenant.name}: connectwise:site: must be https" in wrong.text
    assert "Traceback" not in wrong.text
