"""The sink's five chapters: written in place, never blank, removed only while it holds our own key."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.console.contract import PsaIntegration
from providers.core.errors import Conflict, GuardViolation, OutcomeUnknown, RemoteError
from providers.core.guards import WORDS, Guards
from providers.umbrella.psa_integration import PsaIntegrationArgs, PsaIntegrationHandler, PsaIntegrationState
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.served import Served
from tests.unit.providers.umbrella.fakes import NOTHING, KnowsKeys, Sink, Site

ID = "msp/9898129"
AUTOTASK = PsaIntegration(kind="Autotask", enabled=True)


def make_held(public: str | None = "oursPublicKey", **changed: Any) -> PsaIntegration:
    given = {"kind": "ConnectWise", "enabled": True, "publicKey": public, "privateKeySet": True}
    return PsaIntegration.model_validate({**given, **changed})


def make_args(**changed: Any) -> PsaIntegrationArgs:
    given = {"key_id": "7", "public_key": "oursPublicKey", "private_key": SecretStr("s3cr3t-value"), "member_id": "11"}
    given |= {"owner": "0" * 12, "proved": "7", "escrowed": "7"}
    return PsaIntegrationArgs(console=ID, **{**given, **changed})


def make_state(**changed: Any) -> PsaIntegrationState:
    made = make_args(**changed)
    return PsaIntegrationState(**made.model_dump(), written_key=made.public_key)


def make_handler(sink: Sink, *ours: str) -> PsaIntegrationHandler:
    return PsaIntegrationHandler(sink, KnowsKeys(*ours), Site())


@pytest.mark.parametrize(
    ("passed_over", "dead", "told"),
    [
        ({"proved": "6"}, [], "was not proved to work"),
        ({"escrowed": "6"}, [], "is not in the vault yet"),
        ({}, ["oursPublicKey"], "does not sign in"),
    ],
    ids=["proof", "vault", "restored state"],
)
@pytest.mark.parametrize("verb", ["create", "update"])
def test_a_key_that_a_run_of_some_targets_took_past_its_trial_is_not_written(
    passed_over: dict[str, str], dead: list[str], told: str, verb: str
) -> None:
    sink = Sink(make_held())
    one = PsaIntegrationHandler(sink, KnowsKeys("oursPublicKey"), Site(*dead))
    with pytest.raises(
        GuardViolation, match=rf"oursPublicKey {told}.* keeps what it has.*without --target and --exclude"
    ):
        one.create(make_args(**passed_over)) if verb == "create" else one.update(
            ID, make_state(), make_args(**passed_over)
        )
    assert sink.writes == []


def test_an_empty_console_gets_our_pair() -> None:
    sink = Sink()
    made_id, made = make_handler(sink).create(make_args())
    assert (made_id, made) == (ID, make_state())
    assert (sink.writes, sink.private) == (["write oursPublicKey"], "s3cr3t-value")


def test_a_console_that_another_machine_wrote_meanwhile_keeps_that() -> None:
    sink = Sink(make_held("theirsPublicKey"))
    with pytest.raises(Conflict):
        make_handler(sink).update(ID, make_state(public_key="beforePublicKey"), make_args())
    assert sink.writes == []


def test_a_public_half_without_its_private_one_is_no_condition() -> None:
    sink = Sink(make_held("theirsPublicKey", privateKeySet=False))
    one = make_handler(sink)
    live = one.read(ID, make_state())
    assert live is not None
    one.update(ID, live, make_args())
    assert sink.writes == ["write oursPublicKey"]


def test_what_nobody_touched_reads_back_unchanged() -> None:
    sink = Sink()
    made_id, made = make_handler(sink).create(make_args())
    live = make_handler(sink).read(made_id, made)
    assert live == made
    assert compare(make_handler(sink), live, make_args()).fields == []


@pytest.mark.parametrize(
    ("live", "fields", "words"),
    [
        (
            make_held("theirsPublicKey"),
            ["public_key"],
            f"The Umbrella console {ID} holds the public key theirsPublicKey; it should hold oursPublicKey.",
        ),
        (
            make_held("oursPublicKey", enabled=False),
            ["enabled"],
            f"The Umbrella console {ID} has its PSA integration disabled; it should be enabled.",
        ),
        (
            make_held("oursPublicKey", privateKeySet=False),
            ["public_key"],
            f"The Umbrella console {ID} holds no whole key pair (a half is missing); it should hold oursPublicKey.",
        ),
        (
            make_held("oursPublicKey", kind="Autotask"),
            ["kind"],
            f"The Umbrella console {ID} has a PSA integration of kind Autotask; it should be ConnectWise.",
        ),
        (
            make_held("oursPublicKey", kind=None),
            ["kind"],
            f"The Umbrella console {ID} has a PSA integration of kind none; it should be ConnectWise.",
        ),
    ],
)
def test_drift_is_told_in_words_and_put_right_in_place(live: PsaIntegration, fields: list[str], words: str) -> None:
    sink = Sink(live)
    seen = make_handler(sink).read(ID, make_state())
    assert seen is not None
    verdict = compare(make_handler(sink), seen, make_args())
    assert (verdict.fields, verdict.replaces, verdict.words) == (fields, [], [words])
    assert make_handler(sink).update(ID, seen, make_args()) == make_state()
    assert sink.held == make_held()


def test_a_switch_of_kind_clears_the_other_one_first() -> None:
    sink = Sink(AUTOTASK)
    seen = make_handler(sink).read(ID, make_state())
    assert seen is not None
    make_handler(sink).update(ID, seen, make_args())
    assert sink.writes == ["clear", "write oursPublicKey"]


def test_a_new_key_is_written_over_the_old_one_without_clearing() -> None:
    sink = Sink(make_held("oursPublicKey"))
    make_handler(sink).update(
        ID, make_state(), make_args(key_id="8", public_key="freshPublicKey", proved="8", escrowed="8")
    )
    assert sink.writes == ["write freshPublicKey"]


def test_a_new_key_is_one_story_and_no_replacement() -> None:
    verdict = compare(make_handler(Sink()), make_state(), make_args(key_id="8"), unknown=["public_key", "private_key"])
    assert verdict.fields == ["key_id", "public_key", "private_key"]
    assert verdict.replaces == []


def test_another_console_is_another_sink() -> None:
    assert compare(
        make_handler(Sink()), make_state(), make_args().model_copy(update={"console": "msp/1"})
    ).replaces == ["console"]


@pytest.mark.parametrize("empty", [NOTHING, make_held(None, kind=None, enabled=False, privateKeySet=False)])
def test_a_console_without_an_integration_has_lost_it_and_is_told_so(empty: PsaIntegration) -> None:
    sink = Sink(empty)
    assert make_handler(sink).read(ID, make_state()) is None
    assert make_handler(sink).describe_missing(make_state()) == (
        f"The Umbrella console {ID} has no PSA integration any more; `pulumi up` sets it up again."
    )


def test_our_own_key_is_removed() -> None:
    sink = Sink(make_held("oursPublicKey"))
    make_handler(sink).delete(ID, make_state())
    assert sink.writes == ["clear"]


@pytest.mark.parametrize(
    "live", [make_held("theirsPublicKey"), AUTOTASK, NOTHING, make_held("oursPublicKey", kind="Autotask")]
)
def test_what_is_not_our_own_key_is_not_removed(live: PsaIntegration) -> None:
    sink = Sink(live)
    make_handler(sink).delete(ID, make_state())
    assert sink.writes == []


@pytest.mark.parametrize("blank", [{"public_key": ""}, {"public_key": "  "}, {"private_key": SecretStr(" ")}])
def test_a_blank_is_never_written(blank: dict[str, Any]) -> None:
    sink = Sink(make_held("oursPublicKey"))
    with pytest.raises(GuardViolation, match="a blank key is never written into Umbrella"):
        make_handler(sink).update(ID, make_state(), make_args(**blank))
    with pytest.raises(GuardViolation, match="a blank key is never written into Umbrella"):
        make_handler(Sink()).create(make_args(**blank))
    assert sink.writes == []


@pytest.mark.parametrize("forgotten", [{"publicKey": "other"}, {"publicKey": None}, {"enabled": False}, {"kind": None}])
def test_a_console_that_does_not_keep_the_pair_is_an_error(forgotten: dict[str, Any]) -> None:
    sink = Sink()
    sink.forgets = forgotten
    with pytest.raises(RemoteError, match="did not keep the key pair that was entered; run again"):
        make_handler(sink).create(make_args())


def test_after_a_lost_answer_the_next_run_finds_our_own_pair() -> None:
    sink = Sink()
    sink.lose = True
    with pytest.raises(OutcomeUnknown):
        make_handler(sink).create(make_args())
    assert make_handler(sink).create(make_args())[1] == make_state()


def test_no_private_key_is_in_any_repr() -> None:
    assert "s3cr3t-value" not in repr(make_args()) + repr(make_state()) + str(make_args())


def test_a_private_half_alone_has_no_words() -> None:
    verdict = compare(make_handler(Sink()), make_state(), make_args(private_key=SecretStr("another")))
    assert (verdict.fields, verdict.words) == (["private_key"], [])


def test_a_console_that_does_not_keep_the_private_half_is_an_error() -> None:
    sink = Sink()
    sink.forgets = {"privateKeySet": False}
    with pytest.raises(RemoteError):
        make_handler(sink).create(make_args())


def test_somebodys_key_is_not_removed_by_a_destroy_that_refreshes_first() -> None:
    sink = Sink(make_held("theirsPublicKey"))
    recorded = make_handler(sink).read(ID, make_state())
    assert recorded is not None
    make_handler(sink).delete(ID, recorded)
    assert sink.writes == []


def test_a_key_of_ours_whose_write_was_never_recorded_is_removed() -> None:
    # The answer to the write of the new key was lost, so the state still names the one before.
    sink = Sink(make_held("freshPublicKey"))
    make_handler(sink, "freshPublicKey").delete(ID, make_state().model_copy(update={"written_key": "oursPublicKey"}))
    assert sink.writes == ["clear"]


MALFORMED = [
    ({"public_key": "two words here"}, "the public half of the key 7"),
    ({"private_key": SecretStr("line\nbreak-in-it")}, "the private half of the key 7"),
    ({"public_key": "short", "private_key": SecretStr("schlüssel-mit-umlaut")}, "the public and the private half of"),
    ({"private_key": SecretStr("oursPublicKey")}, "the pair, whose halves are the same, of the key 7"),
]


@pytest.mark.parametrize(("changed", "words"), MALFORMED)
def test_what_does_not_look_like_a_key_is_not_written_unless_that_is_allowed(
    changed: dict[str, Any], words: str
) -> None:
    sink, wanted = Sink(), make_args(**changed)
    with pytest.raises(GuardViolation, match=f"^{words}.* add key-shape to allow") as refused:
        make_handler(sink).create(wanted)
    assert sink.writes == []
    assert wanted.private_key.get_secret_value() not in str(refused.value)
    PsaIntegrationHandler(sink, KnowsKeys(), Site(), Guards(["key-shape"])).create(wanted)
    assert sink.writes == [f"write {wanted.public_key}"]


def test_no_word_lets_a_blank_through() -> None:
    sink = Sink()
    with pytest.raises(GuardViolation, match="a blank key is never written"):
        PsaIntegrationHandler(sink, KnowsKeys(), Site(), Guards(WORDS)).create(make_args(private_key=SecretStr(" \n")))
    assert sink.writes == []


def test_a_row_that_was_replaced_does_not_clear_the_console_of_a_successor_whose_reply_was_lost() -> None:
    """With `--continue-on-error` the engine goes on to the deletions."""
    sink = Sink(make_held())
    one = Served(make_handler(sink, "oursPublicKey"))
    sink.lose = True
    with pytest.raises(OutcomeUnknown):
        one.create(make_args())
    one.delete(ID, make_state())
    assert sink.held.enabled


@pytest.mark.parametrize("successor", ["made in this run", "made before"])
def test_a_row_that_was_replaced_does_not_clear_the_console_of_its_successor(successor: str) -> None:
    sink = Sink(make_held())
    one = Served(make_handler(sink, "oursPublicKey"))
    if successor == "made in this run":
        one.create(make_args())
    else:
        one.compare(ID, make_state(), make_args())
    one.delete(ID, make_state())
    assert sink.held == make_held()
