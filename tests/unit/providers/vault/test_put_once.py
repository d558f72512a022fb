"""Once is enough: what a write does that nobody answered, and what the gate asks before a key is minted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from providers.core.errors import Conflict, GuardViolation, OutcomeUnknown, PermissionDenied, RemoteError, SettingError
from providers.core.run_cache import RunCache
from providers.http.clock import Clock
from providers.vault.connection import VaultSettings
from providers.vault.contract import SecretVersion, Throttled, VersionLabel, make_label
from providers.vault.put_once import put_once
from providers.vault.retrying import retry_call
from providers.vault.vaults import VaultPreconditions, Vaults, refuse_foreign_secret
from tests.unit.providers.vault.test_escrow import escrow
from tests.vault.memory_vault import MemoryStore, MemoryVault


def test_what_was_kept_although_nobody_said_so_is_not_kept_twice() -> None:
    drawer = MemoryStore(answers_lost=1)
    assert put_once(MemoryVault(drawer), escrow(), "", "drawer://a") == "v1"
    assert len(drawer.versions) == 1


def test_what_did_not_arrive_is_sent_once_more() -> None:
    class Deaf(MemoryVault):
        deaf = 1

        def put(self, escrow: object, expected: str) -> str:
            if Deaf.deaf:
                Deaf.deaf -= 1
                raise OutcomeUnknown("nobody there.", sent=False)
            return super().put(escrow, expected)  # type: ignore[arg-type]

    drawer = MemoryStore()
    assert put_once(Deaf(drawer), escrow(), "", "drawer://a") == "v1"


def test_an_answer_that_is_lost_over_somebody_elses_version_is_a_conflict() -> None:
    drawer = MemoryStore()
    drawer.add("somebody else's")
    with pytest.raises(Conflict, match="somebody changed the vault secret drawer://a during this run"):
        put_once(MemoryVault(drawer), escrow(), "", "drawer://a")
    assert len(drawer.versions) == 1


def test_a_conflict_with_ourselves_is_none() -> None:
    drawer = MemoryStore()
    drawer.add(escrow().to_text(), make_label(escrow()))
    assert put_once(MemoryVault(drawer), escrow(), "v0", "drawer://a") == "v1"


def test_what_can_not_be_looked_at_is_not_written_over() -> None:
    drawer = MemoryStore(may_look=False)
    drawer.add("unknown")
    with pytest.raises(Conflict, match="its policy does not let us look"):
        put_once(MemoryVault(drawer), escrow(), "", "drawer://a")


@pytest.fixture
def preconditions(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., tuple[VaultPreconditions, Vaults, MemoryStore]]]:
    def make(drawer: MemoryStore, *, take_over: bool = False) -> tuple[VaultPreconditions, Vaults, MemoryStore]:
        memory = RunCache()
        vaults = Vaults(VaultSettings(), memory)
        vaults._opened["drawer://a"] = MemoryVault(drawer)
        return VaultPreconditions(vaults, memory, "drawer://a", "Acme", take_over=take_over), vaults, drawer

    yield make


Gate = Callable[..., tuple[VaultPreconditions, Vaults, MemoryStore]]


def test_the_gate_asks_once_a_run(preconditions: Gate) -> None:
    asked, _, drawer = preconditions(MemoryStore())
    asked.refuse_unless_ready("acme")
    asked.refuse_unless_ready("acme")
    assert drawer.asked == ["look", "check"]


def test_the_gate_looks_first_unless_the_place_is_on_record_as_ours(preconditions: Gate) -> None:
    drawer = MemoryStore()
    drawer.add("somebody else's")
    asked, _, _ = preconditions(drawer)
    asked.record_place("drawer://another")
    with pytest.raises(GuardViolation, match="which is not a key of this project"):
        asked.refuse_unless_ready("acme")
    assert drawer.asked == ["look"]
    asked, _, _ = preconditions(drawer)
    asked.record_place(asked.place)  # what is there now is drift, and the engine's refresh has told it
    asked.refuse_unless_ready("acme")
    assert drawer.asked == ["look", "check"]


def test_the_gate_does_not_look_again_where_a_read_has_looked(preconditions: Gate) -> None:
    asked, vaults, drawer = preconditions(MemoryStore())
    vaults.get_version("drawer://a", "v1", ours=True)
    asked.refuse_unless_ready("acme")
    assert drawer.asked == ["look", "check"]


def test_the_gate_refuses_who_may_not_write(preconditions: Gate) -> None:
    asked, _, _ = preconditions(MemoryStore(may_write=False))
    for _ in range(2):
        with pytest.raises(PermissionDenied, match="the drawer is locked"):
            asked.refuse_unless_ready("acme")


def test_the_gate_refuses_what_is_not_ours_unless_that_is_allowed(preconditions: Gate) -> None:
    drawer = MemoryStore()
    drawer.add("somebody else's")
    asked, vaults, _ = preconditions(drawer)
    with pytest.raises(GuardViolation, match="which is not a key of this project"):
        asked.refuse_foreign("acme")
    with pytest.raises(GuardViolation, match="which is not a key of this project"):
        asked.refuse_unless_ready("acme")
    assert drawer.asked == ["look"]
    preconditions(drawer, take_over=True)[0].refuse_foreign("acme")
    asked, vaults, _ = preconditions(drawer)
    vaults.get_version("drawer://a", "v0", ours=True)  # drift of a secret in our state is put right, not refused
    asked.refuse_foreign("acme")
    asked.refuse_unless_ready("acme")


def test_the_gate_can_not_refuse_what_it_may_not_see(preconditions: Gate) -> None:
    asked, _, drawer = preconditions(MemoryStore(may_look=False))
    asked.refuse_foreign("acme")
    asked.refuse_unless_ready("acme")
    assert drawer.asked == ["look", "check"]


def test_whose_it_is_matters_by_tenant_and_company() -> None:
    ours = make_label(escrow())
    refuse_foreign_secret(SecretVersion("1", label=ours), "drawer://a", "acme", "ACME")
    for label, tenant, words in (
        (ours, "beta", "of the tenant acme and the company Acme"),
        (VersionLabel("f", "g", "acme", "", "1"), "acme", "of the tenant acme and the company unknown"),
        (None, "acme", "whose it is can't be told without the right to read it"),
        (make_label(None), "acme", "which is not a key of this project"),
    ):
        with pytest.raises(GuardViolation, match=words) as caught:
            refuse_foreign_secret(SecretVersion("1", label=label), "drawer://a", tenant, "Acme")
        assert caught.value.lift == "allow"
        assert "add vault to allow" in str(caught.value)


def test_opening_what_is_no_vault_is_a_bad_setting() -> None:
    with pytest.raises(SettingError, match="vault:url: must start with one of"):
        Vaults(VaultSettings(), RunCache()).open("nothing://a")


def measure_waits(*errors: RemoteError, repeatable: bool = True) -> tuple[list[float], bool]:
    """How long was waited, and whether the call came through in the end."""
    waited: list[float] = []
    left = list(errors)
    now = [0.0]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    def ask() -> bool:
        if left:
            raise left.pop(0)
        return True

    clock = Clock(now=lambda: now[0], sleep=sleep, random=lambda: 0.5)
    try:
        return waited, retry_call(ask, repeatable=repeatable, clock=clock, total=30.0)
    except RemoteError:
        return waited, False


def test_what_may_be_repeated_is_tried_three_times_in_all() -> None:
    lost = OutcomeUnknown("x", sent=True)
    assert measure_waits(lost, lost) == ([0.2, 0.4], True)
    assert measure_waits(lost, lost, lost) == ([0.2, 0.4], False)


def test_a_write_is_repeated_only_when_it_can_not_have_arrived() -> None:
    assert measure_waits(OutcomeUnknown("x", sent=True), repeatable=False) == ([], False)
    assert measure_waits(OutcomeUnknown("x", sent=False), repeatable=False) == ([0.2], True)
    assert measure_waits(Throttled("x", status=429, retry_after=2.0), repeatable=False) == ([2.0], True)


def test_a_refusal_is_not_repeated() -> None:
    assert measure_waits(PermissionDenied("x", status=403)) == ([], False)
    assert measure_waits(RemoteError("x")) == ([], False)


def test_nobody_is_waited_for_beyond_the_deadline() -> None:
    throttled = Throttled("x", status=429, retry_after=19.0)
    assert measure_waits(throttled, throttled) == ([19.0], False)
    assert measure_waits(Throttled("x", status=429, retry_after=3600.0)) == ([], False)
