"""Umbrella's stories, once for another integration: N-central beside Umbrella in one company, and a vault alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import Company
from tests.engine.manual import read_order
from tests.engine.newcomer import Newcomer
from tests.engine.workspace import Run, Stack, Workspace
from tests.vault.conftest import age_command as age_command
from tests.vault.locations import AgePlace

pytestmark = [pytest.mark.direct, pytest.mark.recorded, pytest.mark.timeout(600)]

NCENTRAL = {
    "Companies / Company Maintenance": {"inquire": "All"},
    "Companies / Configurations": {"add": "All", "edit": "All", "delete": "All", "inquire": "All"},
    "Companies / Contacts": {"inquire": "All"},
    "Finance / Agreements": {"edit": "All", "inquire": "All"},
    "Finance / Billing View Time": {"inquire": "All"},
    "Procurement / Product Catalog": {"inquire": "All"},
    "Service Desk / Close Service Tickets": {"add": "All", "edit": "All", "delete": "All", "inquire": "All"},
    "Service Desk / Resource Scheduling": {"add": "All", "delete": "All", "inquire": "All"},
    "Service Desk / Service Tickets": {"add": "My", "edit": "My", "delete": "My", "inquire": "My"},
    "System / API Reports": {"inquire": "All"},
    "System / Member Maintenance": {"inquire": "All"},
    "System / Table Setup": {"inquire": "All"},
    "Time & Expense / Time Entry": {"add": "All", "inquire": "All"},
}
"""As the vendor's page has it, in the site's spelling."""
OF_UMBRELLA = dict.fromkeys(
    ("umbrella__console", "umbrella__consoleId", "umbrella__driver", "umbrella__gatewayUrl", "umbrella__gatewayToken"),
    "",
)


@dataclass
class Integrated:
    """A tenant that `new --preset` has made, of which only the ConnectWise console has a gateway."""

    stack: Stack
    newcomer: Newcomer
    role: str
    member: str

    @property
    def company(self) -> Company:
        return self.stack.company

    def list_keys(self) -> list[str]:
        return [key["publicKey"] for key in self.company.member(self.member)["keys"]]

    def get_key(self) -> str:
        return str(self.stack.read_outputs()["publicKey"])

    def acknowledge(self, public_key: str) -> None:
        self.stack.set("appliedKey", public_key)


def make_integrated(
    workspace: Workspace, company: Company, folder: Path, role: str, member: str, *options: str
) -> Integrated:
    folder.mkdir(exist_ok=True)
    newcomer = Newcomer(workspace, company, folder)
    secret = newcomer.write_secret_files()
    at = next(number for number, part in enumerate(secret) if part.startswith("umbrella:gatewayToken"))
    del secret[at - 1 : at + 1]
    newcomer.run_new(*newcomer.list_plain(**OF_UMBRELLA), *secret, *options, "--yes")
    return Integrated(Stack(workspace, newcomer.name, company=company), newcomer, role, member)


@pytest.fixture(scope="module")
def central(
    workspace: Workspace, company: Callable[..., Company], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Integrated]:
    """N-central's tenant, up, its pair entered by a person; each test leaves it as wanted."""
    made = make_integrated(
        workspace,
        company(),
        tmp_path_factory.mktemp("central"),
        "N-able N-central",
        "N-central",
        "--preset",
        "n-able-n-central",
    )
    yield made
    assert made.stack.find_leaks() == []
    assert made.newcomer.find_leaks() == []


def read_flat(run: Run, title: str) -> str:
    return " ".join(read_order(run, title).split())


def test_another_vendors_tenant_is_made_entered_by_a_person_and_acknowledged_by_its_key(central: Integrated) -> None:
    stack, company = central.stack, central.company
    written = central.newcomer.read_configuration()
    assert written["umbrella-psa:integration"] == "n-able-n-central"
    assert not [key for key in written if key.startswith("umbrella:")]

    told = read_flat(first := stack.up(expect=1), "enter the API key")
    (key,) = central.list_keys()
    assert f"Work order: enter the API key {key} in N-able N-central" in told
    assert "In N-able N-central go to Administration > PSA Integration." in told
    assert f"pulumi config set -s {stack.name} appliedKey {key}" in told
    assert company.credentials["companyId"] in told
    assert "Table Setup is left uncustomized" in first.text
    role = company.role(central.role)
    assert (role["levels"], role["tables"]) == (NCENTRAL, [])
    assert [one["description"].partition(" [")[0] for one in company.member(central.member)["keys"]] == [
        "N-able N-central PSA Integration"
    ]

    assert f"enter the API key {key}" in stack.preview(expect=7).text
    status = stack.run_command("status", stack.name, expect=7).text
    assert f"Work order: enter the API key {key} in N-able N-central" in status
    central.acknowledge("SomeOtherKey1234")
    assert "appliedKey names SomeOtherKey1234, not this key." in read_flat(stack.up(expect=1), "enter the API key")
    central.acknowledge(key)
    stack.up()
    stack.preview(expect=0)
    assert stack.read_outputs()["umbrellaApplied"] == key
    assert "this key" in stack.run_command("status", stack.name).text
    assert company.sink()["kind"] is None, "Umbrella is none of its business"


