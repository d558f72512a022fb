"""One line per tenant, read from an exported state."""

from __future__ import annotations

from datetime import date
from threading import Lock, Semaphore

import pytest
from pydantic import SecretStr

from providers.connectwise.access_proof import AccessProofState
from providers.core.errors import ProviderError
from providers.core.schema import Owned
from stacks.commands.status import _list_sentences, read_statuses
from stacks.fleet.options import Fleet
from stacks.fleet.passphrase import make_wrong_error
from stacks.fleet.stored import StoredStack
from stacks.pulumi_cli import PulumiCli
from stacks.state import TenantState
from stacks.status import Status, describe_state
from tests.unit.stacks.states import KEY, PERMISSIONS, RETIREMENT, SINK, VAULT, changed, make_row, make_state

TODAY = date(2026, 11, 22)


def test_a_tenant_that_is_done() -> None:
    found = describe_state("acme", make_state(KEY, SINK), {"umbrella-psa:maxAgeDays": "90"}, TODAY)
    assert found == Status("acme", 82, 90, "2026-11-20T08:15", (), (), "none", "this key")
    assert not found.needs_attention


def test_a_stack_without_resources_never_ran() -> None:
    found = describe_state("acme", TenantState(), {}, TODAY)
    assert (found.last_run, found.key_age_days, found.sink) == ("", None, "not said")


def test_a_key_that_a_person_is_still_to_make_has_no_age() -> None:
    waiting = changed(KEY, public_key="", pending="Make the key")
    found = describe_state("acme", make_state(waiting), {"umbrella:driver": "gateway"}, TODAY)
    assert (found.key_age_days, found.sink) == (None, "empty")


def test_a_sink_with_another_key_and_a_step_that_waits_want_attention() -> None:
    other = describe_state("acme", make_state(KEY, changed(SINK, public_key="Pub2")), {}, TODAY)
    assert (other.sink, other.needs_attention) == ("another key", True)
    step = changed(PERMISSIONS, pending="Set the levels", work_order="## Set them\n\nThen `pulumi up -s <tenant>`.")
    waiting = describe_state("acme", make_state(step), {}, TODAY)
    assert waiting.orders == ("## Set them\n\nThen `pulumi up -s acme`.",)
    assert waiting.acknowledge == ("umbrella-psa up acme",)
    assert (waiting.pending, waiting.needs_attention) == (("PermissionSet: Set the levels",), True)


@pytest.mark.parametrize(
    ("status", "verdict", "sentences"),
    [
        (Status("acme", 30, 90, vault="none", sink="this key"), "clean", ()),
        (Status("acme", sink="another key"), "drift", ()),
        (Status("acme", drift="yes", sentences=("Its role is gone.",)), "drift", ("Its role is gone.",)),
        (
            Status("acme", pending=("ApiKey: Make it",), orders=("## Make it",), acknowledge=("do",)),
            "waiting",
            ("ApiKey: Make it",),
        ),
        (Status("acme", problem="acme: unreadable."), "failed", ("acme: unreadable.",)),
    ],
)
def test_a_tenants_status_is_a_row_of_the_page_too(status: Status, verdict: str, sentences: tuple[str, ...]) -> None:
    row = status.to_report()
    assert (row.verdict, row.sentences, row.exit_code) == (verdict, sentences, status.code)
    assert (row.key_age_days, row.max_age_days) == (status.key_age_days, status.max_age_days)
    assert [(order.text, order.acknowledge) for order in row.orders] == [
        *zip(status.orders, status.acknowledge, strict=True)
    ]


def test_what_a_kill_cut_off_is_pending_too() -> None:
    (step,) = describe_state("acme", make_state(KEY, cut_off=("ApiKey",)), {}, TODAY).pending
    assert step.startswith("ApiKey: cut off")


def test_a_key_that_waits_for_deletion_is_not_the_key() -> None:
    old = make_row(changed(KEY, public_key="Old", minted_on="2020-01-01"), awaits_deletion=True)
    assert describe_state("acme", make_state(old, KEY, SINK), {}, TODAY).key_age_days == 82


def test_a_vault_that_is_configured_and_empty_is_told() -> None:
    url = {"vault:url": "vault://secret/acme"}
    assert describe_state("acme", make_state(KEY), url, TODAY).vault == "not yet"
    found = describe_state("acme", make_state(KEY, VAULT), url, TODAY)
    assert (found.vault, found.needs_attention) == ("holds it", False)


