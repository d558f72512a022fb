"""The sink's five chapters: written in place, never blank, removed only while it holds our own key."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from providers.console.contract import PsaIntegration
from providers.core.guards import WORDS, Guards
from providers.core.problems import Conflict, LostAnswer, Refusal, RemoteProblem
from providers.umbrella.psa_integration import PsaIntegrationArgs, PsaIntegrationHandler, PsaIntegrationState
from tests.unit.providers.core.served import Served
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.umbrella.fakes import NOTHING, OwnKeys, Sink, Site

ID = "msp/9898129"
AUTOTASK = PsaIntegration(kind="Autotask", enabled=True)


def held(public: str | None = "oursPublicKey", **changed: Any) -> PsaIntegration:
    given = {"kind": "ConnectWise", "enabled": True, "publicKey": public, "privateKeySet": True}
    return PsaIntegration.model_validate({**given, **changed})


def args(**changed: Any) -> PsaIntegrationArgs:
    given = {"key_id": "7", "public_key": "oursPublicKey", "private_key": SecretStr("s3cr3t-value"), "member_id": "11"}
    given |= {"owner": "0" * 12, "proved": "7", "escrowed": "7"}
    return PsaIntegrationArgs(console=ID, **{**given, **changed})


def state(**changed: Any) -> PsaIntegrationState:
    made = args(**changed)
    return PsaIntegrationState(**made.model_dump(), written_key=made.public_key)


def handler(sink: Sink, *ours: str) -> PsaIntegrationHandler:
    return PsaIntegrationHandler(sink, OwnKeys(*ours), Site())


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
    sink = Sink(held())
    one = PsaIntegrationHandler(sink, OwnKeys("oursPublicKey"), Site(*dead))
    with pytest.raises(Refusal, match=rf"oursPublicKey {told}.* keeps what it has.*without --target and --exclude"):
        one.create(args(**passed_over)) if verb == "create" else one.update(ID, state(), args(**passed_over))
    assert sink.writes == []


def test_an_empty_console_gets_our_pair() -> None:
    sink = Sink()
    made_id, made = handler(sink).create(args())
    assert (made_id, made) == (ID, state())
    assert (sink.writes, sink.private) == (["write oursPublicKey"], "s3cr3t-value")


def test_a_console_that_another_machine_wrote_meanwhile_keeps_that() -> None:
    sink = Sink(held("theirsPublicKey"))
    with pytest.raises(Conflict):
        handler(sink).update(ID, state(public_key="beforePublicKey"), args())
    assert sink.writes == []


def test_a_public_half_without_its_private_one_is_no_condition() -> None:
    sink = Sink(held("theirsPublicKey", privateKeySet=False))
    one = handler(sink)
    live = one.read(ID, state())
    assert live is not None
    one.update(ID, live, args())
    assert sink.writes == ["write oursPublicKey"]


def test_what_nobody_touched_reads_back_unchanged() -> None:
    sink = Sink()
    made_id, made = handler(sink).create(args())
    live = handler(sink).read(made_id, made)
    assert live == made
    assert compare(handler(sink), live, args()).fields == []


@pytest.mark.parametrize(
    ("live", "fields", "words"),
    [
        (
            held("theirsPublicKey"),
            ["public_key"],
            f"The Umbrella console {ID} holds the public key theirsPublicKey; it should hold oursPublicKey.",
        ),
        (
            held("oursPublicKey", enabled=False),
            ["enabled"],
            f"The Umbrella console {ID} has its PSA integration disabled; it should be enabled.",
        ),
        (
            held("oursPublicKey", privateKeySet=False),
            ["public_key"],
            f"The Umbrella console {ID} holds no whole key pair (a half is missing); it should hold oursPublicKey.",
        ),
        (
            held("oursPublicKey", kind="Autotask"),
            ["kind"],
            f"The Umbrella console {ID} has a PSA integration of kind Autotask; it should be ConnectWise.",
        ),
        (
            held("oursPublicKey", kind=None),
            ["kind"],
            f"The Umbrella console {ID} has a PSA integration of kind none; it should be ConnectWise.",
        ),
    ],
)
def test_drift_is_told_in_words_and_put_right_in_place(live: PsaIntegration, fields: list[str], words: str) -> None:
    sink = Sink(live)
    seen = handler(sink).read(ID, state())
    assert seen is not None
    verdict = compare(handler(sink), seen, args())
    assert (verdict.fields, verdict.replaces, verdict.words) == (fields, [], [words])
    assert handler(sink).update(ID, seen, args()) == state()
    assert sink.held == held()


def test_a_switch_of_kind_clears_the_other_one_first() -> None:
    sink = Sink(AUTOTASK)
    seen = handler(sink).read(ID, state())
    assert seen is not None
    handler(sink).update(ID, seen, args())
    assert sink.writes == ["clear", "write oursPublicKey"]


def test_a_new_key_is_written_over_the_old_one_without_clearing() -> None:
    sink = Sink(held("oursPublicKey"))
    handler(sink).update(ID, state(), args(key_id="8", public_key="freshPublicKey", proved="8", escrowed="8"))
    assert sink.writes == ["write freshPublicKey"]


def test_a_new_key_is_one_story_and_no_replacement() -> None:
    verdict = compare(handler(Sink()), state(), args(key_id="8"), unknown=["public_key", "private_key"])
    assert verdict.fields == ["key_id", "public_key", "private_key"]
    assert verdict.replaces == []


def test_another_console_is_another_sink() -> None:
    assert compare(handler(Sink()), state(), args().model_copy(update={"console": "msp/1"})).replaces == ["console"]


@pytest.mark.parametrize("empty", [NOTHING, held(None, kind=None, enabled=False, privateKeySet=False)])
def test_a_console_without_an_integration_has_lost_it_and_is_told_so(empty: PsaIntegration) -> None:
    sink = Sink(empty)
    assert handler(sink).read(ID, state()) is None
    assert handler(sink).gone(state()) == (
        f"The Umbrella console {ID} has no PSA integration any more; `pulumi up` sets it up again."
    )


def test_our_own_key_is_removed() -> None:
    sink = Sink(held("oursPublicKey"))
    handler(sink).delete(ID, state())
    assert sink.writes == ["clear"]


@pytest.mark.parametrize("live", [held("theirsPublicKey"), AUTOTASK, NOTHING, held("oursPublicKey", kind="Autotask")])
def test_what_is_not_our_own_key_is_not_removed(live: PsaIntegration) -> None:
    sink = Sink(live)
    handler(sink).delete(ID, state())
    assert sink.writes == []


@pytest.mark.parametrize("blank", [{"public_key": ""}, {"public_key": "  "}, {"private_key": SecretStr(" ")}])
def test_a_blank_is_never_written(blank: dict[str, Any]) -> None:
    sink = Sink(held("oursPublicKey"))
    with pytest.raises(Refusal, match="a blank key is never written into Umbrella"):
        handler(sink).update(ID, state(), args(**blank))
    with pytest.raises(Refusal, match="a blank key is never written into Umbrella"):
        handler(Sink()).create(args(**blank))
    assert sink.writes == []


@pytest.mark.parametrize("forgotten", [{"publicKey": "other"}, {"publicKey": None}, {"enabled": False}, {"kind": None}])
def test_a_console_that_does_not_keep_the_pair_is_an_error(forgotten: dict[str, Any]) -> None:
    sink = Sink()
    sink.forgets = forgotten
    with pytest.raises(RemoteProblem, match="did not keep the key pair that was entered; run again"):
        handler(sink).create(args())


def test_after_a_lost_answer_the_next_run_finds_our_own_pair() -> None:
    sink = Sink()
    sink.lose = True
    with pytest.raises(LostAnswer):
        handler(sink).create(args())
    assert handler(sink).create(args())[1] == state()


def test_no_private_key_is_in_any_repr() -> None:
    assert "s3cr3t-value" not in repr(args()) + repr(state()) + str(args())


def test_a_private_half_alone_has_no_words() -> None:
    verdict = compare(handler(Sink()), state(), args(private_key=SecretStr("another")))
    assert (verdict.fields, verdict.words) == (["private_key"], [])


def test_a_console_that_does_not_keep_the_private_half_is_an_error() -> None:
    sink = Sink()
    sink.forgets = {"privateKeySet": False}
    with pytest.raises(RemoteProblem):
        handler(sink).create(args())


def test_somebodys_key_is_not_removed_by_a_destroy_that_refreshes_first() -> None:
    sink = Sink(held("theirsPublicKey"))
    recorded = handler(sink).read(ID, state())
    assert recorded is not None
    handler(sink).delete(ID, recorded)
    assert sink.writes == []


def test_a_key_of_ours_whose_write_was_never_recorded_is_removed() -> None:
    # The answer to the write of the new key was lost, so the state still names the one before.
    sink = Sink(held("freshPublicKey"))
    handler(sink, "freshPublicKey").delete(ID, state().model_copy(update={"written_key": "oursPublicKey"}))
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
    sink, wanted = Sink(), args(**changed)
    with pytest.raises(Refusal, match=f"^{words}.* add key-shape to allow") as refused:
        handler(sink).create(wanted)
    assert sink.writes == []
    assert wanted.private_key.get_secret_value() not in str(refused.value)
    PsaIntegrationHandler(sink, OwnKeys(), Site(), Guards(["key-shape"])).create(wanted)
    assert sink.writes == [f"write {wanted.public_key}"]


def test_no_word_lets_a_blank_through() -> None:
    sink = Sink()
    with pytest.raises(Refusal, match="a blank key is never written"):
        PsaIntegrationHandler(sink, OwnKeys(), Site(), Guards(WORDS)).create(args(private_key=SecretStr(" \n")))
    assert sink.writes == []


@pytest.mark.parametrize("successor", ["made in this run", "made before"])
def test_a_row_that_was_replaced_does_not_clear_the_console_of_its_successor(successor: str) -> None:
    sink = Sink(held())
    one = Served(handler(sink, "oursPublicKey"))
    if successor == "made in this run":
        one.create(args())
    else:
        one.compare(ID, state(), args())
    one.delete(ID, state())
    assert sink.held == held()