def test_umbrella_stands_beside_it_in_the_same_company(central: Integrated, module_stacks: list[Stack]) -> None:
    beside = central.stack.workspace.make_stack(central.company, f"{central.stack.name}-umbrella")
    module_stacks.append(beside)
    before = central.list_keys()
    beside.up()
    assert central.company.sink()["publicKey"] == beside.read_outputs()["publicKey"]
    assert central.list_keys() == before
    central.stack.preview(expect=0)
    beside.preview(expect=0)
    beside.destroy()
    assert central.list_keys() == before
    central.stack.preview(expect=0)


def test_its_drift_is_told_in_words_and_put_right(central: Integrated) -> None:
    stack, company = central.stack, central.company
    role = company.role(central.role)["id"]
    company.ask(
        "PUT",
        f"/roles/{role}/levels",
        {"Service Desk / Close Service Tickets": {"delete": "None"}, "Finance / Invoicing": {"inquire": "All"}},
    )
    # Which tables it may use is nobody's wish, so no drift.
    company.ask("PUT", f"/roles/{role}/tables", {"allow": ["Service / Priority"]})
    told = stack.preview(expect=7)
    assert told.count("Finance / Invoicing: inquire is All, should be None (wider).") == 1
    assert told.count("Service Desk / Close Service Ticket: delete is None, should be All (narrower).") == 1
    assert "Table Setup:" not in told.text
    report = stack.workspace.project / "swept.json"
    stack.run_command("sweep", stack.name, "--json", str(report), expect=7)
    (swept,) = json.loads(report.read_text(encoding="utf-8"))["rows"]
    assert len(swept["sentences"]) == 2
    assert not [sentence for sentence in swept["sentences"] if told.count(sentence) != 1]
    stack.up()
    role = company.role(central.role)
    assert (role["levels"], role["tables"]) == (NCENTRAL, ["Service / Priority"])
    stack.preview(expect=0)


def test_its_check_says_whom_it_is_for_and_that_nobody_can_look_there(central: Integrated) -> None:
    told = " ".join(central.stack.run_command("check", central.stack.name).text.split())
    assert f"complete: {central.company.credentials['companyId']}, n-able-n-central" in told
    assert "the site has all 13 module functions, with these levels" in told
    assert "a person enters the pair in n-able-n-central, and nobody can look there" in told
    verified = central.stack.run_command("check", central.stack.name, "--preset", "n-able-n-central").text
    assert "The role lacks nothing that N-able N-central asks for" in " ".join(verified.split())


def test_its_rotation_waits_for_the_person_and_revokes_nothing_before(central: Integrated) -> None:
    stack, old = central.stack, central.get_key()
    waiting = stack.run_command("rotate", stack.name, expect=7).text
    (new,) = {*central.list_keys()} - {old}
    assert f"Work order: enter the API key {new} in N-able N-central" in waiting
    assert old in central.list_keys()
    assert stack.run_command("orphans", stack.name).text.strip() == "no orphans."
    central.acknowledge(new)
    done = stack.run_command("rotate", stack.name).text
    assert f"n-able-n-central holds {new}. {old} is revoked" in done
    assert central.list_keys() == [new]
    stack.preview(expect=0)


def test_what_its_destroy_would_cut_off_is_removed_by_the_person_first(central: Integrated) -> None:
    stack, key = central.stack, central.get_key()
    told = read_order(stack.destroy(expect=1), "remove the API key from N-able N-central")
    assert told.endswith(f"UMBRELLA_PSA_APPLIED_KEY=none pulumi destroy -s {stack.name}")
    assert central.list_keys() == [key]
    assert told.splitlines()[-1].strip() in stack.run_command("status", stack.name, expect=7).text
    stack.destroy(UMBRELLA_PSA_APPLIED_KEY="none")
    assert central.company.member(central.member)["keys"] == []
    assert central.role not in [role["name"] for role in central.company.ask("GET", "")["roles"]]


# The vault alone