@pytest.mark.parametrize("standing", ["changed", "soft-deleted", "destroyed", "disabled", "added to, unread"])
def test_what_happened_in_the_vault_is_told(standing: str) -> None:
    found = describe_state("acme", make_state(KEY, changed(VAULT, vault_status=standing)), {}, TODAY)
    assert (found.vault, found.needs_attention) == (standing, True)


def test_a_vault_that_still_holds_the_key_before_is_told() -> None:
    behind = changed(VAULT, public_key="Pub0")
    assert describe_state("acme", make_state(KEY, behind), {}, TODAY).vault == "another key"


def test_a_key_that_umbrella_was_never_given_is_not_used() -> None:
    def used(*rows: Owned, driver: str = "gateway") -> str:
        return describe_state("acme", make_state(*rows), {"umbrella:driver": driver}, TODAY).used

    assert used(KEY, SINK) == "unknown"
    assert used(KEY) == "no", "the console was looked at, and is empty"
    assert used(KEY, driver="manual") == "unknown", "nobody has looked"
    assert used(KEY, changed(SINK, public_key="Pub2")) == "no"
    assert used(changed(KEY, active=False), SINK) == "no"
    assert used() == "no"


class Slow(PulumiCli):
    """Answers for `first` only when all the others are answered, and counts how many are asked at once."""

    def __init__(self, others: int) -> None:
        self._left = Semaphore(0)
        self._others = others
        self._lock = Lock()
        self._asked = 0
        self.most = 0

    def read_state(self, tenant: str) -> TenantState:
        with self._lock:
            self._asked += 1
            self.most = max(self.most, self._asked)
        if tenant == "first":
            assert all(self._left.acquire(timeout=60) for _ in range(self._others)), "the others waited for the first"
        else:
            self._left.release()
        with self._lock:
            self._asked -= 1
        return make_state(KEY, SINK, RETIREMENT)


def test_a_slow_tenant_keeps_only_itself_waiting_and_four_are_asked_at_most() -> None:
    names = ["first", *(f"tenant-{number}" for number in range(12))]
    engine = Slow(others=12)
    assert [found.tenant for found in read_statuses(engine, engine.read_state, Fleet(names, 4), TODAY)] == names
    assert engine.most <= 4


class Partly(PulumiCli):
    """Has tenants whose state can't be read."""

    def read_state(self, tenant: str) -> TenantState:
        if tenant == "edited":
            return make_state(changed(KEY, minted_on="yesterday"), RETIREMENT)
        if tenant == "older":
            raise ProviderError(f"{tenant}: its state holds ApiKey in a form that is not known here.")
        return make_state(KEY, SINK, RETIREMENT)


def test_a_state_that_can_not_be_read_is_its_own_tenants_problem() -> None:
    partly = Partly()
    edited, older, acme = read_statuses(partly, partly.read_state, Fleet(["edited", "older", "acme"], 4), TODAY)
    assert edited.problem.startswith("edited: its state holds ApiKey in a form that is not known here: minted_on")
    assert older.problem.startswith("older: its state")
    assert (acme.problem, acme.sink) == ("", "this key")
    assert (edited.code, older.code, acme.code) == (1, 1, 0)


def test_a_tenant_with_a_passphrase_of_its_own_is_a_row_with_the_exit_code_of_a_wrong_setting() -> None:
    def look(name: str) -> StoredStack:
        raise make_wrong_error()

    partly = Partly()
    (acme,) = read_statuses(partly, partly.read_state, Fleet(["acme"], 1), TODAY, look)
    assert (acme.code, acme.to_report().verdict, acme.to_report().exit_code) == (2, "failed", 2)
    assert acme.problem == "acme: PULUMI_CONFIG_PASSPHRASE: is not the one that it was made with; set it to that one."


def test_by_whose_word_a_key_is_proved_is_told_where_it_can_not_show_it_itself() -> None:
    proof = AccessProofState(
        company="acme@na.myconnectwise.net",
        key_id="6540",
        public_key="Pub1",
        private_key=SecretStr(""),
        role_id="8556",
        permissions={},
        table_access=[],
        evidence="signs in; levels read by the provisioning key; table access by the console's word only",
    )
    status = describe_state("acme", make_state(KEY, proof, SINK), {}, date(2026, 11, 29))
    assert f"acme: the API key {proof.evidence}" in list(_list_sentences([status]))
    assert not status.needs_attention
