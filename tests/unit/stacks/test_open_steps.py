"""A destroy that waits for a person or was cut, and a rotation whose old key a person is still to delete."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofState
from providers.core.schema import Owned
from stacks.open_steps import OpenStep, find_open_step
from stacks.state import Row, TenantState
from stacks.status import describe_state
from tests.unit.stacks.states import (
    COMPANY,
    KEY,
    MEMBER,
    PERMISSIONS,
    RETIREMENT,
    SINK,
    changed,
    exported,
    make_row,
    make_state,
)
from tests.unit.stacks.test_status import TODAY

MANUAL: dict[str, str] = {}
GATEWAYS = {"umbrella:driver": "gateway", "connectwise:driver": "gateway"}
DESTROYED = ("destroy", "failed")
AGAIN = "UMBRELLA_PSA_UMBRELLA_APPLIED_KEY=none pulumi destroy -s acme"


def ask_in_vain() -> tuple[str, str]:
    pytest.fail("the history is asked only where the state can't tell")


def find(*rows: Owned | Row[Owned], settings: dict[str, str] = MANUAL, last: tuple[str, str] = DESTROYED) -> str:
    found = find_open_step("acme", make_state(*rows, applied_key="Pub1"), settings, lambda: last)
    return found.step if found else ""


def test_a_whole_tenant_has_nothing_to_be_deleted_and_costs_no_further_question() -> None:
    whole = make_state(PERMISSIONS, MEMBER, KEY, SINK, RETIREMENT)
    assert find_open_step("acme", whole, MANUAL, ask_in_vain) is None
    assert find_open_step("acme", TenantState(), MANUAL, ask_in_vain) is None
    assert find_open_step("acme", make_state(changed(KEY, pending="Make the key")), MANUAL, ask_in_vain) is None


def test_a_destroy_that_waits_for_umbrella_to_be_cleared_shows_the_order() -> None:
    found = find_open_step("acme", make_state(PERMISSIONS, MEMBER, KEY, SINK), MANUAL, lambda: DESTROYED)
    assert found and found.step == f"destroy: remove the PSA integration from Umbrella, then run `{AGAIN}` again"
    assert found.order.startswith("## Work order: remove the PSA integration from Umbrella\n")
    status = describe_state("acme", make_state(KEY, SINK), MANUAL, TODAY, step=found)
    assert (status.code, status.pending, status.format_row()[3]) == (7, (found.step,), "destroy")
    (order,) = status.orders
    assert order.endswith("UMBRELLA_PSA_UMBRELLA_APPLIED_KEY=none pulumi destroy -s acme")


def test_a_destroy_that_waits_for_the_key_names_its_member_as_the_screen_does() -> None:
    settings = {"connectwise:site": "na.myconnectwise.net", "connectwise:companyId": "Acme"}
    member = make_row(MEMBER, object_id="2306")
    found = find_open_step("acme", make_state(PERMISSIONS, member, KEY), settings, lambda: DESTROYED)
    assert found and found.step == f"destroy: delete the API key Pub1, then run `{AGAIN}` again"
    for words in ("Sign in to na.myconnectwise.net", "company Acme", "Cisco Umbrella (Umbrella)", "[psa:877ab4a892b4."):
        assert words in " ".join(found.order.split())


def test_a_destroy_by_gateways_that_failed_goes_on_by_itself() -> None:
    assert find(PERMISSIONS, KEY, settings=GATEWAYS) == (
        "destroy: has not ended, and something is left; `pulumi destroy -s acme` goes on with it"
    )
    assert find(PERMISSIONS, KEY, SINK, settings={"umbrella:driver": "gateway"}).startswith("destroy: has not ended")
    assert find(PERMISSIONS).startswith("destroy: has not ended"), "role and permissions need nobody"


@pytest.mark.parametrize(
    ("last", "applied", "open_"),
    [
        (("destroy", "failed"), "Pub1", True),
        (("update", "succeeded"), "Pub1", True),  # killed between two steps: no entry of its own
        (("update", "failed"), "Pub1", False),  # an `up` that failed right before its end
        (("update", "succeeded"), "", False),  # an `up` of some targets
        (("", ""), "", False),
    ],
)
def test_a_first_up_that_did_not_end_is_no_destroy(last: tuple[str, str], applied: str, open_: bool) -> None:
    state = make_state(PERMISSIONS, MEMBER, KEY, SINK, applied_key=applied)
    assert (find_open_step("acme", state, GATEWAYS, lambda: last) is not None) is open_


def test_a_destroy_that_a_kill_cut_is_told_from_an_up_that_was_cut() -> None:
    def parse(**of_resource: object) -> TenantState:
        operation = {"type": "deleting", "resource": exported("umbrella", SINK, **of_resource)}
        rows = [exported("connectwise", KEY), exported("umbrella", SINK)]
        return TenantState.parse({"resources": rows, "pending_operations": [operation]})

    cut = parse()
    found = find_open_step("acme", cut, GATEWAYS, ask_in_vain)
    assert found and found.step.startswith("destroy: has not ended")
    assert describe_state("acme", cut, GATEWAYS, TODAY, step=found).pending == (found.step,), "no word of `up`"
    replaced = parse(delete=True)
    assert replaced.cut_deletions == ()
    (step,) = describe_state("acme", replaced, GATEWAYS, TODAY).pending
    assert "`pulumi up` looks what became of it" in step


def test_a_replaced_key_waits_for_a_person_once_its_successor_is_in_use() -> None:
    old = make_row(changed(KEY, public_key="Pub0"), object_id="6539", awaits_deletion=True)
    found = find_open_step("acme", make_state(old, MEMBER, KEY, SINK, RETIREMENT), MANUAL, ask_in_vain)
    assert found and found.step == "ApiKey: delete the API key Pub0, then run `pulumi up -s acme` again"
    behind = changed(SINK, written_key="Pub0", public_key="Pub0")
    for rows in ((old, KEY, behind, RETIREMENT), (old, changed(KEY, pending="Make it"), SINK, RETIREMENT)):
        assert find_open_step("acme", make_state(*rows), MANUAL, ask_in_vain) is None, "Umbrella still works with it"
    assert find_open_step("acme", make_state(old, KEY, SINK, RETIREMENT), GATEWAYS, ask_in_vain) is None


def test_the_key_that_umbrella_had_is_read_from_the_stacks_outputs() -> None:
    root = {"type": "pulumi:pulumi:Stack", "outputs": {"umbrellaApplied": "Pub1"}}
    assert TenantState.parse({"resources": [root]}).applied_key == "Pub1"
    assert TenantState.parse({"resources": [{"type": "pulumi:pulumi:Stack"}]}).applied_key == ""
    assert isinstance(find_open_step("acme", make_state(KEY), MANUAL, lambda: DESTROYED), OpenStep)


def test_what_another_integration_waits_for_is_told_by_its_own_name_and_setting() -> None:
    central = {"umbrella-psa:integration": "n-able-n-central", "vault:url": "vault://secret/acme"}
    held = changed(SINK, console="n-able-n-central", sink="manual", product="N-able N-central", written_key="Pub0")
    proof = AccessProofState(
        company=COMPANY, key_id="1", public_key="Pub1", private_key=SecretStr(""), role_id="8556", permissions={}
    )
    rotated = make_state(KEY, changed(held, public_key="Pub0"), proof, RETIREMENT)
    found = find_open_step("acme", rotated, central, ask_in_vain)
    assert found and found.step == "PsaIntegration: enter the API key Pub1 in N-able N-central"
    assert found.again == "pulumi config set -s acme appliedKey Pub1 && umbrella-psa up acme"
    alone = find_open_step("acme", rotated, {**central, "umbrella-psa:sink": "none"}, ask_in_vain)
    assert alone and alone.step == "PsaIntegration: see that N-able N-central uses the API key Pub1"
    said = {**central, "umbrella-psa:appliedKey": "Pub1"}
    assert find_open_step("acme", rotated, said, ask_in_vain) is None
    leaving = find_open_step("acme", make_state(KEY, held), central, lambda: DESTROYED)
    assert leaving and leaving.again == "UMBRELLA_PSA_APPLIED_KEY=none pulumi destroy -s acme"
    assert leaving.step.startswith("destroy: remove the API key from N-able N-central")