@pytest.fixture(scope="module")
def place(age_command: Path, tmp_path_factory: pytest.TempPathFactory) -> AgePlace:
    import pyrage  # type: ignore[import-untyped]

    identity, folder = pyrage.x25519.Identity.generate(), tmp_path_factory.mktemp("age")
    (folder / "identity").write_text(f"{identity}\n", encoding="utf-8")
    (folder / "files").mkdir()
    return AgePlace(age_command, folder / "files", str(identity.to_public()), folder / "identity")


@pytest.fixture(scope="module")
def alone(
    workspace: Workspace, company: Callable[..., Company], place: AgePlace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Integrated]:
    options = ("--preset", "rewst", "--set", "sink=none", "--set", f"vault:url={place.url}")
    made = make_integrated(workspace, company(), tmp_path_factory.mktemp("alone"), "Rewst", "Rewst", *options)
    made.stack.up()
    yield made
    assert made.stack.find_leaks() == []


def get_held(place: AgePlace) -> dict[str, Any]:
    return place.list_values()[-1]


def test_a_vault_alone_has_the_key_and_nobody_is_asked_for_a_word(alone: Integrated, place: AgePlace) -> None:
    (key,) = alone.list_keys()
    assert get_held(place)["publicKey"] == key
    alone.stack.preview(expect=0)
    assert alone.company.sink()["kind"] is None


def test_its_old_key_stays_until_somebody_says_that_the_new_one_is_in_use(alone: Integrated, place: AgePlace) -> None:
    stack, old = alone.stack, alone.get_key()
    stack.set("rotate", "2")
    told = read_flat(stack.up(expect=1), "see that Rewst uses the API key")
    (new,) = {*alone.list_keys()} - {old}
    assert get_held(place)["publicKey"] == new
    assert f"The key {old} works until you say that it is not needed any more." in told
    # Nothing but the word ends it.
    read_order(stack.up(expect=1), "see that Rewst uses the API key")
    assert sorted(alone.list_keys()) == sorted([old, new])
    assert f"see that Rewst uses the API key {new}" in stack.run_command("status", stack.name, expect=7).text
    alone.acknowledge(new)
    stack.up()
    assert alone.list_keys() == [new]
    stack.preview(expect=0)


def test_its_drift_in_the_vault_is_told_and_its_key_goes_last(alone: Integrated, place: AgePlace) -> None:
    stack = alone.stack
    told = read_order(stack.destroy(expect=1), "see that Rewst uses no API key of this stack")
    assert told.endswith(f"UMBRELLA_PSA_APPLIED_KEY=none pulumi destroy -s {stack.name}")
    assert len(alone.list_keys()) == 1
    stack.destroy(UMBRELLA_PSA_APPLIED_KEY="none")
    assert alone.list_keys() == []


# What is refused


def test_what_is_wrong_is_said_before_anything_is_made(
    workspace: Workspace, company: Callable[..., Company], tmp_path: Path
) -> None:
    theirs = company()
    newcomer = Newcomer(workspace, theirs, tmp_path)
    unknown = newcomer.run_new("--preset", "n-able-n-centrl", "--yes", expect=2).text
    assert "--preset: there is no preset 'n-able-n-centrl'" in unknown
    assert '"n-able-n-central"' in unknown

    alone = ("--preset", "rewst", "--set", "sink=none", "--yes")
    given = newcomer.list_plain(**OF_UMBRELLA)
    refused = newcomer.run_new(*given, *alone, expect=2).text
    assert "sink: is none, so the vault alone has the key, and no vault is set; set vault:url." in refused

    preset = tmp_path / "ours.yaml"
    preset.write_text(
        """
vendor: Ours
integration: Bot
source: {page: here, read: 2026-11-30}
permissions:
  Service Desk / Close Service-Ticket: {edit: All}
  Service Desk / Tickets of Yore: {inquire: All}
  Finance / Accounts of Yore: {inquire: All}
""",
        encoding="utf-8",
    )
    stack = workspace.make_stack(theirs, f"{theirs.id}-ours", integration=str(preset))
    for key in (*(name.replace("__", ":") for name in OF_UMBRELLA),):
        stack.unset(key)
    told = " ".join(stack.up(expect=1).text.split())
    assert "integration: the site can't give all that it asks for" in told
    for row in ("'Service Desk / Tickets of Yore'", "'Finance / Accounts of Yore'"):
        assert f"the site has no module function {row}" in told
    assert "Close Service" not in told.partition("asks for")[2].partition("page")[0]
    found = theirs.ask("GET", "")
    assert "Ours Bot" not in [role["name"] for role in found["roles"]]
